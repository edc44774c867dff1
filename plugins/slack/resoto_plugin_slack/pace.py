"""How often each method may be called, so that Slack need not say it."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping

A_MINUTE: Mapping[str, int] = {
    "users.list": 20,
    "usergroups.list": 20,
    "conversations.list": 20,
    "conversations.members": 100,
    "team.info": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.archive": 20,
    "usergroups.disable": 20,
    "users.lookupByEmail": 50,
}
"""Calls of a method, in Slack's rate limit tiers 2, 3 and 4; others are not held back."""
POST = "chat.postMessage"
POSTS_A_MINUTE = 60
"""In one channel."""


class Pace:
    """The calls of one token; used from all its threads. `minute`: seconds of Slack's minute."""

    def __init__(self, minute: float) -> None:
        self._minute = minute
        self._lock = threading.Lock()
        self._begun: defaultdict[str, deque[float]] = defaultdict(deque)
        self._posted: dict[str, float] = {}

    def wait(self, method: str, channel: str = "") -> float:
        """Reserve the next call of a method; the seconds to wait before it."""
        if method == POST:
            return self._wait_to_post(channel)
        most = A_MINUTE.get(method)
        if most is None:
            return 0.0
        now = time.monotonic()
        with self._lock:
            begun = self._begun[method]
            moment = max(now, begun[0] + self._minute) if len(begun) == most else now
            begun.append(moment)
            if len(begun) > most:
                begun.popleft()
        return moment - now

    def _wait_to_post(self, channel: str) -> float:
        now = time.monotonic()
        with self._lock:
            moment = max(now, self._posted.get(channel, 0.0) + self._minute / POSTS_A_MINUTE)
            self._posted[channel] = moment
        return moment - now
