"""What a core holds, and how that differs from what it held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resotolib.core.http import Core
from tests.whole.job import GRAPH

CHANGING = ("age", "last_update", "last_access", "ctime", "mtime", "atime", "role_last_used")
Edge = tuple[str, str, str]


@dataclass(frozen=True)
class Held:
    """One resource."""

    id: str
    kind: str
    name: str
    account: str
    region: str
    reported: Mapping[str, Any]
    stale_since: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name} in {self.account} {self.region}"


@dataclass(frozen=True)
class Content:
    """All resources below accounts, and all edges."""

    nodes: Mapping[str, Held]
    edges: frozenset[Edge]

    @classmethod
    def of(cls, core: Core) -> Content:
        """What this core holds now."""
        rows = list(core.search_graph(GRAPH, "all <-default,delete[0:1]->"))
        found = [_held(row) for row in rows if row["type"] == "node"]
        edges = {(row["from"], row["to"], row.get("edge_type", "default")) for row in rows if row["type"] == "edge"}
        return cls({node.id: node for node in found}, frozenset(edges))

    def named(self, name: str) -> list[Held]:
        """The resources with this name."""
        return [node for node in self.nodes.values() if node.name == name]

    def stale(self) -> list[Held]:
        """What the last run did not read."""
        return [node for node in self.nodes.values() if node.stale_since]

    def without(self, gone: Iterable[Held]) -> Content:
        """The same without these, and without the edges that end there."""
        ids = {node.id for node in gone}
        edges = frozenset(edge for edge in self.edges if ids.isdisjoint(edge[:2]))
        return Content({id_: node for id_, node in self.nodes.items() if id_ not in ids}, edges)

    def missing(self, later: Content) -> list[str]:
        """What is here and not there: lost resources, changed ones, lost edges."""
        lost = [f"lost: {node}" for id_, node in self.nodes.items() if id_ not in later.nodes]
        changed = [
            f"changed: {node}: {_difference(node.reported, later.nodes[id_].reported)}"
            for id_, node in self.nodes.items()
            if id_ in later.nodes and node.reported != later.nodes[id_].reported
        ]
        return [*lost, *changed, *(f"lost edge: {self._edge(edge)}" for edge in sorted(self.edges - later.edges))]

    def _edge(self, edge: Edge) -> str:
        source, target, edge_type = edge
        return f"{self.nodes.get(source)} -{edge_type}-> {self.nodes.get(target)}"


def _held(row: Mapping[str, Any]) -> Held:
    reported, above = row["reported"], row.get("ancestors") or {}
    account, region = (above.get(level, {}).get("reported", {}).get("id", "") for level in ("account", "region"))
    kept = {name: value for name, value in reported.items() if name not in CHANGING}
    stale_since = str((row.get("metadata") or {}).get("stale_since", ""))
    return Held(row["id"], reported["kind"], str(reported.get("name")), account, region, kept, stale_since)


def _difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in {*one, *other} if one.get(name) != other.get(name)]
    return {name: (one.get(name), other.get(name)) for name in names}
