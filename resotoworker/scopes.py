"""Finding and collecting scopes: jobs that run in a thread or in a child alike, and never raise for one scope."""

from __future__ import annotations

import functools
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from resotolib.collect.collector import Collector
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.collect.segment import Segment
from resotolib.errors import CollectError, ResotoError, ScopeTimeout, SpoolFailed, Stopped
from resotolib.graph.check import account, check
from resotolib.graph.cycles import drop_cycles
from resotolib.graph.export import LINE_LIMIT, write
from resotolib.kinds.kind import Kind
from resotoworker.channel import Channel, Discovered, silent
from resotoworker.knownkinds import with_base
from resotoworker.late import Late, still_at_it
from resotoworker.plugins import load_plugins
from resotoworker.scoperun import WorkerRun

log = logging.getLogger(__name__)

KindSource = Callable[[], Mapping[str, Kind]]
LOOK_SECONDS = 1.0  # how soon a stop is noticed while all scopes run


@dataclass(frozen=True, slots=True)
class InstalledKinds:
    """The kinds of the named plugins, found anew in each process: cheaper than sending them."""

    collectors: tuple[str, ...]

    def __call__(self) -> Mapping[str, Kind]:
        """The kinds by name, without the base kinds."""
        return load_plugins(self.collectors).kinds()


@dataclass(frozen=True, slots=True)
class ScopeContext:
    """What a scope needs beside its collector; picklable if `kinds` is.

    `directory`: where the segment's file goes. `deadline`: time.monotonic() by which the scope has to be done.
    `through`: keys of the scopes that are not collected again, because an interrupted run of the action has them.
    """

    kinds: KindSource
    directory: str
    deadline: float = float("inf")
    line_limit: int = LINE_LIMIT
    most_nodes: int | None = None
    through: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class DiscoverJob:
    """Finds the scopes of a collector."""

    collector: Collector = field(repr=False)

    def __str__(self) -> str:
        return f"finding what there is in {self.collector.cloud}"

    def __call__(self, channel: Channel | None = None) -> Discovery:  # noqa: ARG002  # all jobs are called alike
        """Raises CollectError or SettingsError."""
        return self.collector.scopes()


@dataclass(frozen=True, slots=True)
class ScopeJob:
    """Collects one scope."""

    collector: Collector = field(repr=False)
    scope: Scope
    context: ScopeContext = field(repr=False)

    def __str__(self) -> str:
        return str(self.scope)

    def __call__(self, channel: Channel | None = None) -> Segment:
        """See `collect_scope`."""
        return collect_scope(self.collector, self.scope, self.context, channel or silent())


@dataclass(frozen=True, slots=True)
class CloudJob:
    """Collects all scopes of a collector on threads; scopes and segments are told as they come."""

    collector: Collector = field(repr=False)
    context: ScopeContext = field(repr=False)
    threads: Callable[[int, Channel], Executor] = field(repr=False)
    late: Late | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"collecting {self.collector.cloud}"

    def __call__(self, channel: Channel | None = None) -> None:
        """Raises what finding the scopes raises; a scope that fails is told as a failed segment."""
        channel = channel or silent()
        discovery = self.collector.scopes()
        channel.send(Discovered(self.collector.cloud, discovery))
        executor = self.threads(self.collector.concurrency.scopes, channel)
        for segment in collect_scopes(
            executor, self.collector, discovery.scopes, self.context, channel, late=self.late
        ):
            channel.send(segment)


def collect_scopes(
    executor: Executor,
    collector: Collector,
    scopes: Iterable[Scope],
    context: ScopeContext,
    channel: Channel,
    *,
    late: Late | None = None,
) -> Iterator[Segment]:
    """Segments as they come. What is not there at the deadline, or when told to stop, is a failed segment.

    The executor is shut down at the end.
    """
    began, late = time.monotonic(), late or Late()
    waiting: dict[Future[Segment], Scope] = {}
    try:
        for scope in scopes:
            if scope.key in context.through:
                continue
            if late.running(scope):
                yield failed(scope, still_at_it(str(scope)))
            else:
                waiting[executor.submit(ScopeJob(collector, scope, context))] = scope
        while waiting:
            done, _ = wait(waiting, _seconds_left(context.deadline), FIRST_COMPLETED)
            for future in done:
                yield _result(waiting.pop(future), future)
            if not done and (channel.stop.is_set() or time.monotonic() > context.deadline):
                yield from _abandoned(waiting, channel, round(context.deadline - began), late)
                return
    finally:
        executor.shutdown(wait=not waiting, cancel_futures=True)


def collect_scope(collector: Collector, scope: Scope, context: ScopeContext, channel: Channel) -> Segment:
    """Collect one scope and write its graph to a file. Raises nothing: what fails is the segment's error."""
    began = time.monotonic()
    run = WorkerRun(scope, channel, context.deadline, collector.concurrency.calls, context.most_nodes)
    try:
        with run:
            run.stop_if_told()
            collector.collect(scope, run)
        return _written(run, scope, context, began)
    except ResotoError as error:
        return _failed(run, scope, f"{type(error).__name__}: {error}", began)
    except Exception as error:
        log.exception("Collecting %s failed", scope)
        return _failed(run, scope, f"{type(error).__name__}: {error}", began)


def failed(scope: Scope, error: BaseException) -> Segment:
    """The segment of a scope that never got as far as having one."""
    return Segment(scope, error=f"{type(error).__name__}: {error}")


def _seconds_left(deadline: float) -> float:
    return min(max(deadline - time.monotonic(), 0.0), LOOK_SECONDS)


def _result(scope: Scope, future: Future[Segment]) -> Segment:
    error = future.exception()
    return future.result() if error is None else failed(scope, error)


def _abandoned(
    waiting: Mapping[Future[Segment], Scope], channel: Channel, seconds: int, late: Late
) -> Iterator[Segment]:
    """What has not ended: its result, should it come, is dropped."""
    for future, scope in waiting.items():
        begun = not future.cancel()
        if begun:
            late.note(scope, future)
        if channel.stop.is_set():
            yield failed(scope, Stopped(str(scope)))
        elif begun:
            yield failed(scope, ScopeTimeout(str(scope), seconds))
        else:
            yield failed(scope, CollectError(str(scope), f"not begun: the time for the action, {seconds} s, was over"))


@functools.lru_cache(maxsize=4)
def _kinds(source: KindSource) -> Mapping[str, Kind]:
    return with_base(source())


def _written(run: WorkerRun, scope: Scope, context: ScopeContext, began: float) -> Segment:
    kinds = _kinds(context.kinds)
    graph = run.graph
    dropped = drop_cycles(graph)
    check(graph, kinds)
    path = Path(context.directory) / f"{scope.file_name}.ndjson"
    try:
        left_out = write(graph, account(graph, kinds), path, limit=context.line_limit)
    except OSError as error:
        raise SpoolFailed(str(scope), context.directory, error.strerror) from error
    texts = [*map(str, dropped), *left_out]
    counts = Counter(node.kind for node in graph.nodes() if node not in (graph.root, graph.cloud))
    return Segment(
        scope,
        str(path),
        sum(counts.values()),
        graph.number_of_edges() - 1,
        dict(counts),
        tuple(run.completeness),
        (*run.messages, *(Message("info", text, str(scope)) for text in texts)),
        run.calls,
        time.monotonic() - began,
    )


def _failed(run: WorkerRun, scope: Scope, error: str, began: float) -> Segment:
    return Segment(
        scope,
        readings=tuple(run.completeness),
        messages=tuple(run.messages),
        calls=run.calls,
        seconds=time.monotonic() - began,
        error=error,
    )
