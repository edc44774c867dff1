"""Whatever was there, is there and was read of it: a merge deletes only what was read completely and is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import pairwise, product
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from resotolib.collect.completeness import EVERYWHERE, OTHERS, Outcome, Reading
from resotolib.collect.scope import Scope
from resotolib.collect.segment import Segment
from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.graph.export import write
from resotolib.graph.graph import Graph, Node, node_id
from resotolib.testing.example import CLOUD, all_kinds
from resotoworker.delivery import Delivery
from resotoworker.localcore import LocalCore
from resotoworker.others import spelled_out
from resotoworker.spool import MEGABYTE, Spool

NOUNS, REGIONS = ("network", "machine", "disk"), ("north", "south")
PLACES = tuple(product(REGIONS, NOUNS))
SCOPE = Scope(CLOUD, "a", "a")

OF_OTHERS = Reading(EVERYWHERE, OTHERS, Outcome.EXCLUDED)

Place = tuple[str, str]
Estate = Mapping[Place, frozenset[int]]
estates = st.fixed_dictionaries({place: st.frozensets(st.integers(0, 2)) for place in PLACES})
outcomes = st.fixed_dictionaries({place: st.sampled_from(Outcome) for place in PLACES})


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    with (
        LocalCore(tmp_path_factory.mktemp("core") / "core.sqlite") as local,
        Core(local.url, Credentials(None)) as core,
    ):
        yield core


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spool]:
    with closing(Spool(tmp_path_factory.mktemp("spool"), 100 * MEGABYTE)) as spool:
        yield spool


@settings(
    max_examples=25, deadline=None, phases=(Phase.generate,)
)  # each example is real uploads: shrinking takes minutes
@given(before=estates, now=estates, outcome=outcomes)
def test_a_merge_deletes_only_what_was_read_completely(
    core: Core, spool: Spool, before: Estate, now: Estate, outcome: Mapping[Place, Outcome]
) -> None:
    delivery = Delivery(core, f"g{uuid4().hex}", all_kinds(), spool)
    nothing_read = (Outcome.ABSENT, Outcome.EXCLUDED)
    read = {place: frozenset[int]() if outcome[place] in nothing_read else now[place] for place in PLACES}

    send(delivery, before, dict.fromkeys(PLACES, Outcome.COMPLETE))
    send(delivery, read, outcome)

    kept = {place for place in PLACES if outcome[place] in (Outcome.UNREAD, Outcome.EXCLUDED)}
    wanted = {place: read[place] | before[place] if place in kept else read[place] for place in PLACES}
    nodes, edges = held(delivery)
    assert nodes == {name(place, number) for place in PLACES for number in wanted[place]}
    carried = {name(place, number) for place in kept for number in before[place] - read[place]}
    still = {edge for edge in drawn(before) if edge[0] in nodes and edge[1] in nodes and not carried.isdisjoint(edge)}
    assert drawn(read) | still <= edges


@pytest.mark.parametrize(("readings", "kept"), [((OF_OTHERS,), {"machine", "disk"}), ((), set())])
def test_kinds_that_a_run_did_not_look_at_are_kept_when_it_says_so(
    core: Core, spool: Spool, readings: tuple[Reading, ...], kept: set[str]
) -> None:
    delivery = Delivery(core, f"g{uuid4().hex}", all_kinds(), spool)
    estate = {place: frozenset({0}) for place in PLACES}

    send(delivery, estate, dict.fromkeys(PLACES, Outcome.COMPLETE))
    networks = {(region, "network"): Outcome.COMPLETE for region in REGIONS}
    send(delivery, {place: frozenset[int]() for place in PLACES}, networks, readings)

    nodes, _ = held(delivery)
    assert nodes == {name((region, noun), 0) for region in REGIONS for noun in kept}


def test_a_core_that_knows_no_such_kinds_is_asked_nothing() -> None:
    named = Reading("north", "sky_machine", Outcome.UNREAD)
    model = [
        {"fqn": "sky_resource", "aggregate_root": True},
        {"fqn": "sky_machine", "aggregate_root": True, "bases": ["sky_resource"]},
        {"fqn": "sky_machine_state_shape", "aggregate_root": False},
        {"fqn": "sea_ship", "aggregate_root": True},
    ]

    assert list(spelled_out([named, OF_OTHERS], [named, OF_OTHERS], "sky", model)) == [named]
    assert [one.kind for one in spelled_out([OF_OTHERS], [OF_OTHERS], "sky", model)] == ["sky_machine"]


def send(
    delivery: Delivery, estate: Estate, outcome: Mapping[Place, Outcome], others: tuple[Reading, ...] = ()
) -> None:
    """Send the account as it was read, and require that it arrives."""
    through: list[Segment] = []
    shelf = delivery.shelf(Action("collect", uuid4().hex, "collect"))
    graph, account = build(estate)
    path = shelf.folder / "a.ndjson"
    write(graph, account, path)
    kinds = {node.kind: 1 for node in graph.nodes()}
    readings = (*(Reading(region, f"{CLOUD}_{noun}", said) for (region, noun), said in outcome.items()), *others)
    segment = Segment(SCOPE, str(path), len(graph), graph.number_of_edges(), kinds, readings)
    with delivery.uploader("t", 1e9, Event(), through.append, shelf) as uploader:
        uploader.put(shelf.keep(segment))
    shelf.settle()
    assert [one.error for one in through] == [""]
    assert not Path(path).exists()


def build(estate: Estate) -> tuple[Graph, Node]:
    """Disks are on machines, machines in networks, where there is one of the same number."""
    graph = Graph(CLOUD)
    account = graph.add(node("account", "", "a"), graph.cloud)
    for region in REGIONS:
        place = graph.add(node("region", region, region), account)
        for noun in NOUNS:
            for number in estate[region, noun]:
                graph.add(node(noun, region, name((region, noun), number)), place)
    ids = {one.reported["id"]: one for one in graph.nodes()}
    for source, target in drawn(estate):
        graph.connect(ids[source], ids[target])
        graph.connect(ids[target], ids[source], "delete")
    return graph, account


def node(noun: str, region: str, id_: str) -> Node:
    kind = f"{CLOUD}_{noun}"
    return Node(node_id(kind, CLOUD, "a", region, id_), kind, {"kind": kind, "id": id_, "name": id_, "tags": {}})


def name(place: Place, number: int) -> str:
    return f"{place[0]}-{place[1]}-{number}"


def drawn(estate: Estate) -> set[tuple[str, str]]:
    """The edges that are drawn, by the names of their ends."""
    return {
        (name((region, above), number), name((region, below), number))
        for region in REGIONS
        for above, below in pairwise(NOUNS)
        for number in estate[region, above] & estate[region, below]
    }


def held(delivery: Delivery) -> tuple[set[str], set[tuple[str, str]]]:
    """Names and edges of the resources that the core holds; an edge counts when both of its kinds are there."""
    rows: list[dict[str, Any]] = list(delivery.core.search_graph(delivery.graph, "all <-default,delete[0:1]->"))
    names = {row["id"]: row["reported"]["id"] for row in rows if row["type"] == "node"}
    edges = {(names[row["from"]], names[row["to"]], row["edge_type"]) for row in rows if row["type"] == "edge"}
    both = {(source, target) for source, target, _ in edges if (target, source, "delete") in edges}
    resources = {one for one in names.values() if one.count("-") == 2}
    return resources, both
