"""What the worker is doing and has done: filled while actions run, read by the status page and the metrics."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from resotolib.collect.completeness import Outcome, Reading
from resotolib.collect.scope import Message, Scope
from resotolib.collect.segment import Result, Segment, together
from resotolib.core.messages import Action

ScopeState = Literal["waiting", "running", Result]
RunOutcome = Literal["", Result]

MOST_MESSAGES = 500  # of one run; the rest is in the log


@dataclass(slots=True)
class ScopeStatus:
    """How far one scope is. Counts are those of progress while it runs, and those of the segment afterwards."""

    scope: Scope
    state: ScopeState = "waiting"
    regions: int = 0
    regions_done: int = 0
    nodes: int = 0
    edges: int = 0
    calls: int = 0
    seconds: float = 0.0
    error: str = ""
    unread: tuple[Reading, ...] = ()
    kinds: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One action; `outcome` is "" while it runs, `began` seconds since the epoch, `seconds` wall time."""

    action: str
    task: str
    began: float
    outcome: RunOutcome = ""
    seconds: float = 0.0
    summary: str = ""
    scopes: tuple[ScopeStatus, ...] = ()
    messages: tuple[Message, ...] = ()


@dataclass(slots=True)
class Totals:
    """Counts since the start of the worker, by labels; they never fall."""

    actions: Counter[tuple[str, ...]] = field(default_factory=Counter)  # action, outcome
    action_seconds: dict[str, float] = field(default_factory=dict)
    scopes: Counter[tuple[str, ...]] = field(default_factory=Counter)  # cloud, state
    scope_seconds: dict[str, float] = field(default_factory=dict)
    nodes: Counter[tuple[str, ...]] = field(default_factory=Counter)  # cloud
    edges: Counter[tuple[str, ...]] = field(default_factory=Counter)  # cloud
    calls: Counter[tuple[str, ...]] = field(default_factory=Counter)  # cloud
    readings: Counter[tuple[str, ...]] = field(default_factory=Counter)  # cloud, outcome, cause
    deletions: Counter[tuple[str, ...]] = field(default_factory=Counter)  # cloud, kind, state
    tags: Counter[tuple[str, ...]] = field(default_factory=Counter)  # cloud, done or error


class RunStatus:
    """The record of the current or last run and of all runs together. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals = Totals()
        self._run: Run | None = None
        self._past: dict[str, Run] = {}
        self._scopes: dict[tuple[str, str], ScopeStatus] = {}
        self._messages: list[Message] = []
        self._clock = 0.0

    def begin(self, action: Action, scopes: Sequence[Scope] = ()) -> None:
        """An action starts; it takes the place of the last one of its type."""
        with self._lock:
            if self._run is not None:
                self._past[self._run.action] = self._copy(self._run)
            self._past.pop(action.type, None)
            self._run = Run(action.type, action.task, time.time())
            self._clock = time.monotonic()
            self._scopes, self._messages = {}, []
        self.found(scopes)

    def found(self, scopes: Sequence[Scope]) -> None:
        """Scopes that the action will read."""
        with self._lock:
            for scope in scopes:
                self._scope(scope)

    def progress(
        self, scope: Scope, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0
    ) -> None:
        """Add to the counters of a running scope, as `ScopeRun.progress` does."""
        with self._lock:
            status = self._scope(scope)
            if status.state in ("waiting", "running"):
                status.state = "running"
                status.regions += regions
                status.regions_done += regions_done
                status.nodes += nodes
                status.calls += calls

    def finished(self, segment: Segment) -> None:
        """The result of a scope. Calls of a scope that died are those that its progress told."""
        unread = tuple(reading for reading in segment.readings if reading.outcome is Outcome.UNREAD)
        with self._lock:
            status = self._scope(segment.scope)
            status.state = segment.result
            status.nodes, status.edges, status.seconds = segment.nodes, segment.edges, segment.seconds
            status.calls = max(status.calls, segment.calls)
            status.error, status.unread, status.kinds = segment.error, unread, dict(segment.kinds)
            self._messages.extend(segment.messages)
            self._count(status, segment)

    def message(self, message: Message) -> None:
        """Something that the operator must know."""
        with self._lock:
            self._messages.append(message)

    def end(self, error: str = "", summary: str = "") -> None:
        """The action is over. `error`: why it failed as a whole; without one it is as good as its scopes."""
        with self._lock:
            run = self._run
            if run is None or run.outcome:
                return
            run.outcome, run.seconds = self._outcome(error), time.monotonic() - self._clock
            run.summary = error or summary
            self._totals.actions[run.action, run.outcome] += 1
            seconds = self._totals.action_seconds
            seconds[run.action] = seconds.get(run.action, 0.0) + run.seconds

    def deletion(self, cloud: str, kind: str, state: str) -> None:
        """What became of a resource that was to be deleted."""
        with self._lock:
            self._totals.deletions[cloud, kind, state] += 1

    def tag(self, cloud: str, outcome: Literal["done", "error"]) -> None:
        """What became of a tag task."""
        with self._lock:
            self._totals.tags[cloud, outcome] += 1

    def snapshot(self) -> Run | None:
        """The current run, or the last one; None before the first. It is the caller's own."""
        with self._lock:
            return None if self._run is None else self._copy(self._run)

    def runs(self) -> tuple[Run, ...]:
        """The last run of each type of action, latest first: cleaning up does not hide collecting."""
        with self._lock:
            current = [] if self._run is None else [self._copy(self._run)]
            return (*current, *sorted(self._past.values(), key=lambda run: run.began, reverse=True))

    def totals(self) -> Totals:
        """The counts so far; the caller's own."""
        with self._lock:
            return Totals(**{name: getattr(self._totals, name).copy() for name in Totals.__slots__})

    def _copy(self, run: Run) -> Run:
        seconds = run.seconds if run.outcome else time.monotonic() - self._clock
        scopes = tuple(replace(status) for status in self._scopes.values())
        return replace(run, seconds=seconds, scopes=scopes, messages=tuple(self._messages[:MOST_MESSAGES]))

    def _scope(self, scope: Scope) -> ScopeStatus:
        return self._scopes.setdefault((scope.cloud, scope.id), ScopeStatus(scope))

    def _outcome(self, error: str) -> RunOutcome:
        return "failed" if error else together((status.state for status in self._scopes.values()), self._messages)

    def _count(self, status: ScopeStatus, segment: Segment) -> None:
        cloud, totals = segment.scope.cloud, self._totals
        totals.scopes[cloud, status.state] += 1
        totals.scope_seconds[cloud] = totals.scope_seconds.get(cloud, 0.0) + segment.seconds
        totals.nodes[cloud,] += segment.nodes
        totals.edges[cloud,] += segment.edges
        totals.calls[cloud,] += status.calls
        for reading in segment.readings:
            totals.readings[cloud, reading.outcome.value, reading.cause.value if reading.cause else ""] += 1
