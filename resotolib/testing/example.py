"""The smallest collector that is a whole one: accounts with one region, networks, machines and disks, from no cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from resotolib.clean.readonly import ReadOnly
from resotolib.collect.collector import Concurrency, ScopeRun, Writer
from resotolib.collect.completeness import Outcome, Reading
from resotolib.collect.scope import Discovery, Scope
from resotolib.graph.edges import Linker
from resotolib.graph.graph import Graph, Node, node_id
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Call, EdgeRule, Identity, Kind, Property, Tags
from resotolib.kinds.kind import Reading as HowRead

CLOUD = "example"
REGION = "north"

_IDENTITY = Identity(id="Id", name="Name")


def _kind(noun: str, base: str, *properties: Property, edges: Sequence[EdgeRule] = ()) -> Kind:
    return Kind(
        f"{CLOUD}_{noun}",
        (base,),
        CLOUD,
        service="things",
        title=noun,
        properties=properties,
        identity=_IDENTITY,
        reading=HowRead(Call("things", f"List{noun.title()}s", items="Items[]")),
        edges=tuple(edges),
        tags=Tags("Tags", "map"),
    )


KINDS = (
    Kind(f"{CLOUD}_account", ("account",), CLOUD),
    Kind(f"{CLOUD}_region", ("region",), CLOUD),
    _kind("network", "network"),
    _kind(
        "machine",
        "instance",
        Property("instance_cores", "double", "Cores"),
        edges=[EdgeRule(f"{CLOUD}_network", "NetworkId", "id", delete="this_first")],
    ),
    _kind("disk", "volume", Property("volume_size", "int64", "Size")),
)


def all_kinds() -> dict[str, Kind]:
    """The kinds of this plugin and those they derive from, by name."""
    return {kind.name: kind for kind in (*base_kinds(), *KINDS)}


def kinds() -> dict[str, Kind]:
    """The kinds of this plugin by name."""
    return {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class ExampleCollector:
    """Makes up `accounts` accounts with `size` resources of each kind."""

    accounts: int = 1
    size: int = 3
    concurrency: Concurrency = field(default_factory=Concurrency)
    cloud: str = CLOUD

    def scopes(self) -> Discovery:
        """See `Collector`."""
        return Discovery(tuple(Scope(CLOUD, f"{number:03}", f"account {number}") for number in range(self.accounts)))

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """See `Collector`."""
        run.progress(regions=1)
        region = _places(scope, run.graph)
        linker = Linker(run.graph, all_kinds())
        for kind, items in run.map(self._list, self._wanted()):
            for item in items:
                linker.add(run.graph.add(_node(kind, scope, item), region), kind, item)
            run.record(Reading(REGION, kind.name, Outcome.COMPLETE))
            run.progress(nodes=len(items), calls=1)
        linker.link()
        run.progress(regions_done=1)

    def writer(self) -> AbstractContextManager[Writer]:
        """See `Collector`."""
        return ReadOnly()

    def _wanted(self) -> list[Kind]:
        return [kind for kind in KINDS if kind.collectable]

    def _list(self, kind: Kind) -> tuple[Kind, list[dict[str, Any]]]:
        """What a cloud would answer; machines name their network, disks their machine."""
        noun = kind.title
        items: list[dict[str, Any]] = [
            {"Id": f"{noun}-{number:08x}", "Name": f"{noun} {number}", "Tags": {"owner": "nobody"}}
            for number in range(self.size)
        ]
        for number, item in enumerate(items):
            if noun == "machine":
                item |= {"NetworkId": f"network-{number:08x}", "Cores": 4.0}
            elif noun == "disk":
                item |= {"AttachedTo": f"machine-{number:08x}", "Size": 10}
        return kind, items


def _places(scope: Scope, graph: Graph) -> Node:
    account = Node(
        node_id(f"{CLOUD}_account", CLOUD, scope.id, "", scope.id),
        f"{CLOUD}_account",
        {"kind": f"{CLOUD}_account", "id": scope.id, "name": scope.name, "tags": {}},
    )
    region = Node(
        node_id(f"{CLOUD}_region", CLOUD, scope.id, REGION, REGION),
        f"{CLOUD}_region",
        {"kind": f"{CLOUD}_region", "id": REGION, "name": REGION, "tags": {}},
    )
    return graph.add(region, graph.add(account, graph.cloud))


def _node(kind: Kind, scope: Scope, item: Mapping[str, Any]) -> Node:
    reported = {"kind": kind.name, "id": item["Id"], "name": item["Name"], "tags": dict(item["Tags"])}
    reported |= {one.name: item[one.path] for one in kind.properties if one.path in item}
    return Node(node_id(kind.name, CLOUD, scope.id, REGION, item["Id"]), kind.name, reported)
