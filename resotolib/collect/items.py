"""Items of a vendor's answers as nodes, for plugins whose kinds need nothing but a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resotolib.collect.records import KindReader
from resotolib.graph.graph import Node
from resotolib.kinds.checks import all_properties
from resotolib.kinds.kind import Kind


class ItemReader:
    """How items of one kind become nodes."""

    def __init__(self, kind: Kind, every: Mapping[str, Kind]) -> None:
        """`every`: all kinds by name, for what this one inherits. Raises ModelError for a kind without identity."""
        inherited = [one for one in all_properties(kind, every).values() if one.path]
        self._reader = KindReader(kind, properties=inherited)
        self._linked = frozenset(rule.path.partition(".")[0].removesuffix("[]") for rule in kind.edges)

    def node(self, item: Any, account: str, region: str, dropped: list[str]) -> Node | None:
        """The node of an item; None when nothing identifies it. `dropped` takes the names of unreadable members.

        `account` and `region`: identifiers of those that the item is in.
        """
        record = self._reader.record(item, region, {}, None, dropped)
        return None if record is None else record.make_node(account)

    def links(self, item: Any) -> dict[str, Any]:
        """The members that edges are declared by, for clouds where a guess by other members would often be wrong."""
        return {member: item[member] for member in self._linked if member in item}
