"""The embedded core as the early one, 2.0.0a13: its routes and its messages, and nothing that came later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import websocket

from resotoworker.localcore import LocalCore
from tests.resotoworker.localcore.contract.client import MODEL, Client, account, edge


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One early core with a graph."""
    with LocalCore(tmp_path_factory.mktemp("early") / "core.sqlite", dialect="2.0") as early:
        client = Client(early.url)
        assert client.ask("POST", "/graph/ck").status_code == 200
        assert client.ask("PATCH", "/model", json.dumps(MODEL)).status_code == 200
        client.merged("ck", account("a", "v1", "v2", extra=[edge("v1", "v2", "delete")]))
        yield client


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/graph/ck/model"),
        ("PATCH", "/graph/ck/model"),
        ("POST", "/graph/ck/search/list"),
        ("POST", "/graph/ck/search/graph?section=reported"),
    ],
)
def test_later_routes_are_not_there(core: Client, method: str, path: str) -> None:
    assert core.ask(method, path, "all", "application/json").status_code == 404


def test_its_searches_have_other_names(core: Client) -> None:
    query = 'is("t_volume") and reported.id == "v1" <-[0:]->'

    listed = core.ask("POST", "/graph/ck/query/list", query).json()
    graph = core.ask("POST", "/graph/ck/query/graph", query).json()

    assert {"v1", "a-r", "a"} <= {node["id"] for node in listed}
    assert {element.get("edge_type") for element in graph if element["type"] == "edge"} == {"default"}


def test_an_upload_is_always_waited_for(core: Client) -> None:
    answer = core.lines("POST", "/graph/ck/merge?wait_for_result=False", account("b", "w1"))

    assert answer.status_code == 200
    assert answer.json()["nodes_created"] == 3


def test_an_upload_may_mark_its_root_at_the_top(core: Client) -> None:
    rows = [{**row, "replace": True} if row.get("id") == "d" else row for row in account("d", "u1", replace=False)]

    assert core.merge("ck", rows).status_code == 200


def test_edges_between_accounts_are_not_understood(core: Client) -> None:
    outer = {"from_selector": {"node_id": "v1"}, "to_selector": {"node_id": "w1"}, "edge_type": "default"}

    answer = core.merge("ck", account("a", "v1", extra=[outer]), task="t")

    assert answer.status_code == 400
    assert "Format not understood" in answer.text


def test_actions_tell_no_times(core: Client) -> None:
    core.ask("POST", "/subscriber/w/collect?timeout=20").raise_for_status()
    with core.socket("/subscriber/w/handle") as link:
        run = core.ask("POST", "/workflow/collect").json()["id"]
        action = link.receive()
        link.answer(action)

    core.ask("DELETE", "/subscriber/w/collect").raise_for_status()
    assert action == {"kind": "action", "message_type": "collect", "data": {"task": run, "step": "collect"}}


@pytest.mark.parametrize("kind", ["action_info", "action_progress"])
def test_reports_end_the_connection(core: Client, kind: str) -> None:
    core.ask("POST", "/subscriber/x/cleanup?timeout=20").raise_for_status()
    data = {"task": "t", "step": "cleanup", "level": "info", "message": "m", "progress": {}, "at": "now"}
    with core.socket("/subscriber/x/handle") as link:
        link.send({"kind": kind, "message_type": "cleanup", "data": data})

        assert link.is_closed_by_peer()
    core.ask("DELETE", "/subscriber/x/cleanup").raise_for_status()


def test_workers_register_in_the_address(core: Client) -> None:
    with core.socket("/work/queue?task=tag&cloud=c,other") as worker, ThreadPoolExecutor(1) as shell:
        answer = shell.submit(core.shell, "search id(v1) | tag update owner me")
        task = worker.receive()
        node = task["data"]["node"]
        changed = {"id": "v1", "reported": {**node["reported"], "tags": task["data"]["update"]}}
        worker.send({"task_id": task["task_id"], "result": "done", "data": changed})

        assert answer.result(10).status_code == 200
    assert task["task_name"] == "tag"
    assert node["ancestors"]["cloud"]["id"] == "c"
    (found,) = core.ask("POST", "/graph/ck/query/list", "id(v1)").json()
    assert found["reported"]["tags"] == {"owner": "me"}


def test_a_registration_without_a_task_is_refused(core: Client) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        core.connect("/work/queue?cloud=aws")

    assert refused.value.status_code == 400
