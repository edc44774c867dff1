"""What an earlier run has left in the spool: sent if it is news to the core, and taken up by the same action."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest

from resotolib.collect.completeness import Outcome
from resotolib.collect.segment import Segment
from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.errors import SettingsError
from resotolib.settings import Settings
from resotolib.testing.example import kinds
from resotoworker import delivery
from resotoworker.channel import silent
from resotoworker.delivery import open_spool
from resotoworker.localcore import LocalCore
from resotoworker.scopes import ScopeContext, collect_scope
from resotoworker.settings import WorkerSettings
from resotoworker.state import State
from tests.resotoworker.installed import SitePackages
from tests.resotoworker.unruly import Held, Rig, Unruly, install

ACTION = Action("collect", "task-1", "collect", {"task": "task-1", "step": "collect"})


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with LocalCore(tmp_path_factory.mktemp("core") / "core.sqlite") as core:
        yield core.url


@pytest.fixture
def rig(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    with Core(address, Credentials(None), pauses=()) as core:
        made = Rig(core, install(SitePackages(site)), tmp_path, graph=f"g{uuid4().hex}")
        yield made
        made.close()


@contextmanager
def away(rig: Rig) -> Iterator[None]:
    """Nobody answers at the core's address."""
    address, rig.core.address = rig.core.address, "http://127.0.0.1:9"
    try:
        yield
    finally:
        rig.core.address = address


def leave(rig: Rig, collector: Unruly) -> None:
    """A run that the core gets nothing of."""
    with away(rig):
        end = rig.collect(collector, timeout=1)
    rig.delivery = replace(rig.delivery, left_seconds=60)
    assert "not confirmed by the core" in end.error
    assert "kept in the spool" in end.error


def send_left(rig: Rig) -> list[str]:
    """Send what was left; what stays."""
    rig.delivery.send_left(threading.Event())
    return [left.segment.scope.id for left in rig.spool.left()]


def claim(rig: Rig, exported_at: str) -> None:
    """The core has the account from somebody who says this."""
    (account,) = rig.held().of("account")
    rig.core.patch_nodes(rig.graph, [{"id": account["id"], "metadata": {"exported_at": exported_at}}])


def disks(held: Held) -> int:
    return held.count("disk", "000")


def test_what_is_news_is_sent(rig: Rig) -> None:
    leave(rig, Unruly(2, 3))
    assert send_left(rig) == []
    assert [rig.held().count("disk", account) for account in ("000", "001")] == [3, 3]
    assert list((rig.folder / "spool").glob("*/*.ndjson")) == []


def test_what_was_not_read_stays_in_the_core_then_too(rig: Rig) -> None:
    rig.collect(Unruly(1, 3))
    claim(rig, "2001-01-01T00:00:00Z")
    before = rig.held()
    leave(rig, Unruly(1, 2, skipped={"machine": Outcome.UNREAD}))

    assert send_left(rig) == []

    held = rig.held()
    assert (disks(held), held.count("machine")) == (2, 3)
    assert {node["id"] for node in before.of("machine")} == {node["id"] for node in held.of("machine")}
    assert all("stale_since" in node["metadata"] for node in held.of("machine"))


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        pytest.param("2001-01-01T00:00:00+00:00", True, id="older"),
        pytest.param("2001-01-01T00:00:00", True, id="older, without a zone"),
        pytest.param((datetime.now(timezone.utc) + timedelta(hours=1)).isoformat(), False, id="newer"),
        pytest.param("yesterday", False, id="nobody knows"),
    ],
)
def test_the_core_keeps_what_is_newer(rig: Rig, said: str, sent: bool) -> None:
    rig.collect(Unruly(1, 3))
    claim(rig, said)
    leave(rig, Unruly(1, 2))
    assert send_left(rig) == []
    assert disks(rig.held()) == (2 if sent else 3)


def test_an_upload_whose_answer_was_lost_is_not_sent_again(rig: Rig) -> None:
    rig.collect(Unruly(1, 3))
    leave(rig, Unruly(1, 2))
    (left,) = rig.spool.left()
    claim(rig, str(delivery.exported_at(Path(left.segment.path))))
    assert send_left(rig) == []
    assert disks(rig.held()) == 3


def test_what_is_a_day_old_is_not_sent(rig: Rig) -> None:
    leave(rig, Unruly(1, 3))
    rig.spool.execute("UPDATE scope SET kept = kept - ?", (delivery.KEPT_SECONDS + 1,))
    assert send_left(rig) == []
    rig.core.create_graph(rig.graph)
    assert rig.held().nodes.keys() == {"root"}


