"""What makes a catalogue contradictory, and that the error says where."""

from __future__ import annotations

import pytest

from resotolib.errors import ModelError
from resotolib.kinds.base import base_kinds
from resotolib.kinds.catalogue import Catalogue
from resotolib.kinds.checks import all_properties, leaf
from resotolib.kinds.kind import Call, Deletion, EdgeRule, Kind, Person, Property, Reading, Shape, Tags

PART = Shape("aws_part", (Property("name", "string", "Name"),))
OTHER_PART = Shape("aws_part", (Property("name", "int64", "Name"),))


def with_property(name: str, type_: str, *shapes: Shape, kind: str = "aws_thing") -> Kind:
    return Kind(kind, properties=(Property(name, type_),), shapes=shapes)


def deleted(params: dict[str, str], parent: str = "") -> Kind:
    return Kind(
        "aws_thing",
        properties=(Property("thing_group", "string"),),
        reading=Reading(Call("s", "List"), parent=parent),
        deletion=Deletion(Call("s", "Delete", params)),
    )


@pytest.mark.parametrize(
    ("kinds", "what"),
    [
        ([Kind("aws_thing", ("nope",))], "base nope"),
        ([Kind("aws_thing", edges=(EdgeRule("aws_nope", "Id"),))], "aws_nope"),
        ([Kind("aws_thing", edges=(EdgeRule("resource", ""),))], "needs a path"),
        ([Kind("aws_thing", edges=(EdgeRule("resource", "Id", "all"),))], "needs a path"),
        ([Kind("aws_thing", reading=Reading(parent="aws_nope"))], "aws_nope"),
        ([with_property("thing_size", "int46")], "int46"),
        ([with_property("thing_parts", "aws_part[]")], "aws_part"),
        ([with_property("Thing", "string")], "'Thing'"),
        ([Kind("aws_thing", properties=(Property("a", "string"), Property("a", "string")))], "twice"),
        ([deleted({"Id": "$reported.thing_name"})], r"deletion binds \$reported.thing_name"),
        ([deleted({"Id": "$parent.id"})], "no parent"),
        ([deleted({"Id": "$parent.reported.nope"}, "resource")], "resource has no property nope"),
        (
            [Kind("aws_thing", tags=Tags(update=Call("s", "Tag", {"Id": "{$reported.nope}"})))],
            r"tags.update binds \$reported.nope",
        ),
        ([Kind("aws_thing", person=Person("cloud", ("mail",)))], "at mail, which begins with no property"),
        ([Kind("aws_thing", person=Person("cloud", ()))], "needs a path to an address, and a role: directory, work"),
        ([with_property("size", "string"), with_property("size", "int64", kind="aws_b")], "size is int64.*aws_thing"),
        ([with_property("a", "string[]"), with_property("a", "int64[]", kind="aws_b")], "a is int64"),
        ([with_property("a", "aws_part", PART), with_property("a", "string", kind="aws_b")], "a is string"),
        ([with_property("a", "aws_part", PART), with_property("b", "aws_part", OTHER_PART, kind="aws_b")], "aws_part"),
        ([with_property("volume_size", "string")], "volume_size is string, but int64 in volume"),
    ],
)
def test_contradictions_are_refused(kinds: list[Kind], what: str) -> None:
    with pytest.raises(ModelError, match=what):
        Catalogue(kinds).check(base_kinds())


@pytest.mark.parametrize(
    "kinds",
    [
        [Kind("aws_thing", edges=(EdgeRule("volume", "VolumeId"), EdgeRule("network", "", "all")))],
        [with_property("a", "any"), with_property("a", "int64", kind="aws_b")],
        [with_property("a", "string"), with_property("a", "string[]", kind="aws_b")],
        [with_property("a", "string"), with_property("a", "dictionary[string, any]", kind="aws_b")],
        [with_property("a", "aws_part", PART), with_property("a", "aws_part", PART, kind="aws_b")],
        [with_property("volume_size", "int64")],
        [deleted({"Id": "$id", "Group": "$reported.thing_group"})],
        [deleted({"Id": "arn:{$partition}:s:::{$reported.name}/{$parent.reported.name}"}, "resource")],
    ],
)
def test_what_a_core_takes_is_accepted(kinds: list[Kind]) -> None:
    Catalogue(kinds).check(base_kinds())


@pytest.mark.parametrize(
    ("type_", "inner"),
    [
        ("string", "string"),
        ("aws_part[]", "aws_part"),
        ("dictionary[string, int64]", "int64"),
        ("dictionary[string, any[]]", "any"),
    ],
)
def test_the_inner_type_of_lists_and_dictionaries(type_: str, inner: str) -> None:
    assert leaf(type_) == inner


def test_base_kinds_agree_with_each_other() -> None:
    Catalogue(base_kinds()).check()


@pytest.mark.parametrize(
    ("kind", "name", "type_"),
    [
        ("instance", "instance_cores", "double"),
        ("instance", "tags", "dictionary[string, string]"),
        ("volume", "volume_encrypted", "boolean"),
        ("instance_type", "quota", "double"),
        ("stack", "stack_parameters", "dictionary[string, string]"),
        ("network_interface", "private_ips", "string[]"),
        ("health_check", "timeout", "int64"),
    ],
)
def test_base_kinds_have_their_fixed_properties(kind: str, name: str, type_: str) -> None:
    every = {one.name: one for one in base_kinds()}
    assert all_properties(every[kind], every)[name].type == type_


def test_no_base_kind_is_collectable() -> None:
    assert Catalogue(base_kinds()).select() == ()
