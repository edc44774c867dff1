"""How fast a service is asked: shared by all threads of an account.

It is unlimited until the service throttles; then requests queue up at a rate that is halved while throttling goes on
and creeps up while it does not. A service that throttles everything for `patience` seconds is given up: it is unread,
never empty.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

SLOWEST, FASTEST = 0.5, 50.0
"""Requests a second: the least that is tried, and the rate from which there is no limit any more."""


class Pace:
    """Additive increase, multiplicative decrease. Every method may be called from any thread."""

    def __init__(self, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = float("inf")
        self._next = 0.0
        self._slowed = 0.0
        self._throttled_since: float | None = None
        self._recent: deque[float] = deque(maxlen=int(FASTEST))

    @property
    def rate(self) -> float:
        """Requests a second; infinite without a limit."""
        return self._rate

    def turn(self) -> float:
        """Seconds until the next request may be sent; it is booked."""
        with self._lock:
            now = self._clock()
            self._recent.append(now)
            at = max(now, self._next)
            self._next = at + 1 / self._rate
            return at - now

    def throttled(self) -> bool:
        """The service refused a request because there were too many: slow down. Whether to try again."""
        with self._lock:
            now = self._clock()
            if self._throttled_since is None:
                self._throttled_since = now
            if now - self._slowed >= 1 / min(self._rate, 1.0):  # requests of before do not count twice
                self._slowed = now
                self._rate = max(SLOWEST, min(self._rate, self._lately(now)) / 2)
            return now - self._throttled_since < self._patience

    def answered(self) -> None:
        """The service took a request: speed up a little."""
        with self._lock:
            self._throttled_since = None
            if self._rate < FASTEST:
                self._rate += max(0.05 * self._rate, 0.1)
            else:
                self._rate, self._next = float("inf"), 0.0

    def _lately(self, now: float) -> float:
        """Requests a second, measured."""
        seconds = max(now - self._recent[0], 0.1) if self._recent else 1.0
        return min(FASTEST, len(self._recent) / seconds)
