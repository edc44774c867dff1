"""What a run must not delete although it did not read it: taken from the core and sent again with the account.

The account is what a merge replaces, so what is below it in the core and not in the upload is deleted. What is unread
or excluded is therefore read back, nodes and edges, and marked with `metadata.stale_since`. Resources of
an unread kind that were read, but perhaps not wholly, keep what was not read of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from resotolib.collect.completeness import EVERYWHERE, Outcome, Reading
from resotolib.collect.segment import Segment
from resotolib.core.http import Core
from resotolib.graph.cycles import closing_edges
from resotolib.graph.kindtree import KindTree
from resotolib.kinds.kind import Kind

_COMPUTED = ("age", "last_update", "last_access")  # made by the core for each answer
_OWN_METADATA = ("replace", "exported_at", "descendant_summary", "descendant_count")
_PLACES = ("region", "zone")

Edge = tuple[str, str, str]


@dataclass(slots=True)
class Carried:
    """Lines to send beside a segment's file."""

    lines: list[bytes] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    nodes: int = 0
    edges: int = 0


class Keeper:
    """Reads from a core what a segment must not delete."""

    def __init__(self, core: Core, graph: str, kinds: Mapping[str, Kind]) -> None:
        self._core, self._graph = core, graph
        tree = KindTree(kinds)
        self._places = frozenset(name for name in kinds if not tree.closure(name).isdisjoint(_PLACES))

    def carry(self, segment: Segment, keep: Collection[Reading]) -> Carried:
        """What the core holds of `keep` and the segment does not. Raises CoreError when the core cannot be read.

        What the segment has of a resource in part is filled in in its file.
        """
        if not keep:
            return Carried()
        nodes, edges = self._held(segment, keep)
        sent = Sent.read(Path(segment.path))
        wanted, unread = Covered(keep), Covered(one for one in keep if one.outcome is Outcome.UNREAD)
        _fill_in(Path(segment.path), {id_: one for id_, one in nodes.items() if one in unread})
        carried = {id_ for id_, one in nodes.items() if id_ not in sent.ids and one in wanted}
        carried |= self._above(carried, nodes, edges, sent.ids)
        known = sent.ids | carried
        drawn = [edge for edge in edges if known.issuperset(edge[:2]) and not carried.isdisjoint(edge[:2])]
        drawn += sent.adopt(carried, nodes, drawn)
        return _lines([nodes[id_] for id_ in sorted(carried)], _without_cycles(sent, drawn))

    def _held(self, segment: Segment, keep: Iterable[Reading]) -> tuple[dict[str, dict[str, Any]], list[Edge]]:
        kinds_by_region: defaultdict[str, set[str]] = defaultdict(set)
        for one in keep:
            kinds_by_region["" if one.region == EVERYWHERE else one.region].add(one.kind)
        nodes: dict[str, dict[str, Any]] = {}
        edges: set[Edge] = set()
        for query in self._core.dialect.held(segment.scope.cloud, segment.scope.id, self._places, kinds_by_region):
            for element in self._core.search_graph(self._graph, query):
                if element.get("type") == "edge":
                    edges.add((element["from"], element["to"], element.get("edge_type", "default")))
                elif _account(element) in ("", segment.scope.id):
                    nodes[element["id"]] = element
        return nodes, sorted(edges)

    def _above(
        self, carried: Collection[str], nodes: Mapping[str, Any], edges: Iterable[Edge], sent: Collection[str]
    ) -> set[str]:
        """The regions and zones that hold what is carried and are not sent otherwise."""
        parents: defaultdict[str, list[str]] = defaultdict(list)
        for source, target, edge_type in edges:
            if edge_type == "default" and source in nodes and _kind(nodes[source]) in self._places:
                parents[target].append(source)
        found: set[str] = set()
        waiting = list(carried)
        while waiting:
            for parent in parents[waiting.pop()]:
                if parent not in sent and parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found


