"""What systemd hears from the worker: datagrams on a socket of ours, from the object and from the real process."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from resotolib.collect.scope import Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotoworker.builtin.status import RunStatus
from resotoworker.localcore import LocalCore
from resotoworker.notify import Notifier, describe
from tests.resotoworker.test_cli_serve import PSK, Bench, bench, core, start_collect

__all__ = ["bench", "core"]  # fixtures

NAMES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class Manager:
    """A service manager: collects what it is told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self.socket.setblocking(False)

    def hears(self) -> list[str]:
        """All that was said so far."""
        try:
            while True:
                self.heard.append(self.socket.recv(4096).decode())
        except BlockingIOError:
            return self.heard


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    made = Manager(f"@notify-{os.getpid()}-{time.monotonic_ns()}" if request.param == "abstract" else f"{tmp_path}/n")
    yield made
    made.socket.close()


def notifier(manager: Manager, **more: str) -> Notifier:
    return Notifier.from_environ({"NOTIFY_SOCKET": manager.name, **more})


def test_it_is_ready_when_the_core_reaches_it(manager: Manager) -> None:
    told, troubles = notifier(manager), ["actions: not connected yet"]
    before = told.tick(lambda: None, lambda: troubles)
    troubles.clear()
    after = told.tick(lambda: None, lambda: troubles)
    told.tick(lambda: None, lambda: troubles)
    assert manager.hears() == ["STATUS=idle", "READY=1"]
    assert before is not None
    assert after is None


def test_a_watchdog_is_fed_at_half_its_time(manager: Manager) -> None:
    told = notifier(manager, WATCHDOG_USEC="3000000", WATCHDOG_PID=str(os.getpid()))
    waits = [told.tick(lambda: None, list) for _ in range(3)]
    heard = manager.hears().count("WATCHDOG=1")
    time.sleep(1.5)
    told.tick(lambda: None, list)
    assert heard == 1
    assert all(seconds is not None and 0 < seconds <= 1.5 for seconds in waits)
    assert manager.hears().count("WATCHDOG=1") == 2


def test_the_watchdog_of_another_process_is_left_alone(manager: Manager) -> None:
    told = notifier(manager, WATCHDOG_USEC="400000", WATCHDOG_PID="1")
    assert told.tick(lambda: None, list) is None
    assert "WATCHDOG=1" not in manager.hears()


def test_children_inherit_nothing_of_it() -> None:
    environ = {**dict.fromkeys(NAMES, "1"), "HOME": "/"}
    Notifier.from_environ(environ)
    assert environ == {"HOME": "/"}


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@nobody-listens", "vsock:2:1"])
def test_nobody_listens(address: str) -> None:
    told = Notifier.from_environ({"NOTIFY_SOCKET": address})
    told.status("idle")
    told.stopping()
    told.tick(lambda: None, list)


def test_the_status_counts_accounts() -> None:
    status = RunStatus()
    scopes = [Scope("aws", str(number), "") for number in range(20)]
    lines = [describe(status.snapshot())]
    status.begin(Action("collect", "task", "collect"), scopes)
    for scope in scopes[:3]:
        status.finished(Segment(scope))
    lines.append(describe(status.snapshot()))
    status.end()
    lines.append(describe(status.snapshot()))
    assert lines == ["idle", "collecting 3 of 20 accounts", "idle; the last collect: partial"]


def test_the_process_tells_its_manager(bench: Bench, core: LocalCore, manager: Manager) -> None:
    flags = ("--moon-gate", str(bench.gate), "--fork")
    program = bench.start(core.url, *flags, RESOTOWORKER_PSK=PSK, NOTIFY_SOCKET=manager.name, WATCHDOG_USEC="1000000")
    program.until(lambda: "READY=1" in manager.hears())
    healthy = program.health()[0]
    start_collect(core)
    program.until(lambda: "STATUS=collecting 0 of 1 accounts" in manager.hears())
    beats = manager.hears().count("WATCHDOG=1")
    program.until(lambda: manager.hears().count("WATCHDOG=1") >= beats + 3, seconds=5)
    worker = psutil.Process(program.process.pid)
    inherited = {name for child in worker.children(recursive=True) for name in child.environ()}
    bench.gate.touch()
    program.until(lambda: any(line.startswith("STATUS=idle; the last collect") for line in manager.hears()))
    program.process.send_signal(signal.SIGTERM)
    code = program.ends()
    assert code == 0
    assert healthy == 200
    assert manager.hears()[0] == "STATUS=looking for the core"
    assert manager.hears().count("READY=1") == manager.hears().count("STOPPING=1") == 1
    assert not inherited & set(NAMES)


def test_a_worker_that_hangs_does_not_feed_the_watchdog(bench: Bench, core: LocalCore, manager: Manager) -> None:
    program = bench.start(core.url, RESOTOWORKER_PSK=PSK, NOTIFY_SOCKET=manager.name, WATCHDOG_USEC="400000")
    program.until(lambda: manager.hears().count("WATCHDOG=1") > 2)
    program.process.send_signal(signal.SIGSTOP)
    program.until(lambda: psutil.Process(program.process.pid).status() == psutil.STATUS_STOPPED)
    beats = len(manager.hears())
    time.sleep(0.6)  # three times the interval
    assert len(manager.hears()) == beats
