"""A moto server in a child process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import requests

ROOT = Path(__file__).parents[3]
MODULE = "tests.fakes.aws.motoserver"
READY_WITHIN = 60.0

SETTINGS: Mapping[str, str] = {
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_EKS_DELAY": "0",
    "MOTO_ACM_VALIDATION_WAIT": "0",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
    "MOTO_EVENTS_INVOKE_HTTP": "false",
}
"""What moto reads from its environment: no public images and snapshots, no waiting for things to become active."""


class MotoServer:
    """AWS on a free loopback port, for the time of a `with` block.

    The child reads a pipe that only this process writes to: it ends when the block ends, and when this process is
    killed. `url` is the endpoint for every service.
    """

    def __init__(self, page_size: int = 0, settings: Mapping[str, str] | None = None) -> None:
        """`page_size`: at most so many items a page where moto can page, 0 for moto's own; `settings`: as SETTINGS."""
        self._settings = {**SETTINGS, "FAKE_PAGE_SIZE": str(page_size), **(settings or {})}
        self._child: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> MotoServer:
        quiet = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._child = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**quiet, **self._settings, "AWS_ACCESS_KEY_ID": "unused", "AWS_SECRET_ACCESS_KEY": "unused"},
        )
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line.strip():
            self.stop()
            raise RuntimeError(f"The moto server did not start: run `python -m {MODULE}` to see why.")
        self.url = f"http://127.0.0.1:{int(line)}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._child is not None, "The server has not been started."
        return self._child.pid

    def stop(self) -> None:
        """End the child, now. Harmless when it has ended."""
        if self._child is None:
            return
        self._child.kill()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
        self._child.wait()
        self._child = None

    def seed(self, number: int) -> None:
        """Make the ids that moto invents from now on the same ones every time."""
        requests.post(f"{self.url}/moto-api/seed", params={"a": str(number)}, timeout=READY_WITHIN).raise_for_status()

    def reset(self) -> None:
        """Empty every account."""
        requests.post(f"{self.url}/moto-api/reset", timeout=READY_WITHIN).raise_for_status()

    def continued(self) -> dict[str, int]:
        """How often a second or later page was asked for, by operation; only with a page size."""
        answer = requests.get(f"{self.url}/fake/continued", timeout=READY_WITHIN)
        answer.raise_for_status()
        return {name: count for name, count in answer.json().items() if count}
