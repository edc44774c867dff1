"""Nodes, containment and edges."""

from __future__ import annotations

import pytest

from resotolib.errors import GraphError
from resotolib.graph.graph import Graph, Node, node_id
from tests.resotolib.graph.kinds import Account, kind


def test_an_identity_does_not_depend_on_the_name_and_is_different_in_another_region() -> None:
    assert node_id("aws_vpc", "aws", "1", "north", "vpc-1") == node_id("aws_vpc", "aws", "1", "north", "vpc-1")
    assert node_id("aws_vpc", "aws", "1", "north", "vpc-1") != node_id("aws_vpc", "aws", "1", "south", "vpc-1")


def test_parts_of_an_identity_do_not_run_into_each_other() -> None:
    assert node_id("k", "c", "ab", "c", "d") != node_id("k", "c", "a", "bc", "d")


def test_a_node_that_is_there_already_is_not_added_again() -> None:
    account = Account(kind("aws_vpc"))
    first = account.add("aws_vpc", "vpc-1")
    edges = account.graph.number_of_edges()

    again = account.graph.add(Node(first.id, "aws_vpc", {"id": "vpc-1"}), account.regions["south"])

    assert again is first
    assert account.graph.number_of_edges() == edges


@pytest.mark.parametrize("other", [("aws_vpc", "vpc-2"), ("aws_subnet", "vpc-1")])
def test_two_resources_with_one_id_are_named(other: tuple[str, str]) -> None:
    account = Account(kind("aws_vpc"))
    first = account.add("aws_vpc", "vpc-1")

    with pytest.raises(GraphError, match=f"^Graph of aws: aws_vpc vpc-1 and {' '.join(other)} have one id, {first.id}"):
        account.graph.add(Node(first.id, other[0], {"id": other[1]}), account.regions["south"])


def test_a_parent_that_was_never_added_is_an_error_that_names_it() -> None:
    account = Account(kind("aws_vpc"))
    with pytest.raises(GraphError, match=r"^Graph of aws: aws_region west is linked to but was never added"):
        account.graph.add(Node("n", "aws_vpc", {}), Node("r", "aws_region", {"id": "west"}))


def test_an_edge_to_a_node_that_was_never_added_is_an_error() -> None:
    account = Account(kind("aws_vpc"))
    vpc = account.add("aws_vpc", "vpc-1")
    with pytest.raises(GraphError, match="aws_vpc vpc-2"):
        account.graph.connect(vpc, Node("x", "aws_vpc", {"id": "vpc-2"}))


def test_an_edge_drawn_twice_is_there_once_and_both_types_may_join_two_nodes() -> None:
    account = Account(kind("aws_vpc"))
    one, two = account.add("aws_vpc", "vpc-1"), account.add("aws_vpc", "vpc-2")

    for edge_type in ("default", "default", "delete"):
        account.graph.connect(one, two, edge_type)

    assert account.drawn() == {("vpc-1", "vpc-2", "default"), ("vpc-1", "vpc-2", "delete")}


def test_a_guess_that_is_declared_too_counts_as_declared() -> None:
    account = Account(kind("aws_vpc"))
    one, two = account.add("aws_vpc", "vpc-1"), account.add("aws_vpc", "vpc-2")
    account.graph.connect(one, two, origin="found")

    account.graph.connect(one, two)

    assert account.graph.edges_of("default", "declared") == [(one.id, two.id)]
    assert account.graph.edges_of("default", "found") == []


def test_a_graph_that_grows_beyond_its_limit_is_given_up() -> None:
    graph = Graph("moon", most_nodes=3)
    graph.add(Node("n1", "crater", {"kind": "crater", "id": "1"}), graph.cloud)
    graph.add(Node("n2", "crater", {"kind": "crater", "id": "2"}), graph.cloud)

    with pytest.raises(GraphError, match=r"^Graph of moon: it has more than 3 resources: raise --max-scope-nodes"):
        graph.add(Node("n3", "crater", {"kind": "crater", "id": "3"}), graph.cloud)
