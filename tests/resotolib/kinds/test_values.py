"""Vendor answers become typed values; what is odd costs itself only."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resotolib.kinds.kind import Property, Shape
from resotolib.kinds.moments import iso
from resotolib.kinds.paths import getter, items
from resotolib.kinds.values import Parser, tag_reader

ITEM = {
    "State": {"Name": "running"},
    "Groups": [{"Id": "sg-1"}, {"Id": "sg-2"}, {"Other": 1}],
    "Nested": [{"Inner": [{"Id": 1}, {"Id": 2}]}, {"Inner": []}],
    "Map": {"a": {"V": 1}, "b": {"V": 2}},
    "Empty": None,
    "+cores": 4,
    "type": "projects/p/zones/z/machineTypes/e2-medium",
}
INT64 = 2**63

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("State.Name", "running"),
        ("State.Missing", None),
        ("State.Name.Deeper", None),
        ("Groups[].Id", ["sg-1", "sg-2"]),
        ("Nested[].Inner[].Id", [1, 2]),
        ("Map.*.V", [1, 2]),
        ("Empty[].Id", None),
        ("Empty.Id", None),
        ("+cores", 4),
        ("'classic'", "classic"),
        ("type/", "e2-medium"),
        ("State.Name/", "running"),
        ("Groups[].Id/", ["sg-1", "sg-2"]),
        ("State.Missing/", None),
        ("+cores/", 4),
        ("", ITEM),
    ],
)
def test_a_path_leads_to_a_value(path: str, value: Any) -> None:
    assert getter(path)(ITEM) == value


@pytest.mark.parametrize(
    ("path", "answer", "expected"),
    [
        ("Reservations[].Instances[]", {"Reservations": [{"Instances": [1, 2]}, {"Instances": [3]}]}, [1, 2, 3]),
        ("Vpcs", {"Vpcs": [1, 2]}, [1, 2]),
        ("cluster", {"cluster": {"name": "c"}}, [{"name": "c"}]),
        ("", {"a": 1}, [{"a": 1}]),
        ("Vpcs[]", {}, []),
        ("Vpcs[]", {"Vpcs": None}, []),
    ],
)
def test_a_path_leads_to_the_items_of_an_answer(path: str, answer: Any, expected: list[Any]) -> None:
    assert list(items(path)(answer)) == expected


def parse(type_: str, value: Any, *shapes: Shape) -> tuple[Any, list[str]]:
    dropped: list[str] = []
    found = Parser([Property("p", type_, "V")], shapes).parse({"V": value}, dropped)
    return found.get("p"), dropped


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("string", "a", "a"),
        ("string", 5, "5"),
        ("string", True, "true"),
        ("string", ["first", "second"], "first"),
        ("string", {"a": 1}, '{"a":1}'),
        ("string", b"\x00", "AA=="),
        ("int64", "12", 12),
        ("int64", 12.0, 12),
        ("int64", Decimal(3), 3),
        ("double", "1.5", 1.5),
        ("double", 2, 2.0),
        ("boolean", "TRUE", True),
        ("boolean", 0, False),
        ("datetime", datetime(2026, 11, 23, 18, 25, 3, 999, tzinfo=timezone.utc), "2026-11-23T18:25:03Z"),
        ("string[]", ["a", None, 1], ["a", "1"]),
        ("string[]", "a", ["a"]),
        ("dictionary[string, int64]", {"a": "1", "b": None}, {"a": 1}),
        ("dictionary[string, string[]]", {"a": ["x"]}, {"a": ["x"]}),
        ("any", {"when": date(2026, 1, 2), "bad": float("nan")}, {"when": "2026-01-02T00:00:00Z", "bad": None}),
        ("no_such_shape", {"a": 1}, {"a": 1}),
    ],
)
def test_values_get_their_declared_type(type_: str, value: Any, expected: Any) -> None:
    assert parse(type_, value) == (expected, [])


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("int64", "many"),
        ("int64", 1.5),
        ("int64", INT64),
        ("int64", True),
        ("double", float("inf")),
        ("double", "wide"),
        ("boolean", "perhaps"),
        ("boolean", 7),
        ("datetime", "yesterday"),
        ("datetime", {"a": 1}),
        ("dictionary[string, string]", ["a"]),
        ("int64[]", ["one"]),
    ],
)
def test_what_is_not_of_its_type_is_left_out_and_named(type_: str, value: Any) -> None:
    assert parse(type_, value) == (None, ["p"])


def test_shapes_may_hold_themselves_and_lose_their_odd_members_only() -> None:
    tree = Shape("tree", (Property("size", "int64", "Size"), Property("inner", "tree[]", "Inner")))
    value = {"Size": 1, "Unknown": "x", "Inner": [{"Size": "two"}, {"Size": 3}]}

    assert parse("tree", value, tree) == ({"size": 1, "inner": [{}, {"size": 3}]}, ["size"])


def test_the_empty_path_is_a_plain_item_and_never_a_structure() -> None:
    parser = Parser([Property("url", "string", "")])

    assert parser.parse("https://queue", []) == {"url": "https://queue"}
    assert parser.parse({"a": 1}, []) == {}


TYPES = ("string", "int64", "double", "boolean", "datetime", "any", "string[]", "dictionary[string, int64]", "shape")


@given(st.sampled_from(TYPES), json_values)
def test_whatever_a_vendor_answers_becomes_json_or_is_left_out(type_: str, value: Any) -> None:
    found, dropped = parse(type_, value, Shape("shape", (Property("x", "int64", "X"),)))

    json.dumps(found, allow_nan=False)
    assert found is None or isinstance(found, (str, int, float, bool, list, dict))
    assert set(dropped) <= {"p", "x"}


@given(st.integers(-INT64, INT64 - 1))
def test_whole_numbers_come_through_unchanged(number: int) -> None:
    assert parse("int64", number) == parse("int64", str(number)) == (number, [])


@given(
    st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001  # hypothesis takes naive bounds
        max_value=datetime(9998, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
)
def test_moments_are_the_same_in_every_spelling(moment: datetime) -> None:
    expected = moment.astimezone(timezone.utc).replace(microsecond=0)

    spellings = [moment, moment.isoformat(), moment.isoformat().replace("T", " ")]
    assert {iso(spelling) for spelling in spellings} == {expected.replace(tzinfo=None).isoformat() + "Z"}


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("2026-11-23T18:25:03.123+0000", "2026-11-23T18:25:03Z"),
        ("2026-11-23T18:25:03Z", "2026-11-23T18:25:03Z"),
        ("2026-11-23T20:25:03.000-02:00", "2026-11-23T22:25:03Z"),
        ("2026-11-23", "2026-11-23T00:00:00Z"),
        ("1790000000", "2026-09-21T14:13:20Z"),
        (1790000000, "2026-09-21T14:13:20Z"),
        (1790000000000, "2026-09-21T14:13:20Z"),
        (1790000000.9, "2026-09-21T14:13:20Z"),
    ],
)
def test_vendors_spell_moments_in_many_ways(spelling: Any, expected: str) -> None:
    assert iso(spelling) == expected


@pytest.mark.parametrize(
    ("form", "found", "tags"),
    [
        ("map", {"a": "1", "b": None}, {"a": "1", "b": ""}),
        ("Key/Value", [{"Key": "a", "Value": "1"}, {"Key": "b"}], {"a": "1", "b": ""}),
        ("tagKey/tagValue", [{"tagKey": "a", "tagValue": "1"}], {"a": "1"}),
        ("Key/Value", None, {}),
        ("map", None, {}),
    ],
)
def test_tags_become_a_map_of_text(form: Any, found: Any, tags: dict[str, str]) -> None:
    assert tag_reader(form)(found) == tags
