"""Tables of what a vendor's API description does not say: one line a kind. Builders of catalogues read them.

    [service option=value …]              the service of the following kinds, and options for all of them
    kind  Operation  option=value …       one kind
      name = path [: type]                a property under a fixed name
      < kind path [first|last] [by=…]     default edge from the other kind to this one
      > kind path [first|last] [by=…]     default edge from this kind to the other one
      - kind path first|last [by=…]       delete edge only

`first`: this resource is deleted before the other, `last`: after it. An operation `-` lists nothing (a hook does).
Which options there are, the builder says; their values have no blanks, and `-` as a value means that there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from resotolib.errors import ModelError
from resotolib.kinds.kind import EdgeRule, Match

_PROPERTY = re.compile(r"(?P<name>[a-z0-9_]+) += +(?P<path>\S*)( +: +(?P<type>.+))?")
_EDGE = re.compile(
    r"(?P<way>[<>-]) +(?P<kind>\S+)( +(?P<path>(?!first|last|by=)\S+))?(?P<words>( +(first|last|by=\w+))*)"
)


@dataclass
class Line:
    """What the table says about one kind."""

    kind: str
    service: str
    operation: str
    where: str
    options: dict[str, str] = field(default_factory=dict)
    properties: list[tuple[str, str, str]] = field(default_factory=list)
    edges: list[EdgeRule] = field(default_factory=list)

    def get(self, option: str, derived: str = "") -> str:
        """The option's value, or what was derived; "" for "-"."""
        value = self.options.get(option, derived)
        return "" if value == "-" else value

    def names(self, option: str) -> list[str]:
        """A value with commas as a list."""
        return [name for name in self.get(option).split(",") if name]

    def params(self, option: str) -> dict[str, Any] | None:
        """A JSON value; None when the table does not say."""
        return cast("dict[str, Any]", json.loads(self.options[option])) if option in self.options else None


@dataclass(frozen=True)
class Options:
    """The options that lines may have, with what they mean, and those of them whose values are JSON."""

    known: Mapping[str, str]
    json: frozenset[str] = frozenset()

    def read(self, words: list[str], where: str) -> dict[str, str]:
        """The options in these words. Raises ModelError for a word that is none."""
        found: dict[str, str] = {}
        for word in words:
            name, sign, value = word.partition("=")
            if name not in self.known or not sign:
                raise ModelError(where, f"{word!r} is no option.")
            if name in self.json:
                json.loads(value)
            found[name] = value
        return found


def read(path: Path, options: Options) -> list[Line]:
    """The lines of a table. Raises ModelError naming file and line of what cannot be understood."""
    lines: list[Line] = []
    service, shared = "", {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text, where = re.sub(r"(^|\s)#.*", "", raw).rstrip(), f"{path.name}:{number}"
        if text.startswith("["):
            service, *words = text.strip("[]").split()
            shared = options.read(words, where)
        elif text.startswith(" "):
            _belonging(lines[-1], text.strip(), where)
        elif text:
            kind, operation, *words = text.split()
            lines.append(Line(kind, service, operation, where, {**shared, **options.read(words, where)}))
    return lines


def _belonging(line: Line, text: str, where: str) -> None:
    edge, found = _EDGE.fullmatch(text), _PROPERTY.fullmatch(text)
    if edge:
        line.edges.append(_edge(edge))
    elif found:
        line.properties.append((found["name"], found["path"], found["type"] or ""))
    else:
        raise ModelError(where, f"{text!r} is neither a property nor an edge.")


def _edge(found: re.Match[str]) -> EdgeRule:
    words = found["words"].split()
    delete: Literal["", "this_first", "other_first"] = ""
    if "first" in words or "last" in words:
        delete = "this_first" if "first" in words else "other_first"
    match = next((word[3:] for word in words if word.startswith("by=")), "any" if found["path"] else "all")
    way = found["way"]
    return EdgeRule(
        found["kind"], found["path"] or "", cast("Match", match), outgoing=way == ">", default=way != "-", delete=delete
    )