class Covered:
    """The nodes of a core that readings speak of."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._by_kind: defaultdict[str, list[Reading]] = defaultdict(list)
        for one in readings:
            self._by_kind[one.kind].append(one)

    def __contains__(self, node: Mapping[str, Any]) -> bool:
        kind, region, zone = _kind(node), _ancestor(node, "region"), _ancestor(node, "zone")
        return any(one.covers(kind, region, zone) for one in self._by_kind.get(kind, ()))


@dataclass(frozen=True)
class Sent:
    """What a segment's file holds: its nodes and edges, its account, and its regions by their own identifiers."""

    ids: frozenset[str]
    edges: Mapping[str, Collection[tuple[str, str]]]
    account: str
    places: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> Sent:
        """Read the file."""
        names: dict[str, str] = {}
        edges: dict[str, list[tuple[str, str]]] = {"default": [], "delete": []}
        account = ""
        with path.open("rb") as file:
            for element in map(json.loads, file):
                if "id" not in element:
                    edges[element.get("edge_type", "default")].append((element["from"], element["to"]))
                    continue
                names[element["id"]] = str(element["reported"].get("id"))
                if element["metadata"].get("replace"):
                    account = element["id"]
        below = {target for source, target in edges["default"] if source == account}
        return cls(frozenset(names), edges, account, {names[id_]: id_ for id_ in below})

    def adopt(self, carried: Collection[str], nodes: Mapping[str, Any], drawn: Iterable[Edge]) -> list[Edge]:
        """Edges to what would have nothing above it: what it lay below was not kept; its region or account is there."""
        held = {target for _, target, edge_type in drawn if edge_type == "default"}
        orphans = sorted(id_ for id_ in carried if id_ not in held)
        return [(self.places.get(_ancestor(nodes[id_], "region"), self.account), id_, "default") for id_ in orphans]


def _fill_in(path: Path, held: Mapping[str, Mapping[str, Any]]) -> None:
    """Give the nodes of the file what the core holds of them and they lack."""
    if not held:
        return
    now, whole = _now(), path.with_suffix(".whole")
    with path.open("rb") as file, whole.open("wb") as target:
        for line in file:
            node = json.loads(line)
            known = held.get(node.get("id", ""))
            target.write(line if known is None else _dump(_whole(node, known, now)) + b"\n")
    whole.replace(path)


def _whole(node: dict[str, Any], held: Mapping[str, Any], now: str) -> dict[str, Any]:
    """The node with what it lacks. The id in place of a name, and no tags, are what is said when they are not known."""
    known, read = _stale(held, now), node["reported"]
    unknown = {name for name, value in read.items() if value in (None, {}, [], "")}
    if read.get("name") == read.get("id"):
        unknown.add("name")
    lacking = {
        name: value
        for name, value in known["reported"].items()
        if name not in read or (name in unknown and value != read[name])
    }
    if not lacking:
        return node
    stale = {"stale_since": known["metadata"]["stale_since"]}
    return {**node, "reported": {**read, **lacking}, "metadata": {**node.get("metadata", {}), **stale}}


def _without_cycles(sent: Sent, drawn: Iterable[Edge]) -> list[Edge]:
    """What was carried must not close a cycle with what was read."""
    left: list[Edge] = []
    for edge_type in ("default", "delete"):
        carried = sorted((source, target) for source, target, type_ in drawn if type_ == edge_type)
        closing = closing_edges(list(sent.edges[edge_type]), carried)
        left += [(*edge, edge_type) for edge in carried if edge not in closing]
    return left


def _kind(node: Mapping[str, Any]) -> str:
    return str(node.get("reported", {}).get("kind"))


def _account(node: Mapping[str, Any]) -> str:
    """What is beyond an edge between accounts is another one's."""
    return _ancestor(node, "account")


def _ancestor(node: Mapping[str, Any], level: str) -> str:
    """The id of the region, the zone or the account that the node lies in, "" for none."""
    found = (node.get("ancestors") or {}).get(level) or {}
    return str((found.get("reported") or {}).get("id", ""))


def _lines(nodes: Iterable[Mapping[str, Any]], edges: Sequence[Edge]) -> Carried:
    now = _now()
    kept = [_stale(node, now) for node in nodes]
    lines = [_dump(element) for element in (*kept, *(_edge(*edge) for edge in edges))]
    return Carried(lines, {_kind(node) for node in kept}, len(kept), len(edges))


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _stale(node: Mapping[str, Any], now: str) -> dict[str, Any]:
    """The node as it is uploaded: without what the core computes, marked with the time since when it is not read."""
    reported = {name: value for name, value in node["reported"].items() if name not in _COMPUTED}
    metadata = {name: value for name, value in (node.get("metadata") or {}).items() if name not in _OWN_METADATA}
    metadata.setdefault("stale_since", now)
    sections = {"id": node["id"], "reported": reported, "metadata": metadata}
    return {**sections, "desired": node["desired"]} if node.get("desired") else sections


def _edge(source: str, target: str, edge_type: str) -> dict[str, str]:
    edge = {"from": source, "to": target}
    return edge if edge_type == "default" else {**edge, "edge_type": edge_type}


def _dump(element: Mapping[str, Any]) -> bytes:
    return json.dumps(element, separators=(",", ":")).encode()
