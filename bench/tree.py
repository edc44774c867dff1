"""What a process and everything below it uses, from `/proc`."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from types import TracebackType

import psutil

SAMPLE_EVERY = 0.1


def _living(root: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(root)
        return [process, *process.children(recursive=True)]
    return []


def cpu_seconds(root: int) -> float:
    """User and system time of the tree so far, with that of children that have ended and were waited for."""
    total = 0.0
    for process in _living(root):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def pss_bytes(root: int) -> int:
    """Proportional resident memory of the tree now: shared pages count once in all."""
    total = 0
    for process in _living(root):
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


class Watch:
    """Measures a tree for the time of a `with` block: `cpu` and `wall` seconds, and the `peak` of PSS in bytes."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._cpu = self._wall = 0.0
        self.cpu = self.wall = 0.0
        self.peak = 0

    def __enter__(self) -> Watch:
        self._cpu, self._wall = cpu_seconds(self._root), time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.wall = time.monotonic() - self._wall
        self.cpu = cpu_seconds(self._root) - self._cpu
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_EVERY):
            self.peak = max(self.peak, pss_bytes(self._root))
