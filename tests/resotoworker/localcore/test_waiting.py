"""What the embedded core waits for, and when it stops waiting: steps, tasks, subscribers that left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from resotoworker.localcore import LocalCore
from tests.resotoworker.localcore.contract.client import MODEL, Client, Json, account

TAG: list[Json] = [{"name": "tag", "filter": {"cloud": ["c"]}}]


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Client]:
    """A core with a graph, that loses its patience soon."""
    with LocalCore(tmp_path / "core.sqlite", task_timeout=1.5, forget_after=0.5) as running:
        client = Client(running.url)
        client.ask("POST", "/graph/ck").raise_for_status()
        client.ask("PATCH", "/graph/ck/model", MODEL).raise_for_status()
        client.merged("ck", account("a", "v1"))
        yield client


def ends(core: Client, run: str) -> Json:
    """A run as soon as it has ended."""
    return until(lambda: next(one for one in core.ask("GET", "/workflows").json() if one["id"] == run), _has_ended)


def _has_ended(run: Json) -> bool:
    return bool(run["state"] != "running")


def until(read: Callable[[], Json], wanted: Callable[[Json], bool]) -> Json:
    """What is read as soon as it is what is wanted."""
    deadline = time.monotonic() + 20
    while not wanted(found := read()):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def start(core: Client, workflow: str = "collect") -> str:
    """The id of a new run."""
    found: str = core.ask("POST", f"/workflow/{workflow}").json()["id"]
    return found


def test_steps_in_which_nobody_takes_part_are_over_at_once(core: Client) -> None:
    run = ends(core, start(core))

    assert run["state"] == "done"
    assert run["ended"] - run["started"] < 1


def test_who_does_not_want_to_be_waited_for_is_told_all_the_same(core: Client) -> None:
    core.ask("POST", "/subscriber/w/collect?wait_for_completion=false").raise_for_status()
    with core.socket("/subscriber/w/handle") as listener:
        run = ends(core, start(core))

        assert listener.receive()["data"]["task"] == run["id"]


def test_a_step_waits_for_all(core: Client) -> None:
    for who in ("one", "two"):
        core.ask("POST", f"/subscriber/{who}/collect").raise_for_status()
    with core.socket("/subscriber/one/handle") as one, core.socket("/subscriber/two/handle") as two:
        run = start(core)
        one.answer(one.receive())
        action = two.receive()
        waiting = core.ask("GET", "/workflows").json()[0]
        two.answer(action)

        assert waiting["state"] == "running"
        assert ends(core, run)["answers"]["collect"] == {"one": "action_done", "two": "action_done"}


def test_who_does_not_answer_costs_ten_seconds_at_least(core: Client) -> None:
    core.ask("POST", "/subscriber/w/collect?timeout=1").raise_for_status()
    with core.socket("/subscriber/w/handle"):
        run = ends(core, start(core))

    assert 10 <= run["ended"] - run["started"] < 15
    assert [message["text"] for message in run["messages"]] == ["No answer from w within 10 seconds"]


def test_an_answer_to_another_step_is_none(core: Client) -> None:
    core.ask("POST", "/subscriber/w/collect").raise_for_status()
    with core.socket("/subscriber/w/handle") as worker:
        run = start(core)
        action = worker.receive()
        worker.answer({**action, "data": {"task": run, "step": "cleanup"}})
        worker.answer({**action, "data": {"task": "another", "step": "collect"}})
        worker.answer(action, "action_error", error="boom")

        assert ends(core, run)["answers"]["collect"] == {"w": "action_error"}


def test_cleaning_up_comes_after_collecting(core: Client) -> None:
    with core.socket("/events") as events:
        start(core)
        told = events.until(lambda event: event["message_type"] == "task_end")

    steps = [event["message_type"] for event in told if event["kind"] == "action"]
    assert steps == ["pre_collect", "collect", "post_collect", "plan_cleanup", "cleanup", "post_cleanup", "metrics"]


def test_who_unsubscribes_is_not_waited_for(core: Client) -> None:
    core.ask("POST", "/subscriber/w/collect?timeout=600").raise_for_status()
    with core.socket("/subscriber/w/handle") as worker:
        run = start(core)
        worker.receive()
        core.ask("DELETE", "/subscriber/w/collect").raise_for_status()

        assert ends(core, run)["state"] == "done"


def test_who_does_not_come_back_is_forgotten(core: Client) -> None:
    core.ask("POST", "/subscriber/w/collect?timeout=600").raise_for_status()

    assert ends(core, start(core))["state"] == "done"
    assert core.ask("GET", "/subscribers").json() == []


def test_a_run_that_goes_on_is_not_started_twice(core: Client) -> None:
    core.ask("POST", "/subscriber/w/collect").raise_for_status()
    with core.socket("/subscriber/w/handle") as worker:
        runs = {start(core), start(core)}
        worker.answer(worker.receive())

    assert len(runs) == 1


@pytest.mark.parametrize("ask", ["/workflow/nope", "/workflow/"])
def test_a_workflow_that_is_not_there(core: Client, ask: str) -> None:
    assert core.ask("POST", ask).status_code == 404


def test_a_task_that_nobody_takes_fails_in_time(core: Client) -> None:
    answer = core.shell("search id(v1) | tag update owner me")

    assert answer.status_code == 200
    assert "No answer to the task tag within" in answer.text


def test_a_task_of_a_worker_that_left_goes_to_another(core: Client) -> None:
    with ThreadPoolExecutor(1) as shell:
        with core.socket("/work/queue") as first:
            first.send(TAG)
            answer = shell.submit(core.shell, "search id(v1) | tag delete owner")
            task = first.receive()
        with core.socket("/work/queue") as second:
            second.send(TAG)
            again = second.receive()
            second.send({"task_id": again["task_id"], "result": "error", "error": "it is Sunday"})

            assert "it is Sunday" in answer.result(10).text
    assert again == task


def test_a_task_waits_for_a_worker(core: Client) -> None:
    with ThreadPoolExecutor(1) as shell:
        answer = shell.submit(core.shell, "search id(v1) | tag delete owner")
        with core.socket("/work/queue") as worker:
            worker.send(TAG)
            task = worker.receive()
            worker.send({"task_id": task["task_id"], "result": "error", "error": "it is Sunday"})

        assert "it is Sunday" in answer.result(10).text
