"""The link to the core, over real sockets, with a core that misbehaves."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from resotolib.core import outbox as core_outbox
from resotolib.core import socket as core_socket
from resotolib.core.auth import Credentials
from resotolib.core.channel import Backoff
from resotolib.core.dialects import V2, V3, Dialect
from resotolib.core.http import Core
from resotolib.core.link import ACTIONS, Link, Pace, Subscription
from resotolib.core.messages import Action, Progress, TagTask, action_done, action_info, action_progress, task_done
from resotolib.core.outbox import Outbox
from resotolib.core.socket import Heartbeat, Socket
from resotolib.core.tls import Trust
from tests.resotolib.core.fakecore import PING, PONG, TEXT, FakeCore, Peer, encoded, fake_core, until

FAST = Pace(Backoff(first=0.05, longest=0.2), tell=0.1)
COLLECT: dict[str, Any] = {
    "kind": "action",
    "message_type": "collect",
    "data": {"task": "t1", "step": "collect", "timing": {}},
}
DONE: dict[str, Any] = {
    "kind": "action_done",
    "message_type": "collect",
    "data": {"task": "t1", "step": "collect", "timing": {}},
}
TAG = {"task_id": "x", "task_name": "tag", "data": {"update": {"a": "b"}, "node": {"id": "n", "reported": {}}}}


@pytest.fixture
def core() -> Iterator[FakeCore]:
    with fake_core() as running:
        yield running


@contextmanager
def linked(
    core: FakeCore,
    folder: Path,
    *,
    clouds: tuple[str, ...] = (),
    dialect: Dialect = V3,
    heartbeat: Heartbeat | None = None,
    psk: str | None = None,
) -> Iterator[Link]:
    credentials = Credentials(psk)
    outbox = Outbox(folder / "outbox.sqlite")

    def dial(path: str) -> Socket:
        return Socket.connect(core.websocket + path, credentials, Trust(), heartbeat)

    with Core(core.http, credentials, dialect=dialect) as client:
        link = Link(client, dial, Subscription("w", ("collect",), clouds, 60), outbox, FAST)
        try:
            yield link
        finally:
            link.close(within=0.5)
            outbox.close()


def arrived(link: Link, count: int = 1, seconds: float = 10) -> list[Action | TagTask]:
    """Poll until so many messages have arrived."""
    deadline = time.monotonic() + seconds
    found: list[Action | TagTask] = []
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {found}"
        found += link.poll(0.1)
    return found


def polled_until(link: Link, true: Callable[[], Any], seconds: float = 10) -> list[Action | TagTask]:
    """Poll until something is true; what arrived meanwhile."""
    deadline = time.monotonic() + seconds
    found: list[Action | TagTask] = []
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        found += link.poll(0.02)
    return found


def sends(*messages: Any, into: list[Any], answers: int = 1) -> Callable[[Peer], None]:
    """A script: send these, take so many messages, then hold."""

    def play(peer: Peer) -> None:
        for message in messages:
            peer.send(message)
        into.extend(peer.message() for _ in range(answers))  # one by one: extend takes each as it comes
        peer.hold()

    return play


def test_an_action_comes_in_and_its_answer_goes_out(core: FakeCore, tmp_path: Path) -> None:
    answers: list[Any] = []
    core.scripts.put(sends(COLLECT, into=answers))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        link.answer(action, action_done(action))
        polled_until(link, lambda: answers)
        assert action == Action("collect", "t1", "collect", COLLECT["data"])
        assert answers == [DONE]
        assert link.troubles() == []


def test_it_registers_before_each_connection(core: FakeCore, tmp_path: Path) -> None:
    core.scripts.put(lambda peer: peer.frame(8, b"\x03\xe8"))
    with linked(core, tmp_path) as link:
        polled_until(link, lambda: len(core.asked("GET", "/subscriber/w/handle")) == 2)
    order = [request.method for request in core.requests if request.path.startswith("/subscriber/w")]
    assert order == ["PUT", "GET", "PUT", "GET", "DELETE"]
    assert json.loads(core.asked("PUT")[0].body) == [
        {"message_type": "collect", "timeout": 60, "wait_for_completion": True}
    ]


def test_every_request_and_handshake_carries_a_token(core: FakeCore, tmp_path: Path) -> None:
    with linked(core, tmp_path, psk="secret", clouds=("aws",)) as link:
        polled_until(link, lambda: not link.troubles())
    assert core.requests
    assert all(request.headers.get("Authorization", "").startswith("Bearer ") for request in core.requests)


@pytest.mark.parametrize("status", [429, 404, 503])
def test_a_refused_handshake_is_tried_again(core: FakeCore, tmp_path: Path, status: int) -> None:
    core.refusals += [status, status]
    with linked(core, tmp_path) as link:
        polled_until(link, lambda: core.asked("GET"))
        assert link.troubles()
        polled_until(link, lambda: not link.troubles())
    assert len(core.asked("PUT")) == 3


def test_a_core_that_is_not_there_yet_is_found_when_it_comes(tmp_path: Path) -> None:
    with fake_core() as gone:
        pass
    with linked(gone, tmp_path) as link:
        polled_until(link, lambda: "refused" in "".join(link.troubles()))
        with fake_core(gone.port):
            polled_until(link, lambda: not link.troubles())


def test_an_action_that_is_sent_again_while_it_is_done_is_done_once(core: FakeCore, tmp_path: Path) -> None:
    answers: list[Any] = []
    core.scripts.put(lambda peer: peer.send(COLLECT))
    core.scripts.put(sends({**COLLECT, "data": {"task": "t1", "step": "collect"}}, into=answers))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        again = polled_until(link, lambda: len(core.asked("GET")) == 2 and not link.troubles())
        assert isinstance(action, Action)
        link.answer(action, action_done(action))
        again += polled_until(link, lambda: answers)
    assert again == []
    assert answers == [DONE]


def test_an_action_that_is_sent_again_after_the_answer_gets_the_answer_again(core: FakeCore, tmp_path: Path) -> None:
    answers: list[Any] = []
    core.scripts.put(sends(COLLECT, into=answers))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        link.answer(action, action_done(action))
        polled_until(link, lambda: answers)
    core.scripts.put(sends(COLLECT, into=answers))
    with linked(core, tmp_path) as restarted:
        again = polled_until(restarted, lambda: len(answers) == 2)
    assert again == []
    assert answers == [DONE, DONE]


def test_an_answer_that_was_not_taken_is_sent_after_the_next_start(core: FakeCore, tmp_path: Path) -> None:
    core.scripts.put(lambda peer: peer.send(COLLECT))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        polled_until(link, link.troubles)
        core.refusals += [503] * 100
        assert isinstance(action, Action)
        link.answer(action, action_done(action))
    core.refusals.clear()
    answers: list[Any] = []
    core.scripts.put(sends(into=answers))
    with linked(core, tmp_path) as restarted:
        polled_until(restarted, lambda: answers)
    assert answers == [DONE]


def test_what_was_said_without_a_connection_is_sent_after_the_next_start_and_before_the_answer(
    core: FakeCore, tmp_path: Path
) -> None:
    core.scripts.put(lambda peer: peer.send(COLLECT))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        polled_until(link, link.troubles)
        core.refusals += [503] * 100
        assert isinstance(action, Action)
        for text in "ab":
            link.tell(action, action_info(action, "error", text), replace=False)
        link.answer(action, action_done(action))
    core.refusals.clear()
    said: list[Any] = []
    core.scripts.put(sends(into=said, answers=3))
    with linked(core, tmp_path) as restarted:
        polled_until(restarted, lambda: len(said) == 3)
    assert [message["data"].get("message", message["kind"]) for message in said] == ["a", "b", "action_done"]


def test_an_answer_that_went_into_a_dead_connection_is_sent_again(core: FakeCore, tmp_path: Path) -> None:
    """The first core reads nothing and breaks off: writing worked, but nobody has the answer."""
    answers: list[Any] = []
    go = threading.Event()

    def deaf(peer: Peer) -> None:
        peer.send(COLLECT)
        go.wait(10)

    core.scripts.put(deaf)
    core.scripts.put(sends(into=answers))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        link.answer(action, action_done(action))
        for _ in range(5):
            link.poll(0.02)
        go.set()
        polled_until(link, lambda: answers)
    assert answers == [DONE]


def test_an_answer_leaves_the_outbox_when_the_core_has_read_it(core: FakeCore, tmp_path: Path) -> None:
    core.scripts.put(sends(COLLECT, into=[]))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        link.answer(action, action_done(action))
        for _ in range(20):
            link.poll(0.02)
        waiting = Outbox(tmp_path / "outbox.sqlite")
        assert waiting.waiting(ACTIONS) == []
        waiting.close()


def test_a_message_in_pieces_is_put_together(core: FakeCore, tmp_path: Path) -> None:
    whole = json.dumps({**COLLECT, "data": {**COLLECT["data"], "long": "é" * 100_000}}).encode()

    def play(peer: Peer) -> None:
        raw = encoded(TEXT, whole[:1000], last=False) + encoded(PING, b"in between") + encoded(0, whole[1000:])
        for part in (raw[:1], raw[1:7], raw[7:1009], raw[1009:50_000], raw[50_000:]):
            peer.raw.sendall(part)
            time.sleep(0.03)
        peer.hold()

    core.scripts.put(play)
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
    assert isinstance(action, Action)
    assert action.data["long"] == "é" * 100_000


@pytest.mark.parametrize("pieces", [False, True])
def test_a_message_without_end_is_given_up(
    core: FakeCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: bool
) -> None:
    monkeypatch.setattr(core_socket, "MOST_BYTES", 100_000)
    part = b"x" * 30_000

    def play(peer: Peer) -> None:
        for number in range(3):
            peer.send({**COLLECT, "data": {"task": f"{number}", "step": "x" * 50_000}})
        with suppress(OSError):
            peer.raw.sendall(bytes([TEXT, 127]) + (2**40).to_bytes(8, "big") if not pieces else b"")
            for number in range(1000):
                peer.raw.sendall(encoded(0 if number else TEXT, part, last=False) if pieces else part)
        peer.hold()

    core.scripts.put(play)
    with linked(core, tmp_path) as link:
        assert len(arrived(link, 3)) == 3
        polled_until(link, lambda: "a message is longer than 100000 bytes" in "".join(link.troubles()))


def test_an_answer_that_found_no_room_on_disk_is_written_while_the_link_waits(
    core: FakeCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core_outbox, "AGAIN_SECONDS", 0.0)
    core.scripts.put(lambda peer: peer.send(COLLECT))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        core.refusals += [503] * 1000
        assert isinstance(action, Action)
        with monkeypatch.context() as full:
            full.setattr(link._outbox, "_db", FullDisk())
            link.answer(action, action_done(action))
        polled_until(link, lambda: waiting_on_disk(tmp_path / "outbox.sqlite") == ["t1"])


class FullDisk:
    """A database that takes nothing."""

    def execute(self, *_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    rollback = execute


def waiting_on_disk(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [json.loads(frame)["data"]["task"] for (frame,) in database.execute("SELECT frame FROM answer")]


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "\n",
        "no json",
        "[]",
        '{"kind": "event"}',
        '{"kind": "action", "message_type": "collect", "data": {}}',
        "\x00",
    ],
)
def test_garbage_is_passed_over(core: FakeCore, tmp_path: Path, garbage: str) -> None:
    core.scripts.put(sends(garbage, COLLECT, into=[], answers=0))
    with linked(core, tmp_path) as link:
        assert [message.task for message in arrived(link) if isinstance(message, Action)] == ["t1"]


@pytest.mark.parametrize("garbage", [b"7" * 5000, b"99", b"-1"])
def test_a_pong_to_what_was_never_sent_confirms_nothing(core: FakeCore, tmp_path: Path, garbage: bytes) -> None:
    over = threading.Event()

    def play(peer: Peer) -> None:
        peer.send(COLLECT)
        assert [peer.read()[0], peer.read()[0]] == [TEXT, PING]
        peer.frame(PONG, garbage)
        peer.send({**COLLECT, "data": {"task": "t2", "step": "collect"}})
        until(over.is_set)

    core.scripts.put(play)
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        link.answer(action, action_done(action))
        arrived(link)
        over.set()
    taken: list[Any] = []
    core.scripts.put(sends(into=taken))
    with linked(core, tmp_path) as link:
        polled_until(link, lambda: taken)
    assert taken == [DONE]


def test_a_core_that_answers_no_ping_is_left(core: FakeCore, tmp_path: Path) -> None:
    over = threading.Event()
    core.scripts.put(lambda peer: until(over.is_set, 20))
    with linked(core, tmp_path, heartbeat=Heartbeat(every=0.1, within=0.2)) as link:
        polled_until(link, lambda: not link.troubles())
        polled_until(link, lambda: "ping" in "".join(link.troubles()))
        polled_until(link, lambda: not link.troubles())
        over.set()
    assert len(core.asked("GET")) >= 2


def test_a_core_that_takes_nothing_is_left(core: FakeCore, tmp_path: Path) -> None:
    over = threading.Event()

    def deaf(peer: Peer) -> None:
        peer.send(COLLECT)
        over.wait(20)

    core.scripts.put(deaf)
    answers: list[Any] = []
    core.scripts.put(sends(into=answers))
    with linked(core, tmp_path, heartbeat=Heartbeat(every=60, within=0.3)) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        link.answer(action, json.dumps({"much": "x" * 12_000_000}))
        longest = 0.0
        deadline = time.monotonic() + 20
        while not answers and time.monotonic() < deadline:
            before = time.monotonic()
            link.poll(0.05)
            longest = max(longest, time.monotonic() - before)
        over.set()
    assert len(answers) == 1
    assert longest < 5, "poll waited for the core to read"


def test_a_healthy_core_is_pinged_and_kept(core: FakeCore, tmp_path: Path) -> None:
    with linked(core, tmp_path, heartbeat=Heartbeat(every=0.05, within=0.5)) as link:
        polled_until(link, lambda: not link.troubles())
        end = time.monotonic() + 0.6
        polled_until(link, lambda: time.monotonic() > end)
    assert len(core.asked("GET")) == 1


def test_the_core_s_pings_are_answered_while_nothing_else_happens(core: FakeCore, tmp_path: Path) -> None:
    pongs: list[tuple[int, bytes]] = []

    def play(peer: Peer) -> None:
        peer.frame(PING, b"are you there")
        pongs.append(peer.read())
        peer.hold()

    core.scripts.put(play)
    with linked(core, tmp_path) as link:
        polled_until(link, lambda: pongs)
    assert pongs == [(10, b"are you there")]


def test_tag_tasks_are_registered_and_done(core: FakeCore, tmp_path: Path) -> None:
    taken: list[Any] = []

    def play(peer: Peer) -> None:
        taken.append(peer.message())
        peer.send(TAG)
        taken.append(peer.message())
        peer.hold()

    core.tasks = play
    with linked(core, tmp_path, clouds=("aws", "gcp")) as link:
        (task,) = arrived(link)
        assert isinstance(task, TagTask)
        link.answer(task, task_done(task.id, {"id": "n"}))
        polled_until(link, lambda: len(taken) == 2)
    assert [(entry["name"], entry["filter"]) for entry in taken[0]] == [
        ("tag", {"cloud": ["aws"]}),
        ("tag", {"cloud": ["gcp"]}),
    ]
    assert taken[1] == {"task_id": "x", "result": "done", "data": {"id": "n"}}


def test_a_task_that_cannot_be_done_is_answered_at_once(core: FakeCore, tmp_path: Path) -> None:
    taken: list[Any] = []

    def play(peer: Peer) -> None:
        peer.message()
        peer.send({"task_id": "x", "task_name": "dance"})
        taken.append(peer.message())
        peer.hold()

    core.tasks = play
    with linked(core, tmp_path, clouds=("aws",)) as link:
        polled_until(link, lambda: taken)
    assert taken[0]["result"] == "error"
    assert "dance" in taken[0]["error"]


def test_the_early_core_is_asked_for_tasks_in_the_address(core: FakeCore, tmp_path: Path) -> None:
    with linked(core, tmp_path, clouds=("aws", "gcp"), dialect=V2) as link:
        polled_until(link, lambda: not link.troubles())
    assert core.asked("GET", "/work/queue")[0].path == "/work/queue?task=tag&cloud=aws,gcp"


def test_progress_is_told_with_pauses_and_the_last_word_counts(core: FakeCore, tmp_path: Path) -> None:
    said: list[Any] = []
    core.scripts.put(sends(COLLECT, into=said, answers=1000))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        begun = time.monotonic()
        for current in range(500):
            link.tell(action, action_progress(action, Progress("p", current, 500)), replace=True)
            link.poll(0)
            time.sleep(0.001)
        link.tell(action, action_info(action, "info", "nearly"), replace=False)
        batches = (time.monotonic() - begun) / FAST.tell
        polled_until(link, lambda: any(message["data"].get("progress", {}).get("current") == 499 for message in said))
    progress = [message["data"]["progress"]["current"] for message in said if message["kind"] == "action_progress"]
    assert progress == sorted(progress)
    assert len(progress) <= batches + 2


def test_what_was_said_about_an_action_goes_before_its_answer(core: FakeCore, tmp_path: Path) -> None:
    said: list[Any] = []
    core.scripts.put(sends(COLLECT, into=said, answers=4))
    with linked(core, tmp_path) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        for text in "abc":
            link.tell(action, action_info(action, "info", text), replace=False)
        link.answer(action, action_done(action))
        link.tell(action, action_info(action, "info", "too late"), replace=False)
        polled_until(link, lambda: len(said) == 4)
    assert [message["data"].get("message") for message in said] == ["a", "b", "c", None]


def test_the_early_core_is_told_nothing_but_answers(core: FakeCore, tmp_path: Path) -> None:
    said: list[Any] = []
    core.scripts.put(sends(COLLECT, into=said, answers=1))
    with linked(core, tmp_path, dialect=V2) as link:
        (action,) = arrived(link)
        assert isinstance(action, Action)
        link.tell(action, action_info(action, "info", "a"), replace=False)
        link.answer(action, action_done(action))
        polled_until(link, lambda: said)
    assert [message["kind"] for message in said] == ["action_done"]


def test_an_abort_arrives_only_for_what_is_going_on(core: FakeCore, tmp_path: Path) -> None:
    abort = {**COLLECT, "kind": "action_abort"}
    core.scripts.put(sends(abort, COLLECT, abort, into=[], answers=0))
    with linked(core, tmp_path) as link:
        first, second = arrived(link, 2)
    assert isinstance(first, Action)
    assert isinstance(second, Action)
    assert (first.abort, second.abort) == (False, True)


def test_closing_unsubscribes_and_leaves_no_thread(core: FakeCore, tmp_path: Path) -> None:
    with linked(core, tmp_path) as link:
        polled_until(link, lambda: not link.troubles())
    assert [request.path for request in core.asked("DELETE")] == ["/subscriber/w/collect"]
    until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("connect")])


def test_an_idle_link_sleeps_and_can_be_woken(core: FakeCore, tmp_path: Path) -> None:
    with linked(core, tmp_path) as link:
        polled_until(link, lambda: not link.troubles())
        link.poll(0.1)
        over = threading.Event()

        def wake() -> None:
            over.set()
            link.wake()

        threading.Timer(0.5, wake).start()
        cpu = time.thread_time()
        while not over.is_set():
            link.poll()
        assert time.thread_time() - cpu < 0.05


def test_the_reason_is_logged_once_however_often_it_fails(
    core: FakeCore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    core.refusals += [429] * 4
    with caplog.at_level(logging.WARNING), linked(core, tmp_path) as link:
        polled_until(link, lambda: not link.troubles())
    assert len([record for record in caplog.records if "429" in record.getMessage()]) == 1
