"""Catalogues: what is saved is what is loaded, and users' words mean the kinds that they should."""

from __future__ import annotations

from pathlib import Path

import pytest

from resotolib.errors import ModelError, SettingsError
from resotolib.kinds.catalogue import Catalogue
from resotolib.kinds.kind import (
    Call,
    Deletion,
    Detail,
    EdgeRule,
    Identity,
    Kind,
    Person,
    Property,
    Reading,
    Shape,
    Tags,
)


def listed(name: str, service: str, parent: str = "") -> Kind:
    return Kind(name, cloud="aws", service=service, reading=Reading(Call(service, "List"), parent=parent))


CLUSTER = listed("aws_eks_cluster", "eks")
NODEGROUP = listed("aws_eks_nodegroup", "eks", "aws_eks_cluster")
VPC = listed("aws_vpc", "ec2")
VOLUME = listed("aws_ec2_volume", "ec2")
REGION = Kind("aws_region", cloud="aws", service="ec2")
ALL = Catalogue([NODEGROUP, VPC, CLUSTER, VOLUME, REGION], {"vpcs": ("aws_vpc",), "volumes": ("aws_ec2_volume",)})

FULL = Kind(
    name="aws_thing",
    bases=("resource", "volume"),
    cloud="aws",
    service="things",
    title="Things thing",
    text="A thing.",
    extent="zonal",
    properties=(Property("thing_size", "int64", "Size"), Property("thing_parts", "aws_part[]", "Parts[]", "its parts")),
    shapes=(Shape("aws_part", (Property("name", "string", "Name"),)),),
    identity=Identity("Id", "Name", "arn:{$partition}:things:{$region}:{$account}:thing/{$id}", zone="Zone"),
    reading=Reading(
        Call("things", "List", {"Max": 5}, "Things[]"), Detail(Call("things", "Get"), 10), "aws_vpc", "hook"
    ),
    edges=(EdgeRule("aws_vpc", "VpcId", "id", outgoing=True, default=False, delete="this_first"),),
    tags=Tags("Tags[]", "Key/Value", None, Call("things", "Tag", {"Tags": "$tags"}), None, one_by_one=True, hook="tag"),
    deletion=Deletion(Call("things", "Delete", {"Id": "$id"}), "empty", "thing_state", ("gone", "going")),
    permissions={"collect": ("things:List",), "delete": ("things:Delete",)},
    aggregate_root=False,
    person=Person("cloud", ("name", "tags.email")),
    collected="named",
)


def names(kinds: object) -> list[str]:
    assert isinstance(kinds, (tuple, list, Catalogue))
    return [kind.name for kind in kinds]


@pytest.mark.parametrize("kind", [FULL, VPC, REGION, Kind("x", ())], ids=lambda kind: kind.name)
def test_a_kind_is_loaded_as_it_was_saved(kind: Kind, tmp_path: Path) -> None:
    Catalogue([kind]).save(tmp_path / "kinds.json.gz")
    assert list(Catalogue.load(tmp_path / "kinds.json.gz")) == [kind]


def test_the_same_kinds_are_saved_as_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Catalogue([FULL, VPC]).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_shapes_that_kinds_share_are_one_object(tmp_path: Path) -> None:
    other = Kind("aws_other", shapes=FULL.shapes)
    Catalogue([FULL, other]).save(tmp_path / "kinds.json.gz")
    first, second = Catalogue.load(tmp_path / "kinds.json.gz")
    assert first.shapes[0] is second.shapes[0]


def test_parents_come_before_what_is_listed_from_them() -> None:
    assert names(ALL) == ["aws_eks_cluster", "aws_eks_nodegroup", "aws_vpc", "aws_ec2_volume", "aws_region"]


def test_two_kinds_with_one_name_are_refused() -> None:
    with pytest.raises(ModelError, match="aws_vpc"):
        Catalogue([VPC, VPC])


def test_an_unknown_kind_is_named() -> None:
    assert ALL.get("aws_nope") is None
    with pytest.raises(ModelError, match="aws_nope"):
        ALL["aws_nope"]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ([], [], ["aws_eks_cluster", "aws_eks_nodegroup", "aws_vpc", "aws_ec2_volume"]),
        (["aws_vpc"], [], ["aws_vpc"]),
        (["vpc"], [], ["aws_vpc"]),
        (["vpcs", "volumes"], [], ["aws_vpc", "aws_ec2_volume"]),
        (["ec2"], [], ["aws_vpc", "aws_ec2_volume"]),
        (["aws_ec2_*"], [], ["aws_ec2_volume"]),
        (["eks_*"], ["*nodegroup"], ["aws_eks_cluster"]),
        (["aws_eks_nodegroup"], [], ["aws_eks_cluster", "aws_eks_nodegroup"]),
        ([], ["eks_cluster"], ["aws_vpc", "aws_ec2_volume"]),
        (["vpc"], ["ec2"], []),
    ],
)
def test_words_select_kinds(include: list[str], exclude: list[str], expected: list[str]) -> None:
    assert names(ALL.select(include, exclude)) == expected


@pytest.mark.parametrize(("word", "near"), [("vpcz", "vpc"), ("aws_ec2_volumes", "aws_ec2_volume")])
def test_a_word_that_means_nothing_is_refused_with_the_nearest_one(word: str, near: str) -> None:
    with pytest.raises(SettingsError, match=f"{word}.*{near}"):
        ALL.select([word])
    with pytest.raises(SettingsError, match=word):
        ALL.select([], [word])
