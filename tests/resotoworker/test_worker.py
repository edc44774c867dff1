"""The worker's loop, with real threads and sockets and a core made by hand."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from resotolib.core.auth import Credentials
from resotolib.core.channel import Backoff
from resotolib.core.http import Core
from resotolib.core.link import Link, Pace, Subscription
from resotolib.core.messages import Action, Progress, TagTask
from resotolib.core.outbox import Outbox
from resotolib.core.reporter import Handler, Outcome, Reporter
from resotolib.core.socket import Socket
from resotolib.core.tls import Trust
from resotolib.errors import Protected
from resotoworker.greeting import Greeting
from resotoworker.jobs import MOST_BEGINNINGS
from resotoworker.worker import Worker
from tests.resotolib.core.fakecore import FakeCore, Peer, fake_core, until

PACE = Pace(Backoff(first=0.05), tell=0.05)


@pytest.fixture
def core() -> Iterator[FakeCore]:
    with fake_core() as running:
        yield running


@dataclass
class Conversation:
    """What the core says and hears; `actions` and `tasks` are the server's ends of the websockets."""

    core: FakeCore
    stop: threading.Event
    link: Link
    heard: list[Any] = field(default_factory=list)
    peers: dict[str, Peer] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def order(self, step: str, type_: str = "collect", kind: str = "action") -> None:
        self.peers["actions"].send({"kind": kind, "message_type": type_, "data": {"task": "t", "step": step}})

    def tag(self, task: str) -> None:
        data = {"update": {"a": "b"}, "node": {"id": task, "reported": {}}}
        self.peers["tasks"].send({"task_id": task, "task_name": "tag", "data": data})

    def answers(self, *kinds: str) -> list[tuple[str, str]]:
        wanted = kinds or ("action_done", "action_error")
        return [(m["data"]["step"], m["data"].get("error", "")) for m in self.heard if m.get("kind") in wanted]

    def results(self) -> dict[str, str]:
        return {m["task_id"]: m.get("error", "done") for m in self.heard if "task_id" in m}

    def end(self) -> None:
        self.stop.set()
        self.link.wake()


@contextmanager
def working(
    core: FakeCore,
    folder: Path,
    handlers: Mapping[str, Handler],
    tag: Callable[[TagTask], Mapping[str, Any]] = lambda task: task.node,
    grace: float = 5,
    *,
    greet: Callable[[threading.Event], None] = lambda _: None,
    greet_again: float = 60,
) -> Iterator[Conversation]:
    outbox, stop = Outbox(folder / "outbox.sqlite"), threading.Event()
    with Core(core.http, Credentials(None)) as client:
        subscription = Subscription("w", tuple(handlers), ("aws",), 60)
        link = Link(
            client,
            lambda path: Socket.connect(core.websocket + path, Credentials(None), Trust()),
            subscription,
            outbox,
            PACE,
        )
        talk, greeting = Conversation(core, stop, link), Greeting(greet, greet_again)
        core.scripts.put(lambda peer: _listen(talk, "actions", peer))
        core.tasks = lambda peer: _listen(talk, "tasks", peer)
        thread = threading.Thread(
            target=lambda: _serve(Worker(link, handlers, tag, stop, greeting=greeting), link, talk, grace)
        )
        thread.start()
        try:
            until(lambda: len(talk.peers) == 2)
            yield talk
        finally:
            talk.end()
            thread.join()
            outbox.close()


def _serve(worker: Worker, link: Link, talk: Conversation, grace: float) -> None:
    worker.serve(grace)
    talk.over.set()
    link.close(within=1)


def _listen(talk: Conversation, name: str, peer: Peer) -> None:
    if name == "tasks":
        peer.message()
    talk.peers[name] = peer
    while True:
        talk.heard.append(peer.message())


def done(action: Action, reporter: Reporter) -> Outcome:
    return Outcome(summary="all well")


def test_a_reason_that_is_in_the_log_already_is_told_and_not_logged_again(
    core: FakeCore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    end = Outcome(error="Nothing: the account is locked", brief="nothing, for the reasons above")
    with working(core, tmp_path, {"collect": lambda action, reporter: end}) as talk:
        talk.order("one")
        until(lambda: talk.answers() == [("one", "Nothing: the account is locked")])
    assert "nothing, for the reasons above" in caplog.text
    assert "the account is locked" not in caplog.text


def test_the_core_is_greeted_at_each_connection(core: FakeCore, tmp_path: Path) -> None:
    greeted: list[threading.Event] = []
    with working(core, tmp_path, {"collect": done}, greet=greeted.append) as talk:
        until(lambda: len(greeted) == 1)
        talk.peers["actions"].raw.shutdown(socket.SHUT_RDWR)
        until(lambda: len(greeted) == 2)
    assert not any(stop.is_set() for stop in greeted)


def test_the_core_is_greeted_again_now_and_then_with_growing_pauses(core: FakeCore, tmp_path: Path) -> None:
    greeted: list[float] = []
    with working(core, tmp_path, {"collect": done}, greet=lambda _: greeted.append(time.monotonic()), greet_again=0.1):
        until(lambda: len(greeted) == 4)
    pauses = [later - earlier for earlier, later in pairwise(greeted)]
    assert [round(pause, 1) >= least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=True)] == [True] * 3


