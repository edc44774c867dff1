"""Answers on disk until they have arrived."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from resotolib.core import outbox as outbox_module
from resotolib.core.outbox import Outbox


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    box = Outbox(path, remembered=3)
    yield box
    box.close()


def frames(box: Outbox, channel: str = "actions") -> list[str]:
    return [letter.frame for letter in box.waiting(channel)]


def test_what_is_put_waits_in_its_order_and_channel(outbox: Outbox) -> None:
    for frame in "abc":
        outbox.put("actions", frame, frame)
    outbox.put("tasks", "d", "d")
    assert frames(outbox) == ["a", "b", "c"]
    assert frames(outbox, "tasks") == ["d"]


def test_what_is_taken_waits_no_more_and_can_be_sent_again(outbox: Outbox) -> None:
    outbox.put("actions", "a", "answer")
    outbox.taken(outbox.waiting("actions")[0].number)
    assert frames(outbox) == []
    assert outbox.send_again("a")
    assert outbox.send_again("a")
    assert frames(outbox) == ["answer"]


def test_what_is_said_beside_an_answer_goes_before_it_and_is_forgotten(outbox: Outbox, path: Path) -> None:
    outbox.put("actions", "a", "answer", ["one", "two"])
    assert frames(outbox) == ["one", "two", "answer"]
    for letter in outbox.waiting("actions"):
        outbox.taken(letter.number)
    assert outbox.send_again("a")
    assert frames(outbox) == ["answer"]
    assert not outbox.send_again("")


def test_what_was_never_answered_cannot_be_sent_again(outbox: Outbox) -> None:
    assert not outbox.send_again("a")


def test_only_the_last_answers_are_remembered(outbox: Outbox) -> None:
    for number in range(10):
        outbox.put("actions", str(number), str(number))
    for letter in outbox.waiting("actions"):
        outbox.taken(letter.number)
    assert [key for key in map(str, range(10)) if outbox.send_again(key)] == ["7", "8", "9"]


def test_the_oldest_is_given_up_when_too_many_wait(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    box = Outbox(path, most_waiting=2)
    for frame in "abc":
        box.put("actions", frame, frame)
    assert frames(box) == ["b", "c"]
    assert "that to a is given up" in caplog.text
    box.close()


def test_a_damaged_file_is_put_aside(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(b"no database" * 1000)
    box = Outbox(path)
    box.put("actions", "a", "answer")
    assert frames(box) == ["answer"]
    assert "is damaged" in caplog.text
    box.close()


def test_all_of_it_survives_a_restart(path: Path) -> None:
    before = Outbox(path)
    before.put("actions", "a", "taken")
    before.put("actions", "b", "waiting")
    before.taken(before.waiting("actions")[0].number)
    before.close()
    after = Outbox(path)
    assert frames(after) == ["waiting"]
    assert after.send_again("a")
    assert frames(after) == ["waiting", "taken"]
    after.close()


def test_an_answer_is_on_disk_when_put_returns(path: Path) -> None:
    """The process dies at once afterwards."""
    program = (
        "import os, sys; from pathlib import Path; from resotolib.core.outbox import Outbox;"
        "Outbox(Path(sys.argv[1])).put('actions', 'a', 'answer'); os._exit(9)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    box = Outbox(path)
    assert ended.returncode == 9
    assert frames(box) == ["answer"]
    box.close()


def test_many_threads_may_answer(outbox: Outbox) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: outbox.put("actions", str(number), str(number)), range(100)))
    assert sorted(map(int, frames(outbox))) == list(range(100))


def test_answers_still_leave_when_the_disk_fails(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    box = Outbox(path)
    box.close()
    box.put("actions", "a", "answer")
    assert frames(box) == ["answer"]
    assert "would not survive a restart" in caplog.text


def test_an_answer_that_found_no_room_is_written_when_there_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "AGAIN_SECONDS", 0.0)
    box = Outbox(path)
    box.begin("a")
    box._db.execute("PRAGMA max_page_count = 6")  # SQLite's own way to have no room
    box.put("actions", "a", "answer" * 10_000, ["a line"])
    box.catch_up()
    assert on_disk(path) == []
    box._db.execute("PRAGMA max_page_count = 10000")
    box.catch_up()
    box.catch_up()

    assert on_disk(path) == ["a line", "answer" * 10_000]
    box.put("actions", "b", "another")
    assert on_disk(path) == ["a line", "answer" * 10_000, "another"]
    assert box.begin("a") == 1
    box.close()


def on_disk(path: Path) -> list[str]:
    """What another process that starts now would find."""
    with closing(sqlite3.connect(path)) as database:
        return [frame for (frame,) in database.execute("SELECT frame FROM answer ORDER BY number")]


def test_what_is_begun_again_and_again_is_counted_until_it_is_answered(outbox: Outbox, path: Path) -> None:
    first = [outbox.begin("a"), outbox.begin("a"), outbox.begin("b")]
    outbox.close()

    again = Outbox(path)
    after_a_restart = again.begin("a")
    again.put("actions", "a", "answer")
    once_answered = again.begin("a")
    again.close()

    assert (first, after_a_restart, once_answered) == ([1, 2, 1], 3, 1)


def test_what_was_begun_long_ago_is_forgotten(outbox: Outbox) -> None:
    outbox.begin("old")
    for number in range(3):
        outbox.begin(str(number))

    assert outbox.begin("old") == 1
