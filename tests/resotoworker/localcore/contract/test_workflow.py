"""Actions of a workflow from the order to the answer, and the edges that are drawn when all uploads of it are in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.resotoworker.localcore.contract.client import Client, Json, Socket, account

PROGRESS = {"kind": "progress", "name": "example", "current": 0, "total": 1}


@pytest.fixture
def subscriber(core: Client) -> Iterator[str]:
    """A subscriber of collect and of nothing else, who is gone afterwards."""
    core.ask("PUT", "/subscriber/worker", [{"message_type": "collect", "timeout": 60}])
    yield "/subscriber/worker/handle"
    core.ask("DELETE", "/subscriber/worker")


@contextmanager
def collecting(core: Client, subscriber: str) -> Iterator[tuple[Socket, Socket, Json]]:
    """A run of collect: (the worker's socket, one of all events, the action). It is answered with done at the end."""
    with core.socket("/events") as events, core.socket(subscriber) as worker:
        assert "started with id" in core.shell("workflows run collect").text
        action = worker.receive()
        yield worker, events, action
        worker.answer(action)
        events.until(lambda event: event["message_type"] == "task_end")


def test_an_action_tells_task_step_and_the_last_times(core: Client, subscriber: str) -> None:
    with collecting(core, subscriber) as (_, _, first):
        pass
    with collecting(core, subscriber) as (_, _, second):
        pass

    assert (first["kind"], first["message_type"], first["data"]["step"]) == ("action", "collect", "collect")
    assert second["data"]["task"] != first["data"]["task"]
    assert set(second["data"]["timing"]["collect"]) == {"started_at", "finished_at"}


def test_an_action_without_answer_is_sent_again_without_times(core: Client, subscriber: str) -> None:
    with core.socket("/events?show=task_end") as events:
        with core.socket(subscriber) as worker:
            core.shell("workflows run collect")
            action = worker.receive()
        with core.socket(subscriber) as worker:
            again = worker.receive()
            worker.answer(again)
            end = events.receive()

    assert again["data"] == {"task": action["data"]["task"], "step": "collect"}
    assert end["data"] == {"descriptor_id": "collect", "task_id": action["data"]["task"]}


def test_an_event_starts_a_workflow(core: Client, subscriber: str) -> None:
    with core.socket("/events?show=task_end") as events, core.socket(subscriber) as worker:
        worker.send({"kind": "event", "message_type": "start_collect_workflow", "data": {}})
        worker.answer(worker.receive())
        assert events.receive()["data"]["descriptor_id"] == "collect"


def test_what_a_worker_reports_is_told_and_kept(core: Client, subscriber: str) -> None:
    with core.socket("/events") as events, core.socket(subscriber) as worker:
        core.shell("workflows run collect")
        action = worker.receive()
        worker.answer(action, "action_info", level="info", message="hello")
        worker.answer(action, "action_info", level="error", message="[aws:1] no entry")
        worker.answer(action, "action_progress", context=[], progress=PROGRESS, at="2026-11-23T18:23:32Z")
        worker.answer(action, "action_error", error="boom")
        told = events.until(lambda event: event["message_type"] == "task_end")

    task = action["data"]["task"]
    errors = [event["data"] for event in told if event["message_type"] == "error"]
    assert errors[0] == {"workflow": "collect", "task": task, "message": "[aws:1] no entry"}
    assert [error["message"] for error in errors] == ["[aws:1] no entry", "boom"]
    assert task in [event["data"]["task"] for event in told if event["message_type"] == "progress"]
    log = core.shell(f"workflows log {task}").text
    assert all(text in log for text in ("hello", "[aws:1] no entry", "boom"))


def selector(text: str) -> Json:
    return {"node_id": text} if " " not in text else {"search_criteria": text}


def deferred(start: str, end: str) -> Json:
    return {"from_selector": selector(start), "to_selector": selector(end), "edge_type": "default"}


def between_accounts(core: Client, graph: str) -> set[tuple[str, str, str]]:
    return {found for found in core.edges(graph, "id(a1) -[0:]->") if not found[2].startswith("a1")}


def collected(core: Client, subscriber: str, graph: str, *edges: Json) -> set[tuple[str, str, str]]:
    """What there is below an account, after a run in which it was uploaded with these edges."""
    with collecting(core, subscriber) as (_, _, action):
        core.merged(graph, account("a1", "a1v1", "a1v2", extra=edges), action["data"]["task"])
    return between_accounts(core, graph)


def test_edges_between_accounts_are_drawn_at_the_end_of_a_run(core: Client, graph: str, subscriber: str) -> None:
    core.merged(graph, account("a2", "v1", "v2"))
    by_id = deferred("a1v1", "v1")
    by_search = deferred("is(t_volume) and reported.id == a1v2", "is(t_volume) and reported.id == v2")
    to_many, to_none = deferred("a1v1", "is(t_volume) and tags == null"), deferred("a1v1", "nowhere")

    drawn = collected(core, subscriber, graph, by_id, by_search, to_many, to_none)
    assert drawn == {("a1v1", "default", "v1"), ("a1v2", "default", "v2")}

    assert core.merged(graph, account("a2", "v1", "v2")) == {}
    assert between_accounts(core, graph) == drawn

    assert collected(core, subscriber, graph, by_id) == {("a1v1", "default", "v1")}
    assert collected(core, subscriber, graph) == {("a1v1", "default", "v1")}
    assert collected(core, subscriber, graph, to_none) == {("a1v1", "default", "v1")}


def test_all_uploads_of_a_run_may_name_edges_between_accounts(core: Client, graph: str, subscriber: str) -> None:
    with collecting(core, subscriber) as (_, _, action):
        task = action["data"]["task"]
        core.merged(graph, account("a1", "a1v1", "a1v2", extra=[deferred("a1v1", "v1")]), task)
        core.merged(graph, account("a2", "v1", "v2", extra=[deferred("a1v1", "v1"), deferred("a1v2", "v2")]), task)

    assert between_accounts(core, graph) == {("a1v1", "default", "v1"), ("a1v2", "default", "v2")}


def test_edges_between_accounts_need_a_run(core: Client, graph: str) -> None:
    core.merged(graph, account("a3", "a3v1", extra=[deferred("a3v1", "v2")]))

    assert core.ids(graph, "id(a3v1) -->") == []
