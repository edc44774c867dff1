"""What an upload changes, and why one is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.resotoworker.localcore.contract.client import MODEL, Client, Json, account, edge, node

ROOT, CLOUD = node("root", "graph_root"), node("c", "cloud")
MARK = {"replace": True}


def with_node(*rows: Any) -> list[Any]:
    return account("a", extra=rows)


def volume(**reported: Any) -> list[Any]:
    return with_node(node("x", "t_volume", **reported), edge("a-r", "x"))


def instance(**reported: Any) -> list[Any]:
    return with_node(node("x", "t_instance", **reported), edge("a-r", "x"))


def two_accounts(*rows: Json) -> list[Json]:
    accounts = [node("a", "account", MARK), node("b", "account", MARK), edge("c", "a"), edge("c", "b")]
    return [ROOT, CLOUD, edge("root", "c"), *accounts, *rows]


REFUSED: Mapping[str, tuple[list[Any], str]] = {
    "unknown kind": (with_node(node("x", "nope"), edge("a-r", "x")), "No kind definition found for nope"),
    "no kind": (with_node({"id": "x", "reported": {"id": "x"}}, edge("a-r", "x")), "No attribute kind found in"),
    "missing": (instance(), "Kind:t_instance Property:memory is required and missing in"),
    "undefined": (instance(memory=1, foo=1), "Kind:t_instance Property:foo is not defined in model!"),
    "wrong type": (instance(memory="x"), "Property:memory is not valid: Expected type int64 but got str"),
    "wrong time": (volume(volume_seen="yesterday"), "Invalid isoformat string: 'yesterday'"),
    "no merge root": ([ROOT, CLOUD, edge("root", "c")], "No replace nodes provided in the graph."),
    "merge root of no level": (
        [ROOT, CLOUD, node("x", "t_volume", MARK), edge("root", "c"), edge("c", "x")],
        "Node x is marked as replace node, but the kind is not resolved during import!",
    ),
    "edge to nowhere": (with_node(edge("a-r", "zz")), "zz was used in an edge definition but not provided as vertex!"),
    "unknown edge type": (with_node(edge("a", "a-r", "start")), "Graph contains unknown edge types!"),
    "two roots": (with_node(node("x", "t_volume")), "Given subgraph has more than one root: ["),
    "neither": (with_node({"foo": 1}), 'Format not understood! Got {"foo": 1} which is neither vertex nor edge.'),
    "node of two accounts": (
        two_accounts(node("x", "t_volume"), edge("a", "x"), edge("b", "x")),
        "Nodes are referenced in more than one merge node: {'x'}",
    ),
    "delete edge between accounts": (
        two_accounts(
            node("x", "t_volume"), node("y", "t_volume"), edge("a", "x"), edge("b", "y"), edge("x", "y", "delete")
        ),
        "Nodes are referenced in more than one merge node: {'y'}",
    ),
}


@pytest.fixture(scope="module")
def refusals(core: Client, graph: str) -> Iterator[dict[str, requests.Response]]:
    """The answers to all of them; a real core needs a second for each, so they go two at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield dict(zip(REFUSED, pool.map(lambda case: core.merge(graph, case[0]), REFUSED.values()), strict=True))


@pytest.mark.parametrize("name", REFUSED)
def test_an_upload_that_does_not_fit_is_refused(refusals: dict[str, requests.Response], name: str) -> None:
    answer = refusals[name]

    assert answer.status_code == 400
    assert answer.text.startswith("Error: ImportAborted\nMessage: ")
    assert REFUSED[name][1] in answer.text


def test_what_was_refused_changed_nothing(core: Client, graph: str, refusals: dict[str, requests.Response]) -> None:
    assert core.ids(graph, "all") == ["root"]


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        ("", "text/plain", "Currently supported formats: json and ndjson!"),
        ('{"id":\n', "application/x-ndjson", "JSONDecodeError"),
        ('[{"id":', "application/json", "JSONDecodeError"),
    ],
)
def test_a_body_that_is_no_upload(core: Client, graph: str, body: str, content_type: str, error: str) -> None:
    answer = core.ask("POST", f"/graph/{graph}/merge", body, content_type)

    assert answer.status_code == 400
    assert error in answer.text


def test_an_upload_into_no_graph(core: Client) -> None:
    answer = core.merge("nowhere", [])

    assert (answer.status_code, answer.text.splitlines()[0]) == (404, "Error: NoSuchGraph")


