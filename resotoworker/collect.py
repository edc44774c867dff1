"""The collect action: collectors, scopes, segments, uploads, and what became of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from resotolib.collect.collector import Collector
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action, Progress, ProgressTree
from resotolib.core.reporter import Outcome, Reporter
from resotolib.errors import ResotoError, SpoolFailed
from resotolib.graph.export import LINE_LIMIT
from resotolib.kinds.kind import Kind
from resotolib.settings import Settings
from resotoworker.builtin.status import RunStatus
from resotoworker.channel import Channel, Discovered, Event, LocalChannel, ScopeProgress
from resotoworker.delivery import Delivery
from resotoworker.executors import ProcessExecutor, ThreadExecutor
from resotoworker.knownkinds import with_base
from resotoworker.late import Late
from resotoworker.plugins import Plugins
from resotoworker.scopes import CloudJob, DiscoverJob, InstalledKinds, ScopeContext, collect_scopes, failed
from resotoworker.settings import WorkerSettings
from resotoworker.sidebyside import SideBySide, all_of
from resotoworker.slots import Children
from resotoworker.spool import Shelf

T = TypeVar("T")

NOTHING = "nothing was collected, for the reasons above"
LINE_LIMITS = {"2.0": 120 * 2**10}  # bytes of one node; what the older core reads as one line

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Collect:
    """Handles `collect`: see `__call__`. `delivery`: the way to the core, over the spool."""

    settings: Settings
    plugins: Plugins
    delivery: Delivery
    collectors: Sequence[Collector]
    status: RunStatus
    children: Children = field(default_factory=Children)
    late: Late = field(default_factory=Late)

    def __call__(self, action: Action, reporter: Reporter) -> Outcome:
        """Collect everything and send it. `failed` only when nothing at all arrived; what is missing is told.

        What a run of the same action that was interrupted has collected is not collected again.
        """
        deadline = time.monotonic() + self.settings[WorkerSettings].timeout
        try:
            shelf = self.delivery.shelf(action)
        except SpoolFailed as full:
            return self._not_begun(action, full)
        run = CollectRun(self, action, reporter, shelf, deadline)
        with self.delivery.uploader(action.task, deadline, reporter.stop, run.sent, shelf) as uploader:
            run.collect(uploader.put)
        self.plugins.collected(action, run.segments, run.messages)
        return replace(run.outcome(), settle=shelf.settle)

    def _not_begun(self, action: Action, why: SpoolFailed) -> Outcome:
        """Nothing could be kept, so nothing is read."""
        segments = [failed(all_of(collector), why) for collector in self.collectors]
        for segment in segments:
            self.status.finished(segment)
        self.plugins.collected(action, segments, [])
        return Outcome(error=f"Nothing was collected. {why}", brief=NOTHING)


class CollectRun:
    """One collect action: runs collectors, follows their scopes, and says how it ended."""

    def __init__(self, collect: Collect, action: Action, reporter: Reporter, shelf: Shelf, deadline: float) -> None:
        self._collect, self._action, self._reporter, self._shelf = collect, action, reporter, shelf
        self._worker = collect.settings[WorkerSettings]
        self._through = {segment.scope.key: segment for segment in shelf.through()}
        self._context = ScopeContext(
            InstalledKinds(collect.plugins.asked_for),
            str(shelf.folder),
            deadline,
            LINE_LIMITS.get(collect.delivery.core.dialect.name, LINE_LIMIT),
            self._worker.max_scope_nodes,
            frozenset(self._through),
        )
        self._lock = threading.Lock()
        self._scopes: dict[Scope, ScopeProgress] = {}
        self._over = set(self._through)
        self._put: Callable[[Segment], None] = self.sent
        self._ended = False
        self.segments: list[Segment] = []
        self.messages: list[Message] = []

    def collect(self, put: Callable[[Segment], None]) -> None:
        """Run all collectors, `--pool-size` at a time; every scope that was found comes to `put`."""
        self._put = put
        for segment in self._through.values():
            log.info("%s was collected before this action was interrupted", segment.scope)
            put(segment)
        stop, late = self._reporter.stop, self._collect.late
        run = SideBySide(self._cloud, self._lost, stop, self._context.deadline, self._worker.timeout, late)
        run(self._collect.collectors, self._worker.pool_size)
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
        summary = f"{len(good)} of {len(self.segments)} accounts collected"
        if unread:
            summary += f"; {unread} times a kind could not be read in a region"
        if bad and not good:
            return Outcome(error=f"Nothing was collected. {'; '.join(bad)[:2000]}", brief=NOTHING)
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
                if event.scope.key in self._over:
                    return
                self._over.add(event.scope.key)
            self._collect.plugins.scope_collected(self._action, event)
            self._put(self._shelf.keep(event))

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
            rest = [scope for scope in self._scopes if scope.cloud == collector.cloud and scope.key not in self._over]
        for scope in rest or [all_of(collector)]:
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
    return with_base(plugins.kinds())
