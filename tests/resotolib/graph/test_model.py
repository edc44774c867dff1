"""Kinds in the form of the core, and which of them it has to be sent."""

from __future__ import annotations

from typing import Any

import pytest

from resotolib.errors import ModelError
from resotolib.graph.model import missing_from, model
from resotolib.kinds.kind import EdgeRule, Property, Shape
from tests.resotolib.graph.kinds import every, kind

SHAPES = (
    Shape("aws_spec", (Property("part", "aws_part[]"),)),
    Shape("aws_part", (Property("size", "int64"),)),
    Shape("aws_unused", (Property("size", "int64"),)),
)
KINDS = every(
    kind("aws_vpc", "network"),
    kind(
        "aws_machine",
        "instance",
        edges=(EdgeRule("aws_vpc", "Vpc", delete="this_first"), EdgeRule("aws_other", "Other")),
        properties=(Property("machine_spec", "dictionary[string, aws_spec]", text="What it is made of"),),
        shapes=SHAPES,
        title="Machine",
    ),
    kind("aws_other"),
)


def by_name(kinds: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["fqn"]: one for one in kinds}


def test_only_what_is_needed_is_in_it() -> None:
    assert set(by_name(model({"aws_machine"}, KINDS))) == {
        "aws_machine",
        "instance",
        "resource",
        "aws_spec",
        "aws_part",
    }


def test_bases_come_before_what_derives_from_them() -> None:
    names = [one["fqn"] for one in model({"aws_machine"}, KINDS)]
    assert names.index("resource") < names.index("instance") < names.index("aws_machine")


def test_a_kind_has_all_that_the_core_wants_to_know() -> None:
    found = by_name(model({"aws_machine", "aws_vpc"}, KINDS))
    assert found["aws_machine"] == {
        "fqn": "aws_machine",
        "bases": ["instance"],
        "properties": [
            {
                "name": "machine_spec",
                "kind": "dictionary[string, aws_spec]",
                "required": False,
                "description": "What it is made of",
            }
        ],
        "allow_unknown_props": False,
        "successor_kinds": None,
        "aggregate_root": True,
        "metadata": {"name": "Machine", "source": "aws", "service": "ec2"},
    }
    assert found["aws_vpc"]["successor_kinds"] == {"default": ["aws_machine"], "delete": ["aws_machine"]}
    assert found["aws_spec"]["aggregate_root"] is False
    assert found["resource"]["properties"][0] == {
        "name": "kind",
        "kind": "string",
        "required": True,
        "description": None,
    }


def test_a_kind_that_nobody_declares_is_named() -> None:
    with pytest.raises(ModelError, match="aws_ghost"):
        model({"aws_ghost"}, KINDS)


def test_a_core_that_has_it_all_is_sent_nothing() -> None:
    wanted = model({"aws_machine"}, KINDS)
    assert missing_from(wanted, wanted) == ([], ())


def test_texts_and_successors_are_no_reason_to_send_a_kind_again() -> None:
    known = [{**one, "metadata": {}, "successor_kinds": None} for one in model({"aws_machine"}, KINDS)]
    assert missing_from(known, model({"aws_machine", "aws_vpc"}, KINDS))[0] == [
        one for one in model({"aws_machine", "aws_vpc"}, KINDS) if one["fqn"] in ("aws_vpc", "network")
    ]


def test_the_root_is_the_cores_own() -> None:
    own = {"fqn": "graph_root", "bases": [], "properties": [], "aggregate_root": True}
    assert "graph_root" not in by_name(missing_from([own], model({"graph_root"}, KINDS))[0])
    assert "graph_root" in by_name(missing_from([], model({"graph_root"}, KINDS))[0])


def test_what_another_worker_has_added_to_a_kind_stays() -> None:
    theirs = {"name": "machine_colour", "kind": "string", "required": False, "description": None}
    known = by_name(model({"aws_machine"}, KINDS))
    known["aws_machine"] = {**known["aws_machine"], "bases": ["instance", "aws_thing"], "properties": [theirs]}

    (changed,), _ = missing_from(list(known.values()), model({"aws_machine"}, KINDS))

    assert changed["bases"] == ["instance", "aws_thing"]
    assert [one["name"] for one in changed["properties"]] == ["machine_spec", "machine_colour"]


@pytest.mark.parametrize(
    ("theirs", "sent"),
    [
        ("int64", "any"),
        ("their_struct", "any"),
        ("dictionary[string, aws_spec]", "dictionary[string, aws_spec]"),
        ("any", "dictionary[string, aws_spec]"),
    ],
)
def test_a_type_that_clashes_with_another_kind_is_sent_as_any_with_a_warning(theirs: str, sent: str) -> None:
    other = {
        "fqn": "gcp_machine",
        "bases": [],
        "aggregate_root": True,
        "properties": [{"name": "machine_spec", "kind": theirs}],
    }

    missing, warnings = missing_from([other], model({"aws_machine"}, KINDS))

    assert by_name(missing)["aws_machine"]["properties"][0]["kind"] == sent
    assert any("machine_spec of aws_machine" in one and "gcp_machine" in one for one in warnings) is (sent == "any")


def test_nested_shapes_of_others_do_not_clash() -> None:
    other = {
        "fqn": "gcp_part",
        "bases": [],
        "aggregate_root": False,
        "properties": [{"name": "machine_spec", "kind": "int64"}],
    }
    assert missing_from([other], model({"aws_machine"}, KINDS))[1] == ()
