"""Kinds that nobody goes through are as good as the others wherever a node is of one."""

from __future__ import annotations

from resotolib.clean.resource import parse
from resotolib.graph.check import check
from resotolib.graph.graph import Graph, Node
from resotolib.graph.model import model
from resotolib.kinds.kind import EdgeRule, Kind, Property, Shape
from resotoworker.cleanup import derived_edges
from resotoworker.knownkinds import KnownKinds, with_base

ACCOUNT = Kind("moon_account", ("account",), "moon")
ROCK = Kind(
    "moon_rock",
    ("resource",),
    "moon",
    properties=(Property("rock_size", "moon_size_shape"),),
    shapes=(Shape("moon_size_shape", (Property("metres", "int64"),)),),
    edges=(EdgeRule("moon_account", "a", delete="this_first"),),
)
KINDS = with_base(KnownKinds({"moon_account": ACCOUNT}, {"moon_rock": ROCK}.get))


def node(kind: str, **more: object) -> Node:
    return Node(kind, kind, {"kind": kind, "id": kind, "name": kind, **more}, {"replace": True})


def test_a_graph_with_a_further_kind_is_sound() -> None:
    graph = Graph("moon")
    account = graph.add(node("moon_account"), graph.cloud)
    graph.add(node("moon_rock", rock_size={"metres": 3}), account)

    check(graph, KINDS)

    assert "moon_rock" not in set(KINDS)


def test_the_model_of_a_further_kind_has_its_shapes() -> None:
    assert {"moon_rock", "moon_size_shape", "resource"} <= {kind["fqn"] for kind in model(["moon_rock"], KINDS)}


def test_rules_of_further_kinds_say_who_is_deleted_first() -> None:
    resources = [
        parse({"id": kind, "reported": {"kind": kind, "id": kind, "name": kind}})
        for kind in ("moon_account", "moon_rock")
    ]

    found = list(derived_edges(resources, [("moon_account", "moon_rock")], KINDS))

    assert found == [("moon_account", "moon_rock")]
