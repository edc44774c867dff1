"""When the worker does something of its own accord: whenever the core is back, and now and then besides."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Greeting:
    """What to do, with what tells it to end: again `first` seconds later, then after pauses doubled up to `longest`.

    Used by one thread, which asks `due` and does it then.
    """

    do: Callable[[threading.Event], None] = lambda _: None
    first: float = 60.0
    longest: float = 1800.0
    _connections: int = 0
    _pause: float = 0.0
    _at: float = float("inf")

    def due(self, connections: int, *, idle: bool) -> bool:
        """Is it time? Whenever the core was connected to anew; else only while the worker is `idle`."""
        now = time.monotonic()
        if connections != self._connections:
            self._connections = connections
            self.anew()
        elif not idle or now < self._at:
            return False
        else:
            self._pause = min(self.longest, self._pause * 2)
            self._at = now + self._pause
        return True

    def anew(self) -> None:
        """Something has happened that may have left something to do: it is done soon."""
        self._pause = self.first
        self._at = time.monotonic() + self.first

    def seconds(self) -> float:
        """Until it is time."""
        return max(0.0, self._at - time.monotonic())
