"""The order of deletion."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resotolib.clean.plan import Plan, make_plan
from resotolib.clean.resource import Resource, parse
from resotolib.errors import MessageError
from tests.resotolib.clean.nodes import node, resource


def names(plan: Plan) -> list[list[str]]:
    """The waves as names."""
    return [[item.id for item in wave] for wave in plan.waves]


def test_what_an_edge_points_to_goes_first() -> None:
    resources = [resource(name) for name in ("vpc", "subnet", "group", "instance", "volume")]
    edges = [("vpc", "subnet"), ("subnet", "instance"), ("group", "instance"), ("vpc", "group"), ("volume", "instance")]

    plan = make_plan(resources, edges)

    assert names(plan) == [["instance"], ["group", "subnet", "volume"], ["vpc"]]
    assert len(plan) == 5


def test_only_what_is_flagged_is_deleted() -> None:
    plan = make_plan([resource("a"), resource("b", clean=False)], [("a", "b")])

    assert names(plan) == [["a"]]
    assert [str(other) for other in plan.unflagged["a"]] == ["thing b"]


def test_the_order_holds_through_what_is_not_flagged() -> None:
    resources = [resource("first"), resource("middle", clean=False), resource("second", clean=False), resource("last")]

    plan = make_plan(resources, [("last", "second"), ("second", "middle"), ("middle", "first")])

    assert names(plan) == [["first"], ["last"]]


def test_a_cycle_is_refused_by_name_and_the_others_go_on() -> None:
    resources = [resource(name) for name in ("a", "b", "free", "needs_a")]

    plan = make_plan(resources, [("a", "b"), ("b", "a"), ("needs_a", "a")])

    reasons = {refusal.resource.id: refusal.reason for refusal in plan.refused}
    assert names(plan) == [["free"]]
    assert set(reasons) == {"a", "b", "needs_a"}
    assert "thing a -> thing b -> thing a" in reasons["a"]
    assert reasons["needs_a"] == "thing a must go first and is refused"


def test_a_cycle_with_only_one_flagged_member_does_not_matter() -> None:
    plan = make_plan([resource("a"), resource("b", clean=False)], [("a", "b"), ("b", "a"), ("a", "a")])

    assert names(plan) == [["a"]]


def test_protected_resources_are_refused_with_all_that_can_only_go_after_them() -> None:
    resources = [
        resource("low", metadata={"protected": True}),
        resource("between", clean=False),
        resource("high"),
        resource("other"),
    ]

    plan = make_plan(resources, [("between", "low"), ("high", "between")])

    assert names(plan) == [["other"]]
    assert {(refusal.resource.id, refusal.blocker) for refusal in plan.refused} == {("low", ""), ("high", "low")}


def test_the_caller_can_refuse() -> None:
    plan = make_plan([resource("a"), resource("b")], [], refuse=lambda item: "no" if item.id == "a" else "")

    assert names(plan) == [["b"]]
    assert [(refusal.resource.id, refusal.reason) for refusal in plan.refused] == [("a", "no")]


def test_what_was_cleaned_before_is_done_and_blocks_nothing() -> None:
    plan = make_plan([resource("old", metadata={"cleaned": True}), resource("a")], [("a", "old")])

    assert names(plan) == [["a"]]
    assert [item.id for item in plan.done] == ["old"]


def test_the_plan_for_people_says_everything() -> None:
    resources = [resource("a"), resource("b", clean=False), resource("c", metadata={"protected": True})]

    lines = list(make_plan(resources, [("a", "b")]).lines())

    assert lines == [
        "1 to delete in 1 waves, 1 refused, 0 done",
        "wave 1: thing a in a1 north (not flagged, but needs it: thing b)",
        "refused: thing c: it is protected",
    ]


NAMES = [f"n{number}" for number in range(12)]
EDGES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=30)


@given(edges=EDGES, flagged=st.sets(st.sampled_from(NAMES)), order=st.permutations(NAMES))
def test_every_chain_of_edges_is_kept_and_nothing_is_lost(
    edges: list[tuple[str, str]], flagged: set[str], order: list[str]
) -> None:
    resources = [resource(name, clean=name in flagged) for name in order]

    plan = make_plan(resources, edges)

    wave_of = {item.id: number for number, wave in enumerate(plan.waves) for item in wave}
    refused = {refusal.resource.id for refusal in plan.refused}
    graph: nx.DiGraph = nx.DiGraph(edges)
    assert wave_of.keys() | refused == flagged
    assert not wave_of.keys() & refused
    for above, wave in wave_of.items():
        for below in nx.descendants(graph, above) & flagged if above in graph else ():
            assert wave_of[below] < wave
    assert names(make_plan([resource(name, clean=name in flagged) for name in NAMES], edges)) == names(plan)


def test_a_graph_with_more_paths_than_can_be_walked_is_planned() -> None:
    layers = [[f"{depth}-{number}" for number in range(40)] for depth in range(100)]
    resources: list[Resource] = [resource(name) for layer in layers for name in layer]
    pairs = itertools.pairwise(layers)
    edges = [(upper, lower) for above, below in pairs for upper in above for lower in below]

    plan = make_plan(resources, edges)

    assert [len(wave) for wave in plan.waves] == [40] * 100


@pytest.mark.parametrize("row", [{}, {"id": "x"}, {"id": "x", "reported": {}}, {"reported": {"kind": "thing"}}])
def test_a_row_that_is_no_node_is_named_as_such(row: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        parse(row)


@pytest.mark.parametrize(
    "ancestors",
    [
        {"ancestors": {"cloud": {"reported": {"id": "aws"}}}},
        {"ancestors": {"cloud": {"id": "aws"}}},
        {"metadata": {"ancestors": {"cloud": {"id": "aws"}}}},
    ],
)
def test_the_cloud_is_found_wherever_a_core_puts_it(ancestors: dict[str, object]) -> None:
    assert parse({"id": "x", "reported": {"kind": "thing"}, **ancestors}).cloud == "aws"


def test_a_resource_is_named_by_kind_id_and_name() -> None:
    assert str(parse(node("i-1", reported={"name": "web"}))) == "thing i-1 (web)"
