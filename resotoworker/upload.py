"""Sends segments to the core: while one merge runs, finished segments wait, and the next upload takes them all.

A core pays for its whole model at every merge, however little is sent. A batch that it refuses is split and sent again,
so that one bad segment costs itself only. What a core that is away has not confirmed stays in the spool. The segment
that came last waits for a further one, or for the end: the last upload names the edges between accounts.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from resotolib.collect.scope import Message, Scope
from resotolib.collect.segment import Segment
from resotolib.core.http import Core
from resotolib.errors import CoreError, CoreRefused, MessageError, ResotoError
from resotolib.graph.export import head
from resotolib.kinds.kind import Kind
from resotoworker.away import away, odd, passing
from resotoworker.carry import Carried, Keeper
from resotoworker.modelsender import ModelSender
from resotoworker.others import spelled_out
from resotoworker.people import Joined, People

_T = TypeVar("_T")

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0  # seconds between two attempts to reach the core
_END = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how to send:

    `batch` bounds the nodes of one upload, `deadline` (monotonic) how long to wait for a core that is away, `until` how
    long for anything; `pause` is the time in seconds before it is asked again, doubled each time. `joins`: the last
    upload names the edges between accounts.
    """

    core: Core
    graph: str
    task: str
    kinds: Mapping[str, Kind]
    batch: int
    deadline: float
    stop: threading.Event
    until: float = float("inf")
    forget_excluded: bool = False
    pause: float = 1.0
    joins: bool = True


class Shelf(Protocol):
    """Where segments wait: what the core has got, or does not want, is taken away."""

    def sent(self, segment: Segment) -> None:
        """The core has got it."""

    def drop(self, segment: Segment) -> None:
        """The core does not want it."""