def test_while_an_action_is_done_the_core_is_not_greeted_again_but_soon_afterwards(
    core: FakeCore, tmp_path: Path
) -> None:
    greeted: list[threading.Event] = []
    begun, go = threading.Event(), threading.Event()

    def wait(action: Action, reporter: Reporter) -> Outcome:
        begun.set()
        go.wait(10)
        return Outcome()

    with working(core, tmp_path, {"collect": wait}, greet=greeted.append, greet_again=0.5) as talk:
        until(lambda: len(greeted) == 1)
        talk.order("one")
        assert begun.wait(5)
        time.sleep(0.7)
        assert len(greeted) == 1
        go.set()
        until(lambda: len(greeted) == 2)


def test_a_core_that_comes_back_while_it_is_greeted_is_greeted_once_more(core: FakeCore, tmp_path: Path) -> None:
    greeted: list[threading.Event] = []
    go = threading.Event()

    def greet(stop: threading.Event) -> None:
        greeted.append(stop)
        go.wait(10)

    with working(core, tmp_path, {"collect": done}, greet=greet) as talk:
        until(lambda: len(greeted) == 1)
        _reconnect(core, talk)
        _reconnect(core, talk)
        go.set()
        until(lambda: len(greeted) == 2)
        time.sleep(0.2)
    assert len(greeted) == 2


def _reconnect(core: FakeCore, talk: Conversation) -> None:
    lost, before = talk.peers.pop("actions"), talk.link.connections
    core.scripts.put(lambda peer: _listen(talk, "actions", peer))
    lost.raw.shutdown(socket.SHUT_RDWR)
    until(lambda: "actions" in talk.peers and talk.link.connections > before)


def test_an_action_is_done_and_answered(core: FakeCore, tmp_path: Path) -> None:
    with working(core, tmp_path, {"collect": done}) as talk:
        talk.order("s")
        until(talk.answers)
        talk.end()
        until(talk.over.is_set)
    assert talk.answers("action_done") == [("s", "")]


