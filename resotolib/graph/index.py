"""Finds a collected resource by identifier, ARN or name; the nearest one, and none when two are equally near."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from resotolib.graph.graph import Node

Attribute = Literal["id", "arn", "name"]
ANY_KIND = ""
_ANYWHERE = "*"


class Index:
    """Resources by (attribute, kind, region, value). Cost does not depend on how many share a value."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Attribute, str, str, str], Node | None] = {}

    def add(self, node: Node, attribute: Attribute, value: str, kinds: Iterable[str], region: str) -> None:
        """Make `node` found by `value`, under each of `kinds` and under any kind."""
        for kind in (ANY_KIND, *kinds):
            for place in (region, _ANYWHERE):
                key = (attribute, kind, place, value)
                known = self._entries.get(key, node)
                self._entries[key] = node if known is node else None

    def find(self, attribute: Attribute, kind: str, value: str, region: str) -> Node | None:
        """The resource in `region`, else the only one anywhere; None also when the value is ambiguous."""
        key = (attribute, kind, region, value)
        if key in self._entries:
            return self._entries[key]
        return self._entries.get((attribute, kind, _ANYWHERE, value))
