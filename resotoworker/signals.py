"""Stopping: the first signal asks for it, the second does not ask. The only place that may end the process at once."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType

log = logging.getLogger(__name__)

LINGER = 2.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Signals:
    """Catches SIGTERM and SIGINT while it is open (`with`). `stop` is set by the first one.

    `grace`: seconds after that in which the process ends, with 0, whatever it does: a core may keep it waiting.
    """

    def __init__(self, grace: float | None = None) -> None:
        self.stop = threading.Event()
        self._grace = grace
        self._wake: Callable[[], None] = lambda: None
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Signals:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._handle)
        if self._grace is not None:
            threading.Thread(target=self._watch, args=(self._grace,), name="watch", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # it is what signal.signal returned

    def on_stop(self, wake: Callable[[], None]) -> None:
        """Call `wake`, which must be safe in a signal handler, when `stop` is set."""
        self._wake = wake
        if self.stop.is_set():
            wake()

    def _watch(self, grace: float) -> None:
        self.stop.wait()
        _end(0, grace)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self.stop.is_set():
            os._exit(128 + number)
        self.stop.set()
        self._wake()


def leave(code: int, within: float = LINGER) -> int:
    """Return `code`, and end the process if it has not ended by itself `within` seconds later.

    A thread that hangs in a call keeps the interpreter waiting for it, although its result is not wanted any more.
    """
    threading.Thread(target=_end, args=(code, within), name="leave", daemon=True).start()
    return code


def _end(code: int, within: float) -> None:
    time.sleep(within)
    names = [thread.name for thread in threading.enumerate() if not thread.daemon]
    log.warning("The process ends although these threads have not: %s", ", ".join(names))
    logging.shutdown()
    os._exit(code)