class Uploader:
    """Used by `with`; `put` segments, and `sent` is called with each, on the uploader's thread, when it is through.

    A segment that the core has not got comes back with an error. Leaving waits for all that was put.
    """

    def __init__(self, target: Target, sent: Callable[[Segment], None], shelf: Shelf) -> None:
        self._target, self._core = target, target.core.until(target.until)
        self._sent = sent
        self._shelf = shelf
        self._waiting: queue.SimpleQueue[Segment | None] = queue.SimpleQueue()
        self._model = ModelSender(self._core, target.graph, target.kinds)
        self._keeper = Keeper(self._core, target.graph, target.kinds)
        self._people = People(self._core, target.graph, target.kinds)
        self._joins = target.joins and self._people.looked_for
        self._thread = ThreadPoolExecutor(1, "upload")

    def __enter__(self) -> Uploader:
        self._work_done = self._thread.submit(self._work)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.put(_END)
        self._thread.shutdown()
        self._work_done.result()

    def put(self, segment: Segment) -> None:
        """Send this segment soon. Any thread."""
        self._waiting.put(segment)

    def _work(self) -> None:
        ended = False
        ready: list[Segment] = []
        while not ended:
            batch, ended = self._next_batch()
            for segment in batch:
                if segment.path and not segment.error:
                    ready.append(segment)
                else:
                    self._sent(segment)
            now = len(ready) if ended or not self._joins else len(ready) - 1
            if now > 0:
                self._send(ready[:now], last=ended)
                del ready[:now]

    def _next_batch(self) -> tuple[list[Segment], bool]:
        """Everything that waits, at least one segment, at most about so many nodes; and whether that is all."""
        batch: list[Segment] = []
        segment = self._waiting.get()
        while segment is not _END:
            batch.append(segment)
            if self._waiting.empty() or sum(one.nodes for one in batch) >= self._target.batch:
                return batch, False
            segment = self._waiting.get()
        return batch, True

    def _send(self, segments: Sequence[Segment], *, last: bool) -> None:
        """Send them, together if possible; each is through afterwards, well or not."""
        try:
            self._patiently(self._model.begin)
            carried = {segment.scope: self._carry(segment) for segment in segments}
            joined = self._join(segments, carried) if last else Joined()
            self._merge(segments, carried, joined)
        except Exception as error:  # noqa: BLE001  # one batch is guarded; what nobody foresaw is logged in _refused
            if away(error):
                self._keep(segments, error)
            elif len(segments) > 1:
                middle = len(segments) // 2
                self._send(segments[:middle], last=False)
                self._send(segments[middle:], last=last)
            else:
                self._refused(segments[0], error)
        else:
            for segment in segments:
                self._shelf.sent(segment)
                self._sent(_told(segment, carried[segment.scope]))

    def _carry(self, segment: Segment) -> Carried:
        keep = [r for r in segment.readings if r.outcome == "unread" or self._excluded(r.outcome)]
        keep = list(spelled_out(keep, segment.readings, segment.scope.cloud, self._model.known))
        return self._patiently(lambda: self._keeper.carry(segment, keep))

    def _join(self, segments: Sequence[Segment], carried: Mapping[Scope, Carried]) -> Joined:
        """The edges between accounts. If the core does not tell whom it has there are none, and it keeps its own."""
        if not self._joins:
            return Joined()
        kept = [carried[segment.scope] for segment in segments]
        try:
            joined = self._patiently(lambda: self._people.join(self._model.known, segments, kept))
        except (CoreRefused, MessageError) as error:
            log.warning("People of several clouds are joined as they were before: %s", error)
            return Joined()
        if joined.ambiguous:
            log.info("%d e-mail addresses are those of several users of one account: not joined", joined.ambiguous)
        return joined

    def _excluded(self, outcome: str) -> bool:
        return outcome == "excluded" and not self._target.forget_excluded

    def _merge(self, segments: Sequence[Segment], carried: Mapping[Scope, Carried], joined: Joined) -> None:
        extra = list(carried.values())
        kinds = {kind for segment in segments for kind in segment.kinds} | {k for one in extra for k in one.kinds}
        self._patiently(lambda: self._model.send(kinds | {"graph_root", "cloud"}))
        parts: list[str | bytes] = []
        for cloud in sorted({segment.scope.cloud for segment in segments}):
            parts += _below_first_root(head(cloud), first=not parts)
        parts += [segment.path for segment in segments]
        parts += [line for one in extra for line in one.lines]
        parts += joined.lines
        nodes = sum(segment.nodes for segment in segments) + sum(one.nodes for one in extra)
        edges = sum(segment.edges for segment in segments) + sum(one.edges for one in extra)
        graph, task, began = self._target.graph, self._target.task, time.monotonic()
        counts = self._patiently(lambda: self._core.merge(graph, parts, task, nodes, edges))
        log.info("Merged %d accounts in %.1f s: %s", len(segments), time.monotonic() - began, counts)

    def _patiently(self, request: Callable[[], _T]) -> _T:
        """Try again while the core is away, until the action has to end."""
        pause, target = self._target.pause, self._target
        while True:
            try:
                return request()
            except CoreError as error:
                if not (passing(error) or (odd(error) and pause < LONGEST_PAUSE)):
                    raise
                if time.monotonic() + pause > target.deadline:
                    raise
                log.warning("%s; what was collected waits and is sent again in %.1f s", error, pause)
                if target.stop.wait(pause):
                    raise
                pause = min(LONGEST_PAUSE, pause * 2)

    def _keep(self, segments: Sequence[Segment], why: Exception) -> None:
        """Its answer may be all that is lost: whether the core has them is asked when it is back."""
        for segment in segments:
            error = f"not confirmed by the core: {why}. It is kept in the spool, and sent when the core is back"
            self._sent(replace(segment, error=error))

    def _refused(self, segment: Segment, error: Exception) -> None:
        if not isinstance(error, ResotoError):
            log.error("Sending %s failed", segment.scope, exc_info=error)
        self._shelf.drop(segment)
        self._sent(replace(segment, error=f"not sent to the core, which keeps what it had: {error}"))


def _below_first_root(lines: list[bytes], *, first: bool) -> list[bytes]:
    """The root is sent once, above all clouds."""
    return lines if first else lines[1:]


def _told(segment: Segment, carried: Carried) -> Segment:
    if not carried.nodes:
        return segment
    text = f"{carried.nodes} resources that were not read are kept in the core as they were."
    return replace(segment, messages=(*segment.messages, Message("info", text, str(segment.scope))))