def test_it_stays_while_the_core_is_away(rig: Rig) -> None:
    leave(rig, Unruly(1, 3))
    with away(rig):
        assert send_left(rig) == ["000"]
    assert send_left(rig) == []
    assert disks(rig.held()) == 3


def test_sending_what_was_left_has_an_end(rig: Rig) -> None:
    leave(rig, Unruly(2, 3))
    rig.delivery = replace(rig.delivery, left_seconds=0)
    assert sorted(send_left(rig)) == ["000", "001"]


def test_actions_do_not_wait_longer_for_what_was_left_than_they_may_take(rig: Rig) -> None:
    rig.handler(Unruly(1, 1), timeout=100)
    assert rig.delivery.left_seconds == 50


def test_an_action_s_uploads_end_with_its_time(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "LAST_SECONDS", -60.0)
    end = rig.collect(Unruly(1, 3), timeout=1)
    assert "no time is left for " in end.error
    assert [left.segment.scope.id for left in rig.spool.left()] == ["000"]


@pytest.mark.parametrize("damage", [b'{"id": "x", "rep', b"\xff\xfe\n", b"[]\n", b'{"id": "x", "metadata": [1]}\n'])
def test_a_damaged_file_is_removed_and_the_others_are_sent(
    rig: Rig, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    leave(rig, Unruly(3, 2))
    for left in rig.spool.left()[:2]:
        Path(left.segment.path).write_bytes(damage)
    (whole,) = (left.segment.scope.id for left in rig.spool.left()[2:])

    assert send_left(rig) == []

    assert [node["reported"]["id"] for node in rig.held().of("account")] == [whole]
    assert caplog.text.count("from an earlier run is not sent, its file is removed: ") == 2


def test_a_file_that_cannot_be_opened_stays_and_the_others_are_sent(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    leave(rig, Unruly(2, 2))
    first, second = rig.spool.left()
    path = Path(first.segment.path)
    path.unlink()
    path.mkdir()
    assert send_left(rig) == [first.segment.scope.id]
    assert [node["reported"]["id"] for node in rig.held().of("account")] == [second.segment.scope.id]
    assert "Is a directory" in caplog.text


def test_what_the_core_refuses_does_not_stay(rig: Rig) -> None:
    leave(rig, Unruly(2, 10, ways={"001": "refused"}))
    assert send_left(rig) == []
    assert [rig.held().count("disk", account) for account in ("000", "001")] == [10, 0]


def test_the_same_action_takes_up_what_was_left(rig: Rig) -> None:
    """Killed in the middle: nothing is settled. One account has arrived, one waits, one was not read."""
    handler = rig.handler(Unruly(3, 2))
    shelf = rig.spool.shelf(ACTION)
    with rig.delivery.uploader("task-1", 1e9, threading.Event(), lambda _: None, shelf) as uploader:
        first, second = (shelf.keep(_collected(shelf.folder, number)) for number in (0, 1))
        uploader.put(first)

    end = rig.run(replace(handler, collectors=[Unruly(3, 2, ways=dict.fromkeys(("000", "001"), "fail"))]))

    assert (end.error, rig.messages()) == ("", [])
    assert rig.held().count("account") == 3
    assert Path(second.path).exists() is False
    run = rig.status.snapshot()
    assert run is not None
    assert [scope.state for scope in run.scopes] == ["done", "done", "done"]


def _collected(folder: Path, number: int) -> Segment:
    collector = Unruly(3, 2)
    return collect_scope(collector, collector.scopes().scopes[number], ScopeContext(kinds, str(folder)), silent())


def test_a_spool_elsewhere_belongs_to_one_worker_and_one_version(tmp_path: Path) -> None:
    settings = Settings(WorkerSettings(spool_dir=str(tmp_path / "spool"), psk="nobody may know"))
    with State(tmp_path / "one") as one, State(tmp_path / "two") as two:
        with open_spool(settings, one, "5.0") as spool:
            shelf = spool.shelf(ACTION)
            shelf.keep(_collected(shelf.folder, 0))
            with pytest.raises(SettingsError, match=r"--spool-dir .*spool is in use"), open_spool(settings, two, "5.0"):
                pass
        with open_spool(settings, two, "5.1") as spool:
            assert spool.shelf(ACTION).through() == []
        with open_spool(settings, two, "5.0") as spool:
            assert [segment.scope.id for segment in spool.shelf(ACTION).through()] == ["000"]
