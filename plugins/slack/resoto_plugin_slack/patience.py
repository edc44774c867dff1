"""Trying again: what fails for a moment, and what is asked too often, within bounds and only while nobody says stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from resoto_plugin_slack.answer import Answer
from resoto_plugin_slack.errors import MOMENTARY, THROTTLED, code_of, refused
from resotolib.collect.watch import Watch
from resotolib.errors import Unreadable

TICK = 0.2
PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further try of what failed for a moment."""
SHORTEST = 1.0
"""Seconds to wait for a rate limit that does not say how long."""


class Patience:
    """That of one call: `bound` seconds for rate limits, a few more tries for failures."""

    def __init__(self, watch: Watch, bound: float, what: str) -> None:
        self._watch, self._bound, self._what = watch, bound, what
        self._waited = 0.0
        self._pauses = list(PAUSES)

    def call(self, send: Callable[[], Answer]) -> Answer:
        """The first answer that is neither a rate limit nor a failure of the server.

        Raises Throttled when the rate limit lasts longer than the bound, Unreadable for the last failure.
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
            if answer.status == 429 or code_of(answer.data) in THROTTLED:
                self._wait(answer)
            elif self._pauses and (answer.status >= 500 or code_of(answer.data) in MOMENTARY):
                self.pause(self._pauses.pop(0))
            else:
                return answer

    def pause(self, seconds: float) -> None:
        """Wait; raises when the run must end meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._watch.stop_if_told()
            time.sleep(min(left, TICK))

    def _wait(self, answer: Answer) -> None:
        try:
            seconds = max(float(answer.headers.get("retry-after", "")), SHORTEST)
        except ValueError:
            seconds = SHORTEST
        if self._waited + seconds > self._bound:
            raise refused(429, answer.data, self._what)
        self._waited += seconds
        self.pause(seconds)
