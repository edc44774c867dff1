"""Replaces the bindings in the parameters of a call: `$id`, `$parent.name`, `arn:{$partition}:s3:::{$id}`.

What a binding is, is said in `resotolib.kinds.kind`. What only looks like one (`$Latest`, `$5`) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from resotolib.errors import Unbound

ROOTS = frozenset({"id", "name", "arn", "account", "region", "partition", "reported", "parent", "item"})
"""The first words of bindings for any call."""

DETAIL_ROOTS = frozenset({"item"})
"""The first words of bindings for calls that complete a listed item, or several."""

TAG_ROOTS = frozenset({"tags", "keys", "key", "value"})
"""The first words of bindings for calls that change tags."""

_PATH = rf"(?:{'|'.join(sorted(ROOTS | DETAIL_ROOTS | TAG_ROOTS, key=len, reverse=True))})(?:\.\w+)*"
_WHOLE = re.compile(rf"\$({_PATH})")
_INSIDE = re.compile(rf"\{{\$({_PATH})\}}")

_Maker = Callable[[Mapping[str, Any]], Any]


class Template:
    """The parameters of one call, prepared to be bound many times."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.bindings = frozenset(_bindings(params))
        """The bindings in use, without `$`: `id`, `parent.reported.vpc_id`."""
        self._make = _maker(params)

    def bind(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters with all bindings replaced; the result is the caller's own.

        `values` has the bindings' first words as keys; `reported`, `parent` and `item` hold mappings, or lists of them,
        of which each one's value is taken. A list in the parameters that holds a binding takes in all elements of a
        bound list. Raises `Unbound` when a value is missing or None.
        """
        bound: dict[str, Any] = self._make(values)
        return bound


def bind(params: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The same for parameters that are bound once."""
    return Template(params).bind(values)


def _bindings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        whole = _WHOLE.fullmatch(part)
        yield from [whole.group(1)] if whole else _INSIDE.findall(part)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from _bindings(key)
            yield from _bindings(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from _bindings(value)


def _maker(part: Any) -> _Maker:
    if isinstance(part, str):
        return _string(part)
    if isinstance(part, Mapping):
        makers = [(_maker(key), _maker(value)) for key, value in part.items()]
        return lambda values: {key(values): value(values) for key, value in makers}
    if isinstance(part, (list, tuple)):
        return _list(part)
    return lambda _: part


def _string(text: str) -> _Maker:
    whole = _WHOLE.fullmatch(text)
    if whole:
        path = whole.group(1)
        return lambda values: _copy(_value(path, values))
    if _INSIDE.search(text):
        return lambda values: _INSIDE.sub(lambda found: str(_value(found.group(1), values)), text)
    return lambda _: text


def _list(parts: list[Any] | tuple[Any, ...]) -> _Maker:
    makers = [(_maker(part), isinstance(part, str) and bool(_WHOLE.fullmatch(part))) for part in parts]

    def make(values: Mapping[str, Any]) -> list[Any]:
        result: list[Any] = []
        for maker, binding in makers:
            made = maker(values)
            if binding and isinstance(made, list):
                result.extend(made)
            else:
                result.append(made)
        return result

    return make


def _value(path: str, values: Mapping[str, Any]) -> Any:
    found: Any = values
    for step in path.split("."):
        found = _step(found, step)
        if found is None:
            raise Unbound(f"${path}")
    return found


def _step(found: Any, step: str) -> Any:
    if isinstance(found, Mapping):
        return found.get(step)
    if isinstance(found, (list, tuple)):
        values = [_step(element, step) for element in found]
        return None if None in values else values
    return None


def _copy(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
