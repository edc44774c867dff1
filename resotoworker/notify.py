"""What the worker tells the service manager that started it, in the datagrams of sd_notify(3)."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, MutableMapping

from resotoworker.builtin.status import Run

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0  # how often something that changes is looked at
_MICROSECONDS = 1_000_000


class Notifier:
    """Sends to the socket that systemd listens on; without one it does nothing and wakes nobody."""

    def __init__(self, address: str = "", watchdog: float = 0.0) -> None:
        """`address`: path of a datagram socket, or `@` and an abstract name; `watchdog`: seconds, 0 for none."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._every = watchdog / 2
        self._beat_at = 0.0
        self._ready = False
        self._stopping = False
        self._status = ""

    @classmethod
    def from_environ(cls, environ: MutableMapping[str, str]) -> Notifier:
        """Take the variables out of the environment: a child that sent something would speak for this process."""
        address, seconds, pid = (environ.pop(name, "") for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"))
        ours = seconds.isdecimal() and pid in ("", str(os.getpid()))
        return cls(address if address[:1] in ("/", "@") else "", int(seconds) / _MICROSECONDS if ours else 0.0)

    def status(self, line: str) -> None:
        """One line on what goes on, unless it was said already."""
        if line != self._status:
            self._status = line
            self._send("STATUS=" + " ".join(line.split()))

    def stopping(self) -> None:
        """The worker ends; said once."""
        if not self._stopping:
            self._stopping = True
            self._send("STOPPING=1")

    def tick(self, look: Callable[[], Run | None], troubles: Callable[[], object]) -> float | None:
        """Say what is to be said, from the main loop; the seconds until the next time, None if there is none.

        The worker is ready once it has no `troubles`: from then on the core reaches it.
        """
        if not self._address:
            return None
        if not self._ready and not troubles():
            self._ready = True
            self._send("READY=1")
        run = look()
        self.status(describe(run))
        running = run is not None and not run.outcome
        waits = [self._until_beat()] if self._every else []
        return min([*waits, *([LOOK_SECONDS] if running or not self._ready else [])], default=None)

    def _until_beat(self) -> float:
        now = time.monotonic()
        if now >= self._beat_at:
            self._beat_at = now + self._every
            self._send("WATCHDOG=1")
        return self._beat_at - now

    def _send(self, text: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(0)  # a service manager that does not read must not stop the loop
            try:
                sender.sendto(text.encode(), self._address)
            except OSError as error:
                log.debug("The service manager was not told %s: %s", text, error)


def describe(run: Run | None) -> str:
    """The current run in a line, or that there is none."""
    if run is None or run.outcome:
        return "idle" if run is None else f"idle; the last {run.action}: {run.outcome}"
    over = sum(scope.state in ("done", "partial", "failed") for scope in run.scopes)
    if run.action != "collect" or not run.scopes:
        return f"{run.action} runs"
    return f"collecting {over} of {len(run.scopes)} accounts"
