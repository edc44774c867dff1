"""The nodes that contain resources: the project, its regions, their zones; and which of them are wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resoto_plugin_gcp.flags import CLOUD
from resoto_plugin_gcp.links import GLOBAL, location
from resotolib.collect.completeness import EVERYWHERE
from resotolib.collect.records import Record
from resotolib.collect.scope import Scope
from resotolib.graph.graph import Graph, Node, node_id

PROJECT, REGION, ZONE = "gcp_project", "gcp_region", "gcp_zone"
_REGION = re.compile(r"[a-z]+(-[a-z]+)*-(north|south|east|west|central)+\d+")


@dataclass(frozen=True, slots=True)
class Where:
    """A region, or a zone of it, or all of them at once."""

    region: str = EVERYWHERE
    zone: str = ""

    def __str__(self) -> str:
        return self.zone or ("all regions" if self.region == EVERYWHERE else self.region)


ALL = Where()


def where(name: str) -> Where:
    """Region and zone of a location's name."""
    return Where(*location(name))


def is_region(name: str) -> bool:
    """Whether it is the name of a single region, not of a continent or a pair."""
    return _REGION.fullmatch(name) is not None


class Wanted:
    """The zones that were asked for, and the regions that these are in; all when none were.

    What belongs to no single region (global, or to a continent) is always wanted.
    """

    def __init__(self, zones: Sequence[str]) -> None:
        self.zones = frozenset(zones)
        self.regions = frozenset(location(zone)[0] for zone in zones)

    def __contains__(self, place: Where) -> bool:
        if not self.zones or not is_region(place.region):
            return True
        return place.zone in self.zones if place.zone else place.region in self.regions

    def left_out(self, known: Iterable[Where]) -> list[Where]:
        """The regions and zones among those `known` that are not wanted, the zones of such regions not named again."""
        places = set(known)
        regions = {Where(place.region) for place in places if Where(place.region) not in self}
        zones = {place for place in places if place not in self and place.region in self.regions}
        return sorted(regions | zones, key=lambda place: (place.region, place.zone))


class Places:
    """Makes each node when it is first asked for."""

    def __init__(self, graph: Graph, scope: Scope) -> None:
        self._graph, self._project = graph, scope.id
        reported = {"kind": PROJECT, "id": scope.id, "name": scope.name or scope.id, "tags": {}}
        reported["link"] = f"projects/{scope.id}"
        self.project = graph.add(Node(node_id(PROJECT, CLOUD, scope.id, "", scope.id), PROJECT, reported), graph.cloud)
        self._nodes: dict[Where, Node] = {}

    def node(self, place: Where) -> Node:
        """The node of a region or a zone; of `global` too."""
        if place not in self._nodes:
            name = place.zone or place.region
            kind = ZONE if place.zone else REGION
            noun = "zones" if place.zone else "regions"
            reported = {"kind": kind, "id": name, "name": name, "tags": {}}
            if name != GLOBAL:
                reported["link"] = f"projects/{self._project}/{noun}/{name}"
            above = self.node(Where(place.region)) if place.zone else self.project
            id_ = node_id(kind, CLOUD, self._project, place.region, name)
            self._nodes[place] = self._graph.add(Node(id_, kind, reported), above)
        return self._nodes[place]

    def describe(self, record: Record) -> bool:
        """Add what was read about a place to its node; whether the record is one of a place."""
        node = self._of(record)
        if node is None:
            return False
        identity = {name: value for name, value in node.reported.items() if name in ("id", "link")}
        node.reported.update(record.reported())
        node.reported.update(identity)
        record.node = node
        return True

    def _of(self, record: Record) -> Node | None:
        if record.kind.name == PROJECT:
            return self.project
        if record.kind.name in (REGION, ZONE):
            return self.node(where(record.name or record.id))
        return None
