"""Which edges go when they close a cycle, and that it is always the same ones."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resotolib.graph.cycles import acyclic, closing_edges, drop_cycles
from tests.resotolib.graph.kinds import Account, kind

NODES = "abcdefgh"
EDGES = st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda edge: edge[0] != edge[1]))


def chain(*nodes: str) -> list[tuple[str, str]]:
    return list(pairwise(nodes))


def test_what_has_no_cycle_loses_nothing() -> None:
    assert closing_edges(chain("a", "b"), chain("b", "c")) == set()


def test_one_edge_of_a_cycle_goes() -> None:
    assert len(closing_edges([], chain("a", "b", "c", "a"))) == 1


def test_fixed_edges_stay_wherever_the_walk_begins() -> None:
    fixed = [("p", "c")]
    extra = [*chain("a", "c", "x", "p")]
    assert closing_edges(fixed, extra) <= set(extra)
    assert acyclic([*fixed, *(set(extra) - closing_edges(fixed, extra))])


@given(EDGES, EDGES)
@settings(max_examples=300, deadline=None)
def test_what_is_left_has_no_cycle_and_all_fixed_edges(some: set[tuple[str, str]], extra: set[tuple[str, str]]) -> None:
    fixed = [edge for edge in some if edge[0] < edge[1]]
    drawn = sorted(extra - set(fixed))

    closing = closing_edges(fixed, drawn)

    assert closing <= set(drawn)
    assert nx.is_directed_acyclic_graph(nx.DiGraph([*fixed, *(set(drawn) - closing)]))


@given(EDGES, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_drawing_makes_no_difference(edges: set[tuple[str, str]], order: random.Random) -> None:
    drawn = sorted(edges)
    shuffled = list(drawn)
    order.shuffle(shuffled)
    assert closing_edges([], drawn) == closing_edges([], shuffled)


@given(EDGES)
@settings(max_examples=200, deadline=None)
def test_a_cycle_is_recognized(edges: set[tuple[str, str]]) -> None:
    assert acyclic(edges) == nx.is_directed_acyclic_graph(nx.DiGraph(sorted(edges)))


def test_an_edge_back_to_what_contains_it_goes_and_containment_stays() -> None:
    account = Account(kind("aws_vpc"))
    vpc = account.add("aws_vpc", "vpc-1")
    account.graph.connect(vpc, account.regions["north"])

    (dropped,) = drop_cycles(account.graph)

    assert str(dropped) == ("1 default edges aws_vpc -> aws_region left out: closed a cycle (such as vpc-1 -> north).")
    assert account.drawn() == set()
    assert account.graph.parent(vpc) is account.regions["north"]


def test_a_guess_goes_rather_than_a_declared_edge() -> None:
    account = Account(kind("aws_a"), kind("aws_b"))
    a, b = account.add("aws_a", "a"), account.add("aws_b", "b")
    account.graph.connect(a, b, origin="found")
    account.graph.connect(b, a)

    drop_cycles(account.graph)

    assert account.drawn() == {("b", "a", "default")}


def test_cycles_of_delete_edges_go_too_but_default_and_delete_edges_make_none_together() -> None:
    account = Account(kind("aws_a"), kind("aws_b"))
    a, b = account.add("aws_a", "a"), account.add("aws_b", "b")
    account.graph.connect(a, b)
    account.graph.connect(b, a, "delete")
    account.graph.connect(a, b, "delete")

    (dropped,) = drop_cycles(account.graph)

    assert (dropped.edge_type, dropped.reason, dropped.count) == ("delete", "cycle", 1)
    assert ("a", "b", "default") in account.drawn()
    assert len(account.drawn()) == 2


def test_edges_of_nodes_to_themselves_are_counted_by_kind() -> None:
    account = Account(kind("aws_ec2_security_group"))
    for number in range(3):
        group = account.add("aws_ec2_security_group", f"sg-{number}")
        account.graph.connect(group, group)

    (dropped,) = drop_cycles(account.graph)

    assert (dropped.reason, dropped.count, dropped.source) == ("self", 3, "aws_ec2_security_group")


@pytest.mark.parametrize("size", [3, 20_000])
def test_long_cycles_need_no_deep_stack(size: int) -> None:
    nodes = [f"{number:06}" for number in range(size)]
    assert len(closing_edges([], chain(*nodes, nodes[0]))) == 1