@pytest.mark.parametrize("name", ["a_b", "snapshot-1"])
def test_names_that_no_graph_may_have(core: Client, name: str) -> None:
    assert core.ask("POST", f"/graph/{name}").status_code == 400


def test_uploads_one_after_the_other(core: Client) -> None:
    """One story, since each upload costs a real core a second or more."""
    graph = "story"
    _first_upload(core, graph)
    _what_is_flagged_stays_flagged(core, graph)
    _what_is_missing_is_deleted(core, graph)
    _other_accounts_are_left_alone(core, graph)
    _two_accounts_at_once(core, graph)
    _values_are_converted(core, graph)


def _first_upload(core: Client, graph: str) -> None:
    core.ask("POST", f"/graph/{graph}")
    core.ask("PUT", f"/graph/{graph}/model", MODEL)
    upload = account("a1", "v1", "v2", "v3", extra=[edge("v1", "v2"), edge("v2", "v3", "delete")])

    assert core.merged(graph, upload) == {"nodes_created": 6, "nodes_updated": 1, "edges_created": 8}
    assert core.merged(graph, upload) == {}
    assert sorted(core.ids(graph, "all")) == ["a1", "a1-r", "c", "root", "v1", "v2", "v3"]
    assert ("root", "default", "c") in core.edges(graph, "id(root) -[0:]->")
    found = core.node(graph, "v1")
    assert found["reported"]["ctime"] == found["reported"]["mtime"]
    above = {level: {"reported": {"name": name, "id": name}} for level, name in LEVELS}
    assert found["ancestors"] == above
    assert core.node(graph, "a1")["metadata"]["descendant_summary"] == {"region": 1, "t_volume": 3}


LEVELS = (("cloud", "c"), ("account", "a1"), ("region", "a1-r"))


def _what_is_flagged_stays_flagged(core: Client, graph: str) -> None:
    patches = [{"id": "v1", "desired": {"clean": True}}, {"id": "v3", "metadata": {"seen": 1}}]
    assert core.lines("PATCH", f"/graph/{graph}/nodes", patches).status_code == 200


def _what_is_missing_is_deleted(core: Client, graph: str) -> None:
    counts = core.merged(graph, account("a1", "v1", "v3", extra=[edge("v3", "v1")]))

    assert counts == {"nodes_deleted": 1, "edges_created": 1, "edges_deleted": 3}
    assert core.node(graph, "v1")["desired"] == {"clean": True}
    assert core.node(graph, "v3")["metadata"] == {"cleaned": False, "seen": 1}


def _other_accounts_are_left_alone(core: Client, graph: str) -> None:
    assert core.merged(graph, account("a2", "w1", "w2")) == {"nodes_created": 4, "edges_created": 4}
    assert sorted(core.ids(graph, "is(t_volume)")) == ["v1", "v3", "w1", "w2"]


def _two_accounts_at_once(core: Client, graph: str) -> None:
    counts = core.merged(graph, [*account("a1", "v1", "v4"), *account("a2", "w1")])

    assert counts == {"nodes_created": 1, "nodes_deleted": 2, "edges_created": 1, "edges_deleted": 3}
    assert sorted(core.ids(graph, "is(t_volume)")) == ["v1", "v4", "w1"]
    assert core.node(graph, "v1")["desired"] == {"clean": True}


def _values_are_converted(core: Client, graph: str) -> None:
    values = node(
        "v1",
        "t_volume",
        volume_size="12",
        volume_names="one",
        volume_shape=None,
        volume_seen="2026-01-01T00:00:00.123Z",
        ctime="2026-01-01T02:00:00+02:00",
        tags={"expiration": "3d"},
    )
    core.merged(graph, account("a1", extra=[values, edge("a1-r", "v1"), edge("a1-r", "v1")]))

    found = core.node(graph, "v1")
    assert found["reported"]["volume_size"] in (12, "12")
    assert found["reported"]["volume_names"] == ["one"]
    assert found["reported"]["ctime"] == found["reported"]["volume_seen"] == "2026-01-01T00:00:00Z"
    assert found["metadata"]["expires"] == "2026-01-04T00:00:00Z"
    assert found["reported"]["age"].startswith(("10mo", "11mo", "1yr"))
