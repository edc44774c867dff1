"""A run of one scope in memory, to test a collector with."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from resotolib.collect.completeness import Completeness, Reading
from resotolib.collect.scope import Message
from resotolib.errors import Stopped
from resotolib.graph.graph import Graph

T = TypeVar("T")
R = TypeVar("R")


class MemoryRun:
    """A `ScopeRun` without threads. What was reported is in its attributes; `stop_after` calls it stops the scope."""

    def __init__(self, cloud: str, *, stop_after: int | None = None) -> None:
        self.graph = Graph(cloud)
        self.completeness = Completeness()
        self.messages: list[Message] = []
        self.counts: Counter[str] = Counter()
        self._left = stop_after
        self._lock = threading.Lock()

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """One after the other, in this thread."""
        for item in items:
            self.stop_if_told()
            yield function(item)

    def stop_if_told(self) -> None:
        """Raises Stopped once `stop_after` calls of this are over."""
        with self._lock:
            if self._left is not None:
                self._left -= 1
                if self._left < 0:
                    raise Stopped("the test")

    def record(self, reading: Reading) -> None:
        """Kept in `completeness`."""
        self.completeness.record(reading)

    def message(self, message: Message) -> None:
        """Kept in `messages`."""
        self.messages.append(message)

    def progress(self, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0) -> None:
        """Added up in `counts`."""
        with self._lock:
            self.counts.update(regions=regions, regions_done=regions_done, nodes=nodes, calls=calls)
