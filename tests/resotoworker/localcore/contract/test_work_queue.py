"""Tasks: who gets them, what they hold, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import requests

from tests.resotoworker.localcore.contract.client import Client, Json, Socket, account


def offer(name: str = "tag", **filters: list[str]) -> Json:
    return {
        "name": name,
        "info": "",
        "description": "",
        "filter": filters,
        "expect_node_result": True,
        "args_description": {},
        "allowed_on_kind": None,
    }


@pytest.fixture(scope="module")
def estate(core: Client, graph: str) -> str:
    upload = account("a", "v1")
    upload[1]["metadata"]["python_type"] = "example.Cloud"
    core.merged(graph, upload)
    return graph


@contextmanager
def workers(core: Client, *offers: Json) -> Iterator[list[Socket]]:
    """Workers that are known to the core, one for each offer."""
    with ExitStack() as stack:
        found = []
        for each in offers:
            socket = stack.enter_context(core.socket("/work/queue"))
            socket.send([each])
            found.append(socket)
        yield found


@contextmanager
def shell(core: Client, graph: str, line: str) -> Iterator[Future[requests.Response]]:
    """A line of the shell that waits for a worker."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(core.shell, line, graph)


def tagged(task: Json, **tags: str) -> Json:
    """The node of a task with other tags, in upload format."""
    reported = {key: value for key, value in task["data"]["node"]["reported"].items() if key != "age"}
    return {"id": "v1", "reported": {**reported, "tags": tags}, "metadata": {"cleaned": False}}


def test_a_tag_task_holds_the_node_and_all_above_it(core: Client, estate: str) -> None:
    with workers(core, offer(cloud=["c"])) as (worker,):
        with shell(core, estate, "search id(v1) | tag update owner me") as answer:
            task = worker.receive()
            worker.send({"task_id": task["task_id"], "result": "done", "data": tagged(task, owner="me")})
        assert answer.result().status_code == 200

    assert task["task_name"] == "tag"
    assert task["data"]["update"] == {"owner": "me"}
    assert (task["attrs"]["cloud"], task["attrs"]["account"], task["attrs"]["region"]) == ("c", "a", "a-r")
    assert task["data"]["node"]["id"] == "v1"
    cloud = task["data"]["node"]["ancestors"]["cloud"]
    assert (cloud["id"], cloud["metadata"]["python_type"]) == ("c", "example.Cloud")
    assert core.node(estate, "v1")["reported"]["tags"] == {"owner": "me"}


@pytest.mark.parametrize(
    ("command", "change"),
    [("tag delete owner", {"delete": ["owner"]}), ("tag update empty", {"update": {"empty": None}})],
)
def test_other_changes_of_tags(core: Client, estate: str, command: str, change: Json) -> None:
    with workers(core, offer(cloud=["c"])) as (worker,), shell(core, estate, f"search id(v1) | {command}"):
        task = worker.receive()
        worker.send({"task_id": task["task_id"], "result": "done", "data": tagged(task)})

    assert {key: task["data"][key] for key in change} == change


def test_a_worker_that_fails_changes_nothing(core: Client, estate: str) -> None:
    before = core.node(estate, "v1")["reported"]
    with workers(core, offer(cloud=["c"])) as (worker,):
        with shell(core, estate, "search id(v1) | tag update owner you") as answer:
            worker.send({"task_id": worker.receive()["task_id"], "result": "error", "error": "no entry"})
        assert "no entry" in answer.result().text

    after = core.node(estate, "v1")["reported"]
    assert {**after, "age": ""} == {**before, "age": ""}  # it grows older meanwhile


def test_the_worker_that_says_most_gets_the_task(core: Client, estate: str) -> None:
    offers = (offer(), offer(cloud=["c"], account=["a"]), offer(cloud=["c"]), offer(cloud=["other"], account=["a"]))
    with workers(core, *offers) as sockets, shell(core, estate, "search id(v1) | tag delete owner"):
        task = sockets[1].receive()
        sockets[1].send({"task_id": task["task_id"], "result": "done", "data": tagged(task)})

    assert task["data"]["delete"] == ["owner"]


@pytest.mark.parametrize("first", ["no json", {"name": "tag"}, [{"filter": {}}]])
def test_a_first_message_that_is_no_list_of_tasks(core: Client, first: Any) -> None:
    with core.socket("/work/queue") as worker:
        worker.send(first)
        assert worker.is_closed_by_peer()
