"""Which hooks of plugins are being called: one that hangs holds up its action, which `/health` then says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 600.0  # seconds that a hook may take before it is said


class HookWatch:
    """May be used from any thread."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._calls: dict[object, tuple[str, float]] = {}

    @contextmanager
    def calling(self, what: str) -> Iterator[None]:
        """Around a call; `what` in words."""
        call = object()
        with self._lock:
            self._calls[call] = what, time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._calls[call]

    def troubles(self) -> list[str]:
        """What takes too long."""
        now = time.monotonic()
        with self._lock:
            calls = [(what, now - began) for what, began in self._calls.values()]
        return [
            f"{what} has taken {seconds:.0f} s and holds up the action: upgrade or uninstall the plugin"
            for what, seconds in calls
            if seconds > self._patience
        ]
