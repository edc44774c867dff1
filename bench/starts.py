"""How long the worker takes to start, and what it holds while it waits."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import requests

from bench.rig import BenchError
from bench.tree import pss_bytes
from tests.demo.children import Child, wait_until_listening
from tests.demo.pair import core_command, environment, program, worker_command
from tests.ports import free_port

REPEATS = 3
SETTLE = 2.0


def help_seconds() -> float:
    """The best of some runs of `resotoworker --help`."""
    return min(_timed([program("resotoworker"), "--help"]) for _ in range(REPEATS))


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment())
    return time.perf_counter() - started


def listening() -> tuple[float, int]:
    """Seconds from the start of the worker until it is healthy, and its PSS in bytes when it has come to rest."""
    with tempfile.TemporaryDirectory(prefix="resoto-bench-") as name, contextlib.ExitStack() as children:
        folder, port, web_port = Path(name), free_port(), free_port()
        core = children.enter_context(Child("The core", core_command(port, folder), folder / "core.log"))
        wait_until_listening(core, port)
        best = float("inf")
        for _ in range(REPEATS):
            command = worker_command(f"http://127.0.0.1:{port}", web_port, folder)
            started = time.perf_counter()
            with Child("The worker", command, folder / "worker.log", environment()) as worker:
                _wait_for_health(worker, web_port)
                best = min(best, time.perf_counter() - started)
                time.sleep(SETTLE)
                resident = pss_bytes(psutil.Process(worker.pid).children()[0].pid)
        return best, resident


def _wait_for_health(worker: Child, port: int, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        worker.check()
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200:
                return
        time.sleep(0.02)
    raise BenchError(f"The worker is not healthy after {seconds:.0f} s:\n{worker.tail()}")
