"""How fast a service is asked, and what is asked again: shared by all threads of an account.

Each (service, region) has a pace of its own. It is unlimited until the service throttles; then requests queue up at a
rate that is halved while throttling goes on and creeps up while it does not. A service that throttles everything for
`patience` seconds is given up: it is unread, never empty. The SDK's own retries are off, so that nothing multiplies.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from botocore import exceptions as sdk

from resoto_plugin_aws.errors import THROTTLED

SLOWEST, FASTEST = 0.5, 50.0
"""Requests a second: the least that is tried, and the rate from which there is no limit any more."""

ATTEMPTS = 4
"""How often a call is tried whose connection broke, or that a server could not answer."""

PASSING = frozenset({500, 502, 503, 504})
LOOK_SECONDS = 0.2
_BROKEN = "resoto_broken"


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


class Retry:
    """Hooked to a client's events. `obey` raises when the run that the calls belong to has to end."""

    def __init__(self, pace: Pace, obey: Callable[[], None]) -> None:
        self._pace = pace
        self._obey = obey

    def attach(self, client: Any) -> None:
        """Take over from the SDK's own retries, which are configured away."""
        client.meta.events.register_first("before-send.*", self.before_send)
        client.meta.events.register_first("needs-retry.*", self.needs_retry)

    def before_send(self, **_: Any) -> None:
        """Wait for our turn."""
        self._wait(self._pace.turn())

    def needs_retry(
        self,
        response: tuple[Any, dict[str, Any]] | None,
        caught_exception: Exception | None,
        request_dict: dict[str, Any],
        **_: Any,
    ) -> float | None:
        """Zero to try again at once, after we have waited here; None when the answer stands."""
        if response is not None and _is_throttling(*response):
            return 0.0 if self._pace.throttled() else None
        if response is not None and response[0].status_code not in PASSING:
            self._pace.answered()
            return None
        broken = request_dict["context"].get(_BROKEN, 0) + 1
        request_dict["context"][_BROKEN] = broken
        if broken >= ATTEMPTS or (caught_exception is not None and not _may_pass(caught_exception)):
            return None
        self._wait(random.uniform(0.5, 1.0) * 0.4 * 2.0**broken)  # noqa: S311  # jitter
        return 0.0

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._obey()
            time.sleep(min(left, LOOK_SECONDS))


def _is_throttling(answer: Any, parsed: dict[str, Any]) -> bool:
    code = str(parsed.get("Error", {}).get("Code", ""))
    return code in THROTTLED or answer.status_code == 429


def _may_pass(error: Exception) -> bool:
    """Whether it can be another time: connections break, names and certificates that are wrong stay wrong."""
    passing = (sdk.ConnectionClosedError, sdk.ReadTimeoutError, sdk.ConnectTimeoutError, sdk.IncompleteReadError)
    return isinstance(error, (*passing, sdk.ResponseStreamingError, sdk.ChecksumError))
