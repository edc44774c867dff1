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
}
"""Calls of a method, in Slack's rate limit tiers 2, 3 and 4; others are not held back."""


class Pace:
    """The calls of one token; used from all its threads. `minute`: seconds of Slack's minute."""

    def __init__(self, minute: float) -> None:
        self._minute = minute
        self._lock = threading.Lock()
        self._begun: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait(self, method: str) -> float:
        """Reserve the next call of a method; the seconds to wait before it."""
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
