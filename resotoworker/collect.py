"""The collect action: collectors, scopes, segments, uploads, and what became of them."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from resotolib.collect.collector import Collector
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.collect.segment import Segment
from resotolib.core.http import Core
from resotolib.core.messages import Action, Progress, ProgressTree
from resotolib.core.reporter import Outcome, Reporter
from resotolib.errors import ResotoError
from resotolib.graph.export import LINE_LIMIT
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Kind
from resotolib.settings import Settings
from resotoworker.builtin.status import RunStatus
from resotoworker.channel import Channel, Discovered, Event, LocalChannel, ScopeProgress
from resotoworker.executors import ProcessExecutor, ThreadExecutor
from resotoworker.plugins import Plugins
from resotoworker.scopes import CloudJob, DiscoverJob, InstalledKinds, Late, ScopeContext, collect_scopes, failed
from resotoworker.settings import WorkerSettings
from resotoworker.slots import Children
from resotoworker.upload import Target, Uploader

T = TypeVar("T")

LINE_LIMITS = {"2.0": 120 * 2**10}  # bytes of one node; what the older core reads as one line

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Collect:
    """Handles `collect`: see `__call__`. `spool`: where segments lie until the core has them."""

    settings: Settings
    plugins: Plugins
    core: Core
    collectors: Sequence[Collector]
    status: RunStatus
    spool: Path
    children: Children = field(default_factory=Children)
    late: Late = field(default_factory=Late)

    def __call__(self, action: Action, reporter: Reporter) -> Outcome:
        """Collect everything and send it. `failed` only when nothing at all arrived; what is missing is told."""
        worker = self.settings[WorkerSettings]
        directory = Path(tempfile.mkdtemp(prefix="collect-", dir=self.spool))
        kinds = kinds_by_name(self.plugins)
        deadline = time.monotonic() + worker.timeout
        try:
            run = CollectRun(self, action, reporter, directory, deadline)
            target = Target(
                self.core,
                worker.resotocore_graph,
                action.task,
                kinds,
                worker.merge_batch,
                deadline,
                reporter.stop,
                worker.forget_excluded,
            )
            with Uploader(target, run.sent) as uploader:
                run.collect(uploader.put)
        finally:
            shutil.rmtree(directory)
        self.plugins.collected(action, run.segments, run.messages)
        return run.outcome()


class CollectRun:
    """One collect action: runs collectors, follows their scopes, and says how it ended."""

    def __init__(self, collect: Collect, action: Action, reporter: Reporter, directory: Path, deadline: float) -> None:
        self._collect, self._action, self._reporter = collect, action, reporter
        self._worker = collect.settings[WorkerSettings]
        kinds, limit = InstalledKinds(collect.plugins.asked_for), LINE_LIMITS.get(collect.core.dialect.name, LINE_LIMIT)
        self._context = ScopeContext(kinds, str(directory), deadline, limit, self._worker.max_scope_nodes)
        self._lock = threading.Lock()
        self._scopes: dict[Scope, ScopeProgress] = {}
        self._over: set[Scope] = set()
        self._put: Callable[[Segment], None] = self.sent
        self._ended = False
        self.segments: list[Segment] = []
        self.messages: list[Message] = []

    def collect(self, put: Callable[[Segment], None]) -> None:
        """Run all collectors, `--pool-size` at a time; every scope that was found comes to `put`."""
        self._put = put
        with ThreadPoolExecutor(self._worker.pool_size, "collector") as threads:
            running = {threads.submit(self._cloud, collector): collector for collector in self._collect.collectors}
            for future in as_completed(running):
                error = future.exception()
                if error is not None:
                    self._lost(running[future], error)
        self._ended = True

    def sent(self, segment: Segment) -> None:
        """A scope is through: the core has it, or keeps what it had."""
        with self._lock:
            self.segments.append(segment)
        self._collect.status.finished(segment)
        scope = str(segment.scope)
        if segment.error:
            self._reporter.error(f"Not collected: {segment.error}", scope)
        for message in segment.messages:
            self._message(message)
        self._tell_unread(segment)
        self._progress(segment.scope)

    def outcome(self) -> Outcome:
        """How the action ended."""
        good = [segment for segment in self.segments if not segment.error]
        unread = sum(reading.outcome == "unread" for segment in self.segments for reading in segment.readings)
        bad = [f"{segment.scope}: {segment.error}" for segment in self.segments if segment.error]
        summary = f"{len(good)} of {len(self.segments)} accounts collected, {unread} kinds unread somewhere"
        if bad and not good:
            return Outcome(error=f"Nothing was collected. {'; '.join(bad)[:2000]}")
        return Outcome(summary=summary)

    def _cloud(self, collector: Collector) -> None:
        """Collect one cloud where the flags say; raises when its scopes cannot be found or its child is gone."""
        channel, fork = LocalChannel(self._hear, self._reporter.stop), self._worker.fork
        brought = self._collect.plugins.executor(self._collect.settings)
        late = self._collect.late
        if brought is None and not collector.concurrency.fork:
            self._run(CloudJob(collector, self._context, ThreadExecutor, None if fork else late), channel)
            return
        discovery: Discovery = self._run(DiscoverJob(collector), channel)
        self._hear(Discovered(collector.cloud, discovery))
        executor = brought or self._processes(collector.concurrency.scopes, channel)
        for segment in collect_scopes(executor, collector, discovery.scopes, self._context, channel, late=late):
            self._hear(segment)

    def _run(self, job: Callable[[Channel], T], channel: Channel) -> T:
        """Run a job of one collector: here, or with `--fork` in a child."""
        if not self._worker.fork:
            return job(channel)
        executor = self._processes(1, channel)
        try:
            result: T = executor.submit(job).result()
            return result
        finally:
            executor.shutdown()

    def _processes(self, size: int, channel: Channel) -> ProcessExecutor:
        return ProcessExecutor(size, channel, self._collect.children, self._context.deadline)

    def _hear(self, event: Event) -> None:
        """What a job tells; from any thread. What a thread that was left behind tells later is not heard."""
        if self._ended:
            return
        if isinstance(event, Discovered):
            self._found(event.discovery)
        elif isinstance(event, ScopeProgress):
            status = self._collect.status
            status.progress(
                event.scope,
                regions=event.regions,
                regions_done=event.regions_done,
                nodes=event.nodes,
                calls=event.calls,
            )
            self._add(event)
        else:
            with self._lock:
                if event.scope in self._over:
                    return
                self._over.add(event.scope)
            self._collect.plugins.scope_collected(self._action, event)
            self._put(event)

    def _found(self, discovery: Discovery) -> None:
        with self._lock:
            self._scopes |= {scope: ScopeProgress(scope) for scope in discovery.scopes}
        self._collect.status.found(discovery.scopes)
        self.messages += discovery.messages
        for message in discovery.messages:
            self._collect.status.message(message)
            self._message(message)

    def _lost(self, collector: Collector, error: BaseException) -> None:
        """A collector that ended with an error: its scopes that were not through fail, or one that stands for all."""
        if not isinstance(error, ResotoError):
            log.error("Collecting %s failed", collector.cloud, exc_info=error)
        with self._lock:
            rest = [scope for scope in self._scopes if scope.cloud == collector.cloud and scope not in self._over]
        for scope in rest or [Scope(collector.cloud, "", "")]:
            self._hear(failed(scope, error))

    def _message(self, message: Message) -> None:
        log.log(logging.ERROR if message.level == "error" else logging.INFO, "%s: %s", message.scope, message.text)
        say = self._reporter.error if message.level == "error" else self._reporter.info
        say(message.text, message.scope)

    def _tell_unread(self, segment: Segment) -> None:
        """A line for each kind and reason; regions are listed together."""
        regions: dict[tuple[str, str], list[str]] = {}
        for reading in segment.readings:
            if reading.outcome == "unread":
                regions.setdefault((reading.kind, reading.reason), []).append(reading.place)
        for (kind, reason), where in regions.items():
            self._reporter.error(f"{kind} is unread in {', '.join(sorted(where))}: {reason}", str(segment.scope))

    def _add(self, event: ScopeProgress) -> None:
        with self._lock:
            known = self._scopes.get(event.scope, ScopeProgress(event.scope))
            self._scopes[event.scope] = ScopeProgress(
                event.scope,
                known.regions + event.regions,
                known.regions_done + event.regions_done,
                known.nodes + event.nodes,
                known.calls + event.calls,
            )
        self._progress(event.scope)

    def _progress(self, _: Scope) -> None:
        with self._lock:
            through = {segment.scope for segment in self.segments}
            parts = tuple(_part(scope, known, done=scope in through) for scope, known in self._scopes.items())
        self._reporter.progress(ProgressTree("collect", parts))


def _part(scope: Scope, known: ScopeProgress, *, done: bool) -> Progress:
    """Regions read of a scope, of one more: the last step is the core's answer."""
    total = max(known.regions, known.regions_done) + 1
    return Progress(scope.name or scope.id, total if done else known.regions_done, total, (scope.cloud,))


def kinds_by_name(plugins: Plugins) -> Mapping[str, Kind]:
    """The kinds of the plugins and those that they are made of."""
    return {kind.name: kind for kind in base_kinds()} | dict(plugins.kinds())
