"""Collects one scope in a test: what the worker gives a collector, made simple."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

from resotolib.collect.completeness import Completeness, Outcome, Reading
from resotolib.collect.scope import Message
from resotolib.graph.graph import Graph, Node

T = TypeVar("T")
R = TypeVar("R")


class TestRun:
    """A scope's run on a few threads, which keeps everything that it is told."""

    __test__ = False

    def __init__(self, threads: int = 8, cloud: str = "aws") -> None:
        self.graph = Graph(cloud)
        self.completeness = Completeness()
        self.messages: list[Message] = []
        self.counts: Counter[str] = Counter()
        self._pool = ThreadPoolExecutor(threads)
        self._lock = threading.Lock()

    def __enter__(self) -> TestRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        return self._pool.map(function, items)

    def stop_if_told(self) -> None:
        return None

    def record(self, reading: Reading) -> None:
        self.completeness.record(reading)

    def message(self, message: Message) -> None:
        self.messages.append(message)

    def progress(self, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0) -> None:
        with self._lock:
            self.counts.update(regions=regions, regions_done=regions_done, nodes=nodes, calls=calls)

    def nodes(self, kind: str) -> list[Node]:
        """The nodes of a kind."""
        return [node for node in self.graph.nodes() if node.kind == kind]

    def reading(self, region: str, kind: str) -> Reading:
        """What was recorded for a kind in a region or zone."""
        return next(r for r in self.completeness if (r.zone or r.region, r.kind) == (region, kind))

    def not_complete(self) -> list[Reading]:
        """What was tried and not read."""
        return [r for r in self.completeness if r.outcome not in (Outcome.COMPLETE, Outcome.EXCLUDED)]
