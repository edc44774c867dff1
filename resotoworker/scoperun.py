"""What a collector is given to collect one scope with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from types import TracebackType
from typing import TypeVar

from resotolib.collect.completeness import Completeness, Reading
from resotolib.collect.scope import Message, Scope
from resotolib.errors import ScopeTimeout, Stopped
from resotolib.graph.graph import Graph
from resotoworker.channel import Channel, ScopeProgress

T = TypeVar("T")
R = TypeVar("R")

TELL_SECONDS = 0.5
LOOK_SECONDS = 0.2  # how soon a stop is noticed while all calls wait for the cloud


class WorkerRun:
    """One run of one scope; closed by `with`. `deadline`: time.monotonic() after which it has to stop."""

    def __init__(
        self, scope: Scope, channel: Channel, deadline: float, calls: int, most_nodes: int | None = None
    ) -> None:
        self.graph = Graph(scope.cloud, most_nodes)
        self.completeness = Completeness()
        self.messages: list[Message] = []
        self.calls = 0
        self._scope = scope
        self._channel = channel
        self._began = time.monotonic()
        self._deadline = deadline
        self._width = max(calls, 1)
        self._threads = ThreadPoolExecutor(self._width, f"{scope.cloud}-{scope.id}")
        self._lock = threading.Lock()
        self._untold = [0, 0, 0, 0]
        self._told = self._began

    def __enter__(self) -> WorkerRun:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # after an error a call may hang for long: its thread is left behind and its result is dropped
        self._threads.shutdown(wait=kind is None, cancel_futures=True)
        with self._lock:
            self._tell()

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """See `ScopeRun`. `items` is read as threads become free; it may yield what results have brought."""
        source = iter(items)
        running: set[Future[R]] = set()
        try:
            while True:
                running |= {self._threads.submit(function, item) for item in islice(source, self._width - len(running))}
                if not running:
                    return
                done, running = wait(running, LOOK_SECONDS, FIRST_COMPLETED)
                self.stop_if_told()
                for future in done:
                    yield future.result()
        finally:
            for future in running:
                future.cancel()

    def stop_if_told(self) -> None:
        """See `ScopeRun`."""
        if self._channel.stop.is_set():
            raise Stopped(str(self._scope))
        if time.monotonic() > self._deadline:
            raise ScopeTimeout(str(self._scope), round(self._deadline - self._began))

    def record(self, reading: Reading) -> None:
        """See `ScopeRun`."""
        with self._lock:
            self.completeness.record(reading)

    def message(self, message: Message) -> None:
        """See `ScopeRun`."""
        with self._lock:
            self.messages.append(message)

    def progress(self, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0) -> None:
        """See `ScopeRun`."""
        added = (regions, regions_done, nodes, calls)
        with self._lock:
            self.calls += calls
            self._untold = [old + new for old, new in zip(self._untold, added, strict=True)]
            if time.monotonic() >= self._told + TELL_SECONDS:
                self._tell()

    def _tell(self) -> None:
        if any(self._untold):
            self._channel.send(ScopeProgress(self._scope, *self._untold))
            self._untold = [0, 0, 0, 0]
        self._told = time.monotonic()
