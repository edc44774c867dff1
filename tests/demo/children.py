"""Processes that are gone when their `with` block ends, and when this process is."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

LEASH = Path(__file__).with_name("leash.py")
GRACE = 10.0


class ChildError(Exception):
    """A process that the demo needs has ended, or did not come up."""


class Child:
    """A command on a leash; its output goes to a file. `env` is its whole environment, by default our own."""

    def __init__(self, name: str, command: list[str], output: Path, env: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.output = output
        with output.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, str(LEASH), str(GRACE), *command],
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                start_new_session=True,
            )

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the leash, whose only child is the command."""
        return self._process.pid

    def check(self) -> None:
        """Raise if the process has ended, with its last words."""
        status = self._process.poll()
        if status is not None:
            raise ChildError(f"{self.name} ended with status {status}. Its last lines:\n{self.tail()}")

    def tail(self, lines: int = 15) -> str:
        """The end of the output."""
        return "\n".join(self.output.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask it to end, and see to it that it does."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(GRACE + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def wait_until_listening(child: Child, port: int, seconds: float = 30.0) -> None:
    """Return when something accepts connections on the port; raise when the child ends before, or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child.check()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise ChildError(f"{child.name} does not listen on port {port} after {seconds:.0f} s. Its output: {child.output}")
