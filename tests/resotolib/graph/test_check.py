"""What is refused before a core would refuse it."""

from __future__ import annotations

from typing import Any

import pytest

from resotolib.errors import GraphError
from resotolib.graph.check import account as account_of
from resotolib.graph.check import check
from resotolib.graph.graph import Graph, Node
from resotolib.graph.values import fault
from resotolib.kinds.kind import Property, Shape
from tests.resotolib.graph.kinds import Account, every, kind

SHAPES = {
    "point": Shape("point", (Property("x", "int64"), Property("next", "point"))),
}
MACHINE = kind(
    "aws_machine",
    "instance",
    properties=(Property("machine_size", "int64"), Property("machine_point", "point")),
    shapes=tuple(SHAPES.values()),
)


def machine(**properties: Any) -> Account:
    """An account with one machine."""
    account = Account(MACHINE)
    account.add("aws_machine", "i-1").reported.update(properties)
    return account


def test_what_is_right_passes() -> None:
    account = machine(machine_size=4, instance_cores=2.5, tags={"a": "b"}, ctime="2026-01-02T03:04:05Z", mtime=None)
    check(account.graph, account.kinds)


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"machine_sise": 4}, "aws_machine i-1: the kind does not declare machine_sise"),
        ({"machine_size": "4"}, "aws_machine i-1: machine_size is int64, but the value is a str"),
        ({"tags": {"a": 1}}, r"tags\[a\] is string, but the value is a int"),
        ({"machine_point": {"x": 1, "next": {"y": 2}}}, "machine_point.next has y, which shape point does not declare"),
        ({"kind": "aws_other"}, "need its kind"),
        ({"id": 7}, "an id that is text"),
    ],
)
def test_what_is_wrong_is_named_with_kind_and_node(properties: dict[str, Any], text: str) -> None:
    account = machine(**properties)
    with pytest.raises(GraphError, match=text):
        check(account.graph, account.kinds)


def test_values_are_compared_for_a_sample_and_for_all_when_asked() -> None:
    account = Account(MACHINE)
    for number in range(10):
        account.add("aws_machine", f"i-{number}")
    account.add("aws_machine", "i-last").reported["machine_size"] = "large"

    check(account.graph, account.kinds)
    with pytest.raises(GraphError, match="i-last"):
        check(account.graph, account.kinds, sample=0)


def test_a_kind_that_nobody_declares_is_named() -> None:
    account = machine()
    del account.kinds["aws_machine"]
    with pytest.raises(GraphError, match="aws_machine i-1 is of a kind that no plugin declares"):
        check(account.graph, account.kinds)


def test_a_cycle_is_refused() -> None:
    account = Account(MACHINE)
    one, two = account.add("aws_machine", "i-1"), account.add("aws_machine", "i-2")
    account.graph.connect(one, two)
    account.graph.connect(two, one)
    with pytest.raises(GraphError, match="have a cycle"):
        check(account.graph, account.kinds)


def test_one_account_lies_below_the_cloud_and_nothing_else() -> None:
    account = machine()
    assert account_of(account.graph, account.kinds) is account.node

    account.graph.add(Node("stray", "aws_machine", {"kind": "aws_machine", "id": "stray"}), account.graph.cloud)

    with pytest.raises(GraphError, match=r"one account was expected .*aws_machine stray"):
        check(account.graph, account.kinds)


def test_an_empty_graph_has_no_account() -> None:
    with pytest.raises(GraphError, match="found: nothing"):
        check(Graph("aws"), every())


@pytest.mark.parametrize(
    ("value", "type_", "fits"),
    [
        ("a", "string", True),
        (1, "string", False),
        (True, "int64", False),
        (2**63, "int64", False),
        (2**31, "int32", False),
        (1, "double", True),
        (True, "double", False),
        (1, "boolean", False),
        ("2026-01-02T03:04:05+00:00", "datetime", True),
        ("2026-01-02T03:04:05Z", "datetime", True),
        ("yesterday", "datetime", False),
        (["a"], "string[]", True),
        ([["a"]], "string[][]", True),
        (["a", 1], "string[]", False),
        ("a", "string[]", False),
        ({"a": [1]}, "dictionary[string, int64[]]", True),
        ({1: "a"}, "dictionary[string, string]", False),
        ({"x": 1}, "point", True),
        ([], "point", False),
        ({"anything": [1]}, "any", True),
        (None, "int64", True),
        ("a", "no_such_type", False),
    ],
)
def test_values_and_types(value: object, type_: str, fits: bool) -> None:
    assert (fault(value, type_, SHAPES, "p") == "") is fits
