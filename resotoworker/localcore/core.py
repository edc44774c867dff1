"""What the routes, the command line and the page work with."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from resotolib.core.auth import Verifier
from resotoworker.localcore.bus import CONNECTED, Bus
from resotoworker.localcore.graphs import Graphs
from resotoworker.localcore.journal import Journal
from resotoworker.localcore.merge import Counts
from resotoworker.localcore.outer import resolve_deferred
from resotoworker.localcore.runs import Run, Runs
from resotoworker.localcore.store import Store
from resotoworker.localcore.subscribers import Subscribers
from resotoworker.localcore.tasks import WorkQueue
from resotoworker.localcore.workflows import Workflows

log = logging.getLogger(__name__)

T = TypeVar("T")
TICK = 10.0


@dataclass(frozen=True)
class Options:
    """How this core behaves.

    Seconds: between collect runs (0: only when asked), for a task, until an absent subscriber is forgotten.
    """

    path: Path
    host: str = "127.0.0.1"
    psk: str | None = None
    dialect: str = "3.x"
    graph: str = "ck"
    interval_collect: float = 0
    task_timeout: float = 30
    forget_after: float = 180

    def __repr__(self) -> str:
        return f"Options(path={self.path}, dialect={self.dialect}, psk={'...' if self.psk else None})"


class Core:
    """Everything of one embedded core but its sockets. Made and used inside an event loop."""

    def __init__(self, options: Options, store: Store, pool: ThreadPoolExecutor) -> None:
        self.options = options
        self.store = store
        self.graphs = Graphs(store, defers=options.dialect != "2.0")
        self.verifier = Verifier(options.psk) if options.psk else None
        self.bus = Bus()
        self.journal = Journal(store, pool)
        self.subscribers = Subscribers(store, self.journal)
        self.runs = Runs(store, self.journal)
        self.tasks = WorkQueue(options.task_timeout)
        internal = {"wait_for_graph_merged": self._merged, "merge_outer_edges": self._outer_edges}
        self.workflows = Workflows(self.bus, self.subscribers, self.runs, options.dialect, internal)
        self._pool = pool
        self._uploads: Counter[str] = Counter()
        self._upload_ended = asyncio.Event()
        self._background: set[asyncio.Task[None]] = set()

    @property
    def speaks_2(self) -> bool:
        """Whether this core plays the early one, 2.0.0a13."""
        return self.options.dialect == "2.0"

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Run something that reads or writes the store, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)

    def start(self) -> None:
        """Take up what was going on, and watch the time."""
        self.workflows.resume()
        self._spawn(self._watch())
        if self.options.interval_collect:
            self._spawn(self._collect_regularly())

    async def stop(self) -> None:
        """End everything that runs here; what is on disk is complete."""
        tasks = list(self._background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.workflows.stop()
        await self.journal.flush()

    async def merge(self, graph: str, spool: IO[bytes], content_type: str, run: str | None) -> Counts:
        """Merge an upload and close its spool."""
        if run:
            self._uploads[run] += 1
        try:
            return await self.run(self.graphs.merge, graph, spool, content_type, run)
        finally:
            spool.close()
            if run:
                self._uploads[run] -= 1
                self._upload_ended.set()
                self.bus.event("graph-merge-completed", task_id=run)

    def merge_later(self, graph: str, spool: IO[bytes], content_type: str, run: str | None) -> None:
        """As `merge`, without waiting: what goes wrong is only logged, as in a real core."""
        self._spawn(self._merge_logged(graph, spool, content_type, run))

    async def _merge_logged(self, graph: str, spool: IO[bytes], content_type: str, run: str | None) -> None:
        try:
            await self.merge(graph, spool, content_type, run)
        except Exception:
            log.exception("An upload into %s was refused", graph)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _merged(self, run: Run) -> None:
        while self._uploads[run.id] > 0:
            self._upload_ended.clear()
            await self._upload_ended.wait()
        del self._uploads[run.id]

    async def _outer_edges(self, run: Run) -> None:
        for graph, text in await self.run(resolve_deferred, self.store, self.graphs, run.id):
            self.runs.say(run.id, "merge_outer_edges", "core", "info", f"{graph}: {text}")

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(min(TICK, self.options.forget_after / 2))
            if gone := self.subscribers.forget_absent(self.options.forget_after):
                log.info("Forgot subscribers that did not come back: %s", ", ".join(gone))
                self.workflows.wake()

    async def _collect_regularly(self) -> None:
        """The first run waits for somebody who collects: without, it would be over at once and for a whole interval."""
        with self.bus.listening(frozenset({CONNECTED})) as listener:
            while self.subscribers.connected.isdisjoint(self.subscribers.of_type("collect")):
                await listener.queue.get()
        while True:
            self.workflows.start("collect")
            await asyncio.sleep(self.options.interval_collect)
