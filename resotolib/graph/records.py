"""Makes nodes of a vendor's objects, as their kinds describe them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resotolib.errors import ModelError
from resotolib.graph.graph import Node, node_id
from resotolib.kinds.checks import all_properties
from resotolib.kinds.kind import Kind
from resotolib.kinds.moments import iso
from resotolib.kinds.paths import getter
from resotolib.kinds.values import Parser, text


class KindReader:
    """How items of one kind become nodes."""

    def __init__(self, kind: Kind, every: Mapping[str, Kind]) -> None:
        """`every`: all kinds by name, for what this one inherits. Raises ModelError for a kind without identity."""
        identity = kind.identity
        if identity is None:
            raise ModelError(kind.name, "it does not say what identifies it.")
        self.kind = kind
        self._parser = Parser((p for p in all_properties(kind, every).values() if p.path), kind.shapes)
        self._id, self._name = getter(identity.id), getter(identity.name)
        times = {"ctime": identity.ctime, "mtime": identity.mtime, "atime": identity.atime}
        self._times = tuple((name, getter(path)) for name, path in times.items() if path)
        self._linked = frozenset(rule.path.partition(".")[0].removesuffix("[]") for rule in kind.edges)

    def node(self, item: Any, account: str, region: str, dropped: list[str]) -> Node | None:
        """The node of an item; None when nothing identifies it. `dropped` takes the names of unreadable members.

        `account` and `region`: identifiers of those that the item is in.
        """
        found = self._id(item)
        if found is None or found == "":
            dropped.append("id")
            return None
        identity = text(found)
        name = self._name(item)
        reported = {"kind": self.kind.name, "id": identity, "name": text(name) if name else identity, "tags": {}}
        for member, get in self._times:
            self._add_time(reported, member, get(item), dropped)
        reported |= self._parser.parse(item, dropped)
        return Node(node_id(self.kind.name, self.kind.cloud, account, region, identity), self.kind.name, reported)

    def links(self, item: Any) -> dict[str, Any]:
        """The members that edges are declared by, for clouds where a guess by other members would often be wrong."""
        return {member: item[member] for member in self._linked if member in item}

    def _add_time(self, reported: dict[str, Any], member: str, value: Any, dropped: list[str]) -> None:
        if value is None or value == "":
            return
        try:
            reported[member] = iso(value)
        except (ValueError, TypeError, OverflowError, OSError):
            dropped.append(member)
