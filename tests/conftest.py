"""What every test is held to: it leaves no thread and no process behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.whole import realcore

_SHARED = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")  # Python keeps one of each for the session


def pytest_sessionstart(session: pytest.Session) -> None:
    """In the process that hands out the tests, before there are any others."""
    if not hasattr(session.config, "workerinput"):
        realcore.install()


def _pids() -> set[int]:
    """Our children, as the kernel lists them: a look at every process of the machine takes a hundred times longer."""
    found: set[int] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        try:
            found.update(map(int, path.read_text().split()))
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread that has ended
    return found


def _children() -> set[int]:
    found = set()
    for pid in _pids():
        try:
            child = psutil.Process(pid)
            if child.status() != psutil.STATUS_ZOMBIE and not any(
                word in part for part in child.cmdline() for word in _SHARED
            ):
                found.add(child.pid)
        except psutil.NoSuchProcess:
            continue
    return found


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    threads, children = _threads(), _children()
    yield
    deadline = time.monotonic() + 5
    while (_threads() - threads or _children() - children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _threads() - threads, "threads left running"
    assert not _children() - children, "processes left running"
