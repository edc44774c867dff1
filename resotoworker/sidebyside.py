"""Collectors side by side, each on a thread; one that does not end in time is left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from resotolib.collect.collector import Collector
from resotolib.collect.scope import Scope
from resotolib.errors import ScopeTimeout, Stopped
from resotoworker.late import Late, still_at_it
from resotoworker.scopes import LOOK_SECONDS

LATE_SECONDS = 6.0  # what a collector has, after its time is over, to say what became of its scopes


def all_of(collector: Collector) -> Scope:
    """Stands for all scopes of a collector, also those that were not found."""
    return Scope(collector.cloud, "", "")


@dataclass(frozen=True)
class SideBySide:
    """`run` collects one cloud; `lost` is told of each that ended with an error, or did not end.

    They have to end soon after `stop` is set, and after `deadline` (time.monotonic()), `seconds` after their beginning.
    """

    run: Callable[[Collector], None]
    lost: Callable[[Collector, BaseException], None]
    stop: threading.Event
    deadline: float
    seconds: int
    late: Late

    def __call__(self, collectors: Iterable[Collector], size: int) -> None:
        """Run them, `size` at a time. One that an earlier run has left behind is not started again."""
        threads = ThreadPoolExecutor(size, "collector")
        running: dict[Future[None], Collector] = {}
        for collector in collectors:
            if self.late.running(all_of(collector)):
                self.lost(collector, still_at_it(collector.cloud))
            else:
                running[threads.submit(self.run, collector)] = collector
        self._watch(running)
        for future, collector in running.items():
            if not future.cancel():
                self.late.note(all_of(collector), future)
            stopped = self.stop.is_set()
            self.lost(collector, Stopped(collector.cloud) if stopped else ScopeTimeout(collector.cloud, self.seconds))
        threads.shutdown(wait=False)

    def _watch(self, running: dict[Future[None], Collector]) -> None:
        """Take out those that end; return with those that do not, although it is time."""
        over_at = float("inf")
        while running and time.monotonic() < over_at:
            done, _ = wait(running, LOOK_SECONDS, FIRST_COMPLETED)
            for future in done:
                collector, error = running.pop(future), future.exception()
                if error is not None:
                    self.lost(collector, error)
            if self.stop.is_set() or time.monotonic() > self.deadline:
                over_at = min(over_at, time.monotonic() + LATE_SECONDS)
