"""Trying again: what fails for a moment, and what is asked too often, within bounds and only while nobody says stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from resotolib.collect.watch import Watch
from resotolib.errors import CollectError, Unreadable

A = TypeVar("A")

TICK = 0.2  # seconds until a stop is noticed
PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further try of what failed for a moment."""
SHORTEST = 1.0
"""Seconds to wait for a rate limit that does not say how long."""


@dataclass(frozen=True, slots=True)
class Judge(Generic[A]):
    """How the answers of one vendor are understood.

    `limit`: seconds that an answer asks to wait for, 0 if it does not say how long, None when it is no rate limit.
    `momentary`: whether it may be another one in a moment. `refused`: our error for an answer that is a rate limit.
    """

    limit: Callable[[A], float | None]
    momentary: Callable[[A], bool]
    refused: Callable[[A, str], CollectError]


class Patience(Generic[A]):
    """That of one call: `bound` seconds for rate limits and, with `repeat`, a few more tries for failures.

    `what` is called, in the words of the vendor.
    """

    def __init__(self, judge: Judge[A], watch: Watch, bound: float, what: str, *, repeat: bool = True) -> None:
        self._judge, self._watch, self._bound, self._what = judge, watch, bound, what
        self._waited = 0.0
        self._pauses = list(PAUSES) if repeat else []

    def call(self, send: Callable[[], A]) -> A:
        """The first answer that is neither a rate limit nor a failure of the server.

        Raises the judge's error when the rate limit lasts longer than the bound, Unreadable for the last failure.
        """
        while True:
            self._watch.stop_if_told()
            self._watch.progress(calls=1)
            try:
                answer = send()
            except Unreadable:
                if not self._pauses:
                    raise
                self.pause(self._pauses.pop(0))
                continue
            limit = self._judge.limit(answer)
            if limit is not None:
                self._wait(max(limit, SHORTEST), answer)
            elif self._pauses and self._judge.momentary(answer):
                self.pause(self._pauses.pop(0))
            else:
                return answer

    def pause(self, seconds: float) -> None:
        """Wait; raises when the run must end meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._watch.stop_if_told()
            time.sleep(min(left, TICK))

    def _wait(self, seconds: float, answer: A) -> None:
        if self._waited + seconds > self._bound:
            raise self._judge.refused(answer, self._what)
        self._waited += seconds
        self.pause(seconds)
