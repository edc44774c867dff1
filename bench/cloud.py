"""The replaying cloud as its owner sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

ROOT = Path(__file__).parents[1]


class ReplayedCloud:
    """A `bench.replay` process for the time of a `with` block; with `upstream` it records."""

    def __init__(self, tape: Path, upstream: str = "") -> None:
        self._command = [
            sys.executable,
            "-m",
            "bench.replay",
            str(tape),
            *(["--upstream", upstream] if upstream else []),
        ]
        self._child: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> ReplayedCloud:
        self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        assert self._child.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._child.stdout.readline())}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._child is not None
        self._child.kill()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
        self._child.wait()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._child is not None
        return self._child.pid

    def _ask(self, what: str) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/bench/{what}", timeout=60)
        answer.raise_for_status()
        return dict(answer.json())

    def stats(self) -> dict[str, Any]:
        """The counters since the last reset."""
        return self._ask("stats")

    def reset(self) -> None:
        """Counters to zero."""
        self._ask("reset")

    def delay(self, milliseconds: float) -> None:
        """How long each answer takes from now on."""
        self._ask(f"delay?ms={milliseconds}")

    def save(self) -> None:
        """Write the tape."""
        self._ask("save")
