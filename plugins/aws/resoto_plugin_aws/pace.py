"""What is asked again, and when: each (service, region) has a pace of its own, shared by all threads of an account.

The SDK's own retries are off, so that nothing multiplies.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from botocore import exceptions as sdk

from resoto_plugin_aws.errors import THROTTLED
from resotolib.collect.pace import Pace

ATTEMPTS = 4
"""How often a call is tried whose connection broke, or that a server could not answer."""

PASSING = frozenset({500, 502, 503, 504})
LOOK_SECONDS = 0.2
_BROKEN = "resoto_broken"


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
