"""How parameters become the path of an operation, and the link of a resource becomes parameters."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from resoto_plugin_gcp.kinds import Method, load_methods
from resotolib.errors import Unreadable

_VARIABLE = re.compile(r"\{(\+?)(\w+)\}")
_BASE = re.compile(r"^(?:[a-z]+/)*?v\d\w*/")


class Route:
    """The path template of an operation, compiled."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self.variables = tuple(name for _, name in _VARIABLE.findall(method.path))
        self._names = frozenset(name for whole, name in _VARIABLE.findall(method.path) if whole)
        """Those that take a whole name as it is; of the others a link has what stands in a URL."""
        found = _BASE.match(method.path)
        self.base = found[0] if found else ""
        """What stands before the names of resources: `compute/v1/`, `v1/`."""
        self._pattern = _pattern(method.path.removeprefix(self.base))

    def path(self, params: Mapping[str, Any]) -> str:
        """The path with its parameters. Raises KeyError for one that is missing."""
        template = self.method.path
        return _VARIABLE.sub(lambda found: quote(str(params[found[2]]), safe="/" if found[1] else ""), template)

    def read(self, link: str) -> dict[str, str] | None:
        """The parameters for the resource with this link; None when the operation is about no such resource."""
        found = self._pattern.fullmatch(link)
        if found is None:
            return None
        return {name: value if name in self._names else unquote(value) for name, value in found.groupdict().items()}


def _pattern(template: str) -> re.Pattern[str]:
    """Matches what is named up to the last parameter: a word after it is what is done there."""
    parts, at = [], 0
    for found in _VARIABLE.finditer(template):
        parts.append(re.escape(template[at : found.start()]))
        parts.append(f"(?P<{found[2]}>{'.+' if found[1] else '[^/]+'})")
        at = found.end()
    return re.compile("".join(parts))


@functools.cache
def route(service: str, operation: str) -> Route:
    """The route of an operation. Raises Unreadable for one that the catalogue does not know."""
    method = load_methods().get((service, operation))
    if method is None:
        raise Unreadable(f"{service}:{operation}", "this version does not know the operation")
    return Route(method)


@functools.cache
def _alike(service: str, operation: str) -> tuple[Route, ...]:
    """The operation, then those of the same word: `disks.delete`, `regionDisks.delete`, …

    One that takes a whole name as its parameter would fit any resource: it has to be about the same noun.
    """
    *_, noun, word = ("", *operation.split("."))
    names = [one for (of, one) in load_methods() if of == service and one.rpartition(".")[2] == word]
    others = (route(service, one) for one in names if one != operation)
    alike = (one for one in others if "{+" not in one.method.path or one.method.operation.split(".")[-2] == noun)
    return (route(service, operation), *alike)


def fitting(service: str, operation: str, link: str) -> tuple[Route, dict[str, str]] | None:
    """The operation itself, or the one like it for the scope that the resource is in, and its path's parameters."""
    for one in _alike(service, operation):
        params = one.read(link)
        if params is not None:
            return one, params
    return None