def test_an_action_that_no_worker_survives_is_given_up(core: FakeCore, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    for _ in range(MOST_BEGINNINGS):
        outbox.begin("t:s")
    outbox.close()

    with working(core, tmp_path, {"collect": done}) as talk:
        talk.order("s")
        until(lambda: talk.answers("action_error"))
        talk.end()
        until(talk.over.is_set)
    ((step, error),) = talk.answers("action_error")
    assert step == "s"
    assert "each time the worker was killed" in error


def test_actions_are_done_one_after_the_other(core: FakeCore, tmp_path: Path) -> None:
    at_once: list[int] = []
    running = threading.Semaphore(0)

    def slow(action: Action, reporter: Reporter) -> Outcome:
        running.release()
        time.sleep(0.02)
        at_once.append(1)
        running.acquire()
        at_once.append(-1)
        return Outcome()

    with working(core, tmp_path, {"collect": slow, "cleanup": slow}) as talk:
        for number in range(5):
            talk.order(str(number), "collect" if number % 2 else "cleanup")
        until(lambda: len(talk.answers()) == 5)
    assert at_once == [1, -1] * 5
    assert [step for step, _ in talk.answers()] == list("01234")


def test_tasks_are_done_while_an_action_is_going_on(core: FakeCore, tmp_path: Path) -> None:
    go = threading.Event()

    def waits(action: Action, reporter: Reporter) -> Outcome:
        return Outcome() if go.wait(10) else Outcome(error="waited in vain")

    with working(core, tmp_path, {"collect": waits}) as talk:
        talk.order("s")
        talk.tag("x")
        until(lambda: talk.results() == {"x": "done"})
        before = talk.answers()
        go.set()
        until(talk.answers)
    assert before == []
    assert talk.answers() == [("s", "")]


def test_twenty_tasks_at_once(core: FakeCore, tmp_path: Path) -> None:
    together = threading.Barrier(20)

    def tag(task: TagTask) -> Mapping[str, Any]:
        together.wait(10)
        return task.node

    with working(core, tmp_path, {"collect": done}, tag) as talk:
        for number in range(20):
            talk.tag(str(number))
        until(lambda: len(talk.results()) == 20)
    assert set(talk.results().values()) == {"done"}


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (Protected("bucket", "a lock"), "bucket: a lock"),
        (KeyError("x"), "KeyError: 'x'"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_what_fails_is_told_and_the_worker_goes_on(
    core: FakeCore, tmp_path: Path, raised: BaseException, told: str
) -> None:
    def fails(action: Action, reporter: Reporter) -> Outcome:
        raise raised

    def fails_too(task: TagTask) -> Mapping[str, Any]:
        raise raised

    with working(core, tmp_path, {"collect": fails, "cleanup": done}, fails_too) as talk:
        talk.order("s")
        talk.tag("x")
        until(lambda: talk.answers() and talk.results())
        talk.order("next", "cleanup")
        until(lambda: len(talk.answers()) == 2)
    assert talk.answers() == [("s", told), ("next", "")]
    assert talk.results() == {"x": told}


def test_an_action_that_nobody_handles_is_answered(core: FakeCore, tmp_path: Path) -> None:
    with working(core, tmp_path, {"collect": done}) as talk:
        talk.order("s", "dance")
        until(talk.answers)
    assert "dance" in talk.answers()[0][1]


def test_progress_and_lines_arrive_while_it_works(core: FakeCore, tmp_path: Path) -> None:
    go = threading.Event()

    def talks(action: Action, reporter: Reporter) -> Outcome:
        reporter.progress(Progress("p", 1, 2))
        reporter.info("fine", "aws:1")
        reporter.error("not fine")
        reporter.error("not fine")
        go.wait(10)
        return Outcome()

    with working(core, tmp_path, {"collect": talks}) as talk:
        talk.order("s")
        until(lambda: len(talk.heard) == 3)
        before = talk.answers()
        go.set()
        until(talk.answers)
    said = [(m["data"]["level"], m["data"]["message"]) for m in talk.heard if m["kind"] == "action_info"]
    assert before == []
    assert said == [("info", "[aws:1] fine"), ("error", "not fine")]


def test_an_aborted_action_is_told_to_stop(core: FakeCore, tmp_path: Path) -> None:
    begun = threading.Event()

    def waits(action: Action, reporter: Reporter) -> Outcome:
        begun.set()
        return Outcome(error="stopped" if reporter.stop.wait(10) else "waited in vain")

    with working(core, tmp_path, {"collect": waits}) as talk:
        talk.order("s")
        until(begun.is_set)
        talk.order("s", kind="action_abort")
        until(talk.answers)
        assert not talk.stop.is_set()
    assert talk.answers() == [("s", "stopped")]


def test_stopping_lets_work_end_within_the_grace_time(core: FakeCore, tmp_path: Path) -> None:
    begun = threading.Event()

    def ends_soon(action: Action, reporter: Reporter) -> Outcome:
        begun.set()
        reporter.stop.wait(10)
        time.sleep(0.1)
        return Outcome(summary="just in time")

    with working(core, tmp_path, {"collect": ends_soon}) as talk:
        talk.order("s")
        talk.order("queued")
        until(begun.is_set)
        talk.end()
        until(lambda: len(talk.answers()) == 2)
    assert dict(talk.answers()) == {"s": "", "queued": "The worker is being stopped; this was not begun."}
    assert [request.path for request in core.asked("DELETE")] == ["/subscriber/w/collect"]


def test_what_does_not_end_is_abandoned_and_told(core: FakeCore, tmp_path: Path) -> None:
    begun, go = threading.Event(), threading.Event()

    def hangs(action: Action, reporter: Reporter) -> Outcome:
        begun.set()
        go.wait(20)
        return Outcome()

    with working(core, tmp_path, {"collect": hangs}, grace=0.3) as talk:
        talk.order("s")
        until(begun.is_set)
        talk.end()
        until(talk.over.is_set)
        go.set()
        until(lambda: core.asked("DELETE"))
    assert [error for _, error in talk.answers()] == [
        "The worker is being stopped; this did not end within 0 s and was abandoned."
    ]


def test_what_is_asked_while_stopping_is_refused(core: FakeCore, tmp_path: Path) -> None:
    begun, go = threading.Event(), threading.Event()

    def waits(action: Action, reporter: Reporter) -> Outcome:
        begun.set()
        go.wait(10)
        return Outcome()

    with working(core, tmp_path, {"collect": waits}) as talk:
        talk.order("s")
        until(begun.is_set)
        talk.end()
        talk.order("late")
        talk.tag("x")
        until(lambda: talk.answers() and talk.results())
        go.set()
        until(lambda: len(talk.answers()) == 2)
    assert talk.answers()[0] == ("late", "The worker is being stopped; this was not begun.")
    assert talk.answers()[1] == ("s", "")
    assert talk.results() == {"x": "The worker is being stopped; this was not begun."}
