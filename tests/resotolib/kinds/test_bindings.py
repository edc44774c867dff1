"""Bindings in the parameters of calls."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from resotolib.errors import Unbound
from resotolib.kinds.bindings import Template, bind

VALUES: dict[str, Any] = {
    "id": "i-1",
    "account": "123",
    "partition": "aws-cn",
    "reported": {"vpc_id": "vpc-9", "size": 5, "nothing": None},
    "parent": {"name": "main", "reported": {"arn": "arn:x"}},
    "tags": [{"Key": "a", "Value": "b"}],
    "keys": ("a", "b"),
    "item": {"Name": "t1"},
    "key": "a",
    "value": "b",
}


@pytest.mark.parametrize(
    ("params", "bound"),
    [
        ({}, {}),
        ({"Id": "$id"}, {"Id": "i-1"}),
        ({"Ids": ["$id"]}, {"Ids": ["i-1"]}),
        ({"Keys": ["$keys"]}, {"Keys": ["a", "b"]}),
        ({"Keys": "$keys"}, {"Keys": ["a", "b"]}),
        ({"Tags": "$tags"}, {"Tags": [{"Key": "a", "Value": "b"}]}),
        ({"Vpc": "$reported.vpc_id", "Size": "$reported.size"}, {"Vpc": "vpc-9", "Size": 5}),
        ({"Cluster": "$parent.name", "Arn": "$parent.reported.arn"}, {"Cluster": "main", "Arn": "arn:x"}),
        ({"Arn": "arn:{$partition}:s3:::{$id}"}, {"Arn": "arn:aws-cn:s3:::i-1"}),
        ({"A": {"B": [{"C": "$account", "D": True}]}}, {"A": {"B": [{"C": "123", "D": True}]}}),
        ({"Tags": {"$key": "$value"}}, {"Tags": {"a": "b"}}),
        ({"Scope": "REGIONAL", "Max": 100}, {"Scope": "REGIONAL", "Max": 100}),
        (
            {"Version": "$Latest", "Price": "$5", "Brace": "{id}"},
            {"Version": "$Latest", "Price": "$5", "Brace": "{id}"},
        ),
        ({"Table": "$item.Name"}, {"Table": "t1"}),
        ({"Arns": ["$items"], "Names": ["$item.Name"]}, {"Arns": ["$items"], "Names": ["t1"]}),
        ({"Word": "$identity"}, {"Word": "$identity"}),
    ],
)
def test_parameters_are_bound(params: dict[str, Any], bound: dict[str, Any]) -> None:
    assert bind(params, VALUES) == bound


def test_a_batch_of_items_is_bound_at_once() -> None:
    batch = {"item": [{"Name": "t1"}, {"Name": "t2"}]}

    assert bind({"Names": ["$item.Name"]}, batch) == {"Names": ["t1", "t2"]}
    assert bind({"Names": ["$item"]}, {"item": ["t1", "t2"]}) == {"Names": ["t1", "t2"]}
    with pytest.raises(Unbound, match=r"\$item\.Other"):
        bind({"Names": ["$item.Other"]}, batch)


@pytest.mark.parametrize("binding", ["$arn", "$parent.id", "$reported.nothing", "$reported.size.more", "x{$arn}"])
def test_a_binding_without_a_value_is_an_error_that_names_it(binding: str) -> None:
    with pytest.raises(Unbound, match=r"\$(arn|parent\.id|reported\.)"):
        bind({"X": [{"Y": binding}]}, VALUES)


def test_a_template_names_its_bindings() -> None:
    template = Template({"A": "$id", "B": ["{$region}/{$parent.name}", {"C": "$Latest"}]})

    assert template.bindings == {"id", "region", "parent.name"}


def test_what_is_bound_belongs_to_the_caller() -> None:
    template = Template({"Tags": "$tags", "Fixed": ["x"]})

    first = template.bind(VALUES)
    first["Tags"].append("more")
    first["Fixed"].append("more")

    assert template.bind(VALUES) == {"Tags": [{"Key": "a", "Value": "b"}], "Fixed": ["x"]}


def test_the_error_survives_pickling() -> None:
    assert str(pickle.loads(pickle.dumps(Unbound("$arn")))) == "The binding $arn has no value."
