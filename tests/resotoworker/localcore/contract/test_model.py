"""Which kinds a core takes, and in which words it refuses the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.resotoworker.localcore.contract.client import MODEL, Client, Json, kind


def names(core: Client, graph: str) -> set[str]:
    return {found["fqn"] for found in core.ask("GET", f"/graph/{graph}/model").json()}


def test_a_model_may_be_there_before_its_graph(core: Client) -> None:
    assert core.ask("PATCH", "/graph/later/model", MODEL).status_code == 200
    assert "t_volume" in names(core, "later")
    assert core.ask("GET", "/graph/later").status_code == 404


def test_the_answer_is_the_whole_model(core: Client, graph: str) -> None:
    answer = core.ask("PATCH", f"/graph/{graph}/model", [kind("m_one", "resource")])

    assert answer.status_code == 200
    assert {"m_one", "t_volume", "string", "graph_root"} <= set(answer.json()["kinds"])


def test_patch_adds_and_put_replaces(core: Client) -> None:
    core.ask("PUT", "/graph/replaced/model", [*MODEL, kind("m_old", "resource")])
    core.ask("PATCH", "/graph/replaced/model", [kind("m_new", "resource", m_new="string")])
    assert {"m_old", "m_new"} <= names(core, "replaced")

    core.ask("PUT", "/graph/replaced/model", [*MODEL, kind("m_other", "resource")])
    assert {"m_old", "m_new", "m_other"} & names(core, "replaced") == {"m_other"}


def test_a_kind_keeps_what_was_said_of_it(core: Client, graph: str) -> None:
    (volume,) = [found for found in core.ask("GET", f"/graph/{graph}/model").json() if found["fqn"] == "t_volume"]

    assert volume["bases"] == ["resource"]
    assert {prop["name"]: prop["kind"] for prop in volume["properties"]}["volume_names"] == "string[]"


@pytest.mark.parametrize("content_type", [None, "text/plain"])
def test_only_json_is_taken(core: Client, graph: str, content_type: str | None) -> None:
    answer = core.ask("PATCH", f"/graph/{graph}/model", json.dumps(MODEL), content_type)

    assert (answer.status_code, answer.text) == (406, "Only support json")


@pytest.mark.parametrize(
    ("kinds", "error"),
    [
        ([kind("x", "nope")], "KeyError\nMessage: 'nope'"),
        ([kind("x", "resource", x="nope")], "Property kind is not known: nope. Have you registered it?"),
        ([kind("x", "resource", x="nope[]")], "Property kind is not known: nope. Have you registered it?"),
        ([kind("x", x="dictionary[string, nope]")], "Property kind is not known: nope. Have you registered it?"),
        ([kind("t_state", "resource")], "Update t_state changes an existing property type t_state"),
        ([{"fqn": "t_volume", "runtime_kind": "string"}], "Update t_volume changes an existing property type t_volume"),
        ([{"fqn": "t_state", "runtime_kind": "int64"}], "Update t_state changes an existing property type t_state"),
        ([{**kind("x", "resource"), "successor_kinds": {"default": ["nope"]}}], "nope is not a known kind"),
        ([kind("x", "resource"), {"bases": []}], "Could not deserialize element at index 1."),
        ([{"fqn": "x", "runtime_kind": "floaty"}], "Could not deserialize element at index 0."),
        ([{"fqn": "x", "properties": [{"name": "y"}]}], 'element at index 0. No value found for "kind".'),
        ([3], "Could not deserialize element at index 0."),
        ({"fqn": "x"}, "Could not deserialize element at index 0."),
    ],
)
def test_a_model_that_does_not_fit_is_refused_as_a_whole(core: Client, graph: str, kinds: Any, error: str) -> None:
    before = names(core, graph)
    answer = core.ask("PATCH", f"/graph/{graph}/model", kinds)

    assert answer.status_code == 400
    assert error in answer.text
    assert names(core, graph) == before


CLASHING: list[Json] = [
    {"fqn": "e1", "runtime_kind": "string", "enum": ["a"]},
    {"fqn": "e2", "runtime_kind": "string", "enum": ["b"]},
    kind("s1", root=False, q="string"),
    kind("s2", root=False, q="string"),
]


def two_kinds(first: str, second: str) -> list[Json]:
    return [*CLASHING, kind("ka", "resource", clash=first), kind("kb", "resource", clash=second)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("int64", "string"),
        ("int64", "double"),
        ("int32", "int64"),
        ("datetime", "string"),
        ("string", "s1"),
        ("string", "e1"),
        ("s1", "s2"),
        ("e1", "e2"),
        ("s1[]", "s2[]"),
        ("string[]", "int64[]"),
        ("dictionary[string, string]", "dictionary[string, int64]"),
    ],
)
def test_one_path_has_one_kind(core: Client, graph: str, first: str, second: str) -> None:
    answer = core.ask("PATCH", f"/graph/{graph}/model", two_kinds(first, second))

    assert answer.status_code == 400
    assert answer.text.startswith("Error: AttributeError\nMessage: clash")
    assert "is defined in ka as" in answer.text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("any", "string"),
        ("any", "s1"),
        ("string", "string[]"),
        ("string", "dictionary[string, string]"),
        ("s1", "s1[]"),
    ],
)
def test_what_does_not_clash(core: Client, first: str, second: str) -> None:
    assert core.ask("PUT", "/graph/peace/model", [*MODEL, *two_kinds(first, second)]).status_code == 200


def test_one_name_at_two_depths_does_not_clash(core: Client) -> None:
    kinds = [kind("deep", root=False, w="int64"), kind("ka", "resource", d="deep"), kind("kb", "resource", w="string")]

    assert core.ask("PUT", "/graph/depth/model", [*MODEL, *kinds]).status_code == 200


def test_kinds_may_hold_themselves(core: Client) -> None:
    kinds = [kind("tree", root=False, branches="tree[]", leaf="string"), kind("ka", "resource", tree="tree")]

    assert core.ask("PUT", "/graph/recursive/model", [*MODEL, *kinds]).status_code == 200
