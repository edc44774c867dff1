"""One websocket that is kept connected: opened off the calling thread, reopened with growing pauses when it is lost."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from resotolib.core.socket import Socket
from resotolib.errors import CoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds before the first and, at most, before a later attempt to connect; a connection is good after `steady`."""

    first: float = 1.0
    longest: float = 30.0
    steady: float = 30.0

    def pause(self, failures: int) -> float:
        """Doubled with each failure, less up to a half by chance, so that workers do not come back all at once."""
        return min(self.longest, self.first * 2.0 ** min(failures, 16)) * random.uniform(0.5, 1.0)  # noqa: S311


class Channel:
    """Used by one thread; `connect` runs on a thread of its own and `wake` is called when it is through.

    `connections` counts how often that went well.
    `first_message` is sent over each new socket before anything else.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Socket],
        wake: Callable[[], None],
        *,
        first_message: str | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self.socket: Socket | None = None
        self.backoff = backoff or Backoff()
        self.trouble = "not connected yet"
        self.connections = 0
        self._connect = connect
        self._wake = wake
        self._first_message = first_message
        self._attempt: _Attempt | None = None
        self._retry_at = 0.0
        self._opened_at = 0.0
        self._failures = 0
        self._closed = False

    def tend(self, now: float) -> None:
        """Do what is due: begin or end an attempt to connect, ping, notice that the connection is lost."""
        try:
            if self._attempt is not None and self._attempt.over.is_set():
                self._adopt(self._attempt, now)
            if self.socket is not None:
                self.socket.tend(now)
            elif self._attempt is None and now >= self._retry_at and not self._closed:
                self._attempt = _Attempt(self._connect, self._wake)
                self._attempt.start(self.name)
        except CoreError as lost:
            self._lose(lost, now)

    def flush(self, now: float) -> None:
        """Write what is queued, as far as it fits."""
        try:
            if self.socket is not None:
                self.socket.flush()
        except CoreError as lost:
            self._lose(lost, now)

    def due(self) -> float:
        """The time (monotonic) at which `tend` must be called again."""
        if self.socket is not None:
            return self.socket.due()
        return float("inf") if self._attempt is not None or self._closed else self._retry_at

    def close(self) -> None:
        """Close the socket and do not open another."""
        self._closed = True
        if self._attempt is not None:
            self._attempt.abandon()
            self._attempt = None
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        self.trouble = "closed"

    def _adopt(self, attempt: _Attempt, now: float) -> None:
        self._attempt = None
        self.socket = attempt.result()
        self._opened_at = now
        self.connections += 1
        self._wake()
        if self.trouble:
            log.info("Connected to the core: %s", self.name)
        self.trouble = ""
        if self._first_message is not None:
            self.socket.send(self._first_message)

    def _lose(self, error: CoreError, now: float) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None
            if now - self._opened_at >= self.backoff.steady:
                self._failures = 0
        pause = self.backoff.pause(self._failures)
        self._failures += 1
        self._retry_at = now + pause
        if str(error) != self.trouble:
            log.warning("No connection to the core for %s: %s; trying again, next in %.1f s", self.name, error, pause)
        self.trouble = str(error)


class _Attempt:
    """One attempt to connect. Its thread is a daemon: an attempt that hangs keeps nobody from leaving."""

    def __init__(self, connect: Callable[[], Socket], wake: Callable[[], None]) -> None:
        self.over = threading.Event()
        self._connect = connect
        self._wake = wake
        self._lock = threading.Lock()
        self._abandoned = False
        self._found: Socket | None = None
        self._error: CoreError | None = None

    def start(self, name: str) -> None:
        """Connect, beside the caller."""
        threading.Thread(target=self._run, name=f"connect {name}", daemon=True).start()

    def result(self) -> Socket:
        """The socket; raises the CoreError that the attempt ended with."""
        if self._found is None:
            raise self._error or CoreError("?", "the attempt to connect is not over")
        return self._found

    def abandon(self) -> None:
        """Nobody wants the result any more: close it, now or when it comes."""
        with self._lock:
            self._abandoned = True
            if self._found is not None:
                self._found.close()

    def _run(self) -> None:
        try:
            found = self._connect()
        except CoreError as error:
            self._error = error
        except Exception as error:
            log.exception("Connecting failed in a way that nobody foresaw")
            self._error = CoreError("?", f"connecting failed: {error!r}")
        else:
            with self._lock:
                self._found = found
                if self._abandoned:
                    found.close()
        self.over.set()
        self._wake()
