"""Answers that several kinds of one scope need, asked for once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Remembers answers that several kinds of one account need."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[Any, threading.Lock] = {}
        self._known: dict[Any, Any] = {}

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` returned for the key the first time; other threads wait for it."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._known:
                self._known[key] = make()
            found: T = self._known[key]
            return found
