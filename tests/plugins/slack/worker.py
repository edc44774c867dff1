"""One collect by a worker in a process of its own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.demo.children import Child
from tests.demo.core import Core


def collected(cloud: str, core: str, folder: Path, flags: Sequence[str], secrets: Mapping[str, str]) -> str:
    """Collect once, which has to end without errors; what the worker logged. `secrets`: added to its environment."""
    command = [sys.executable, "-m", "resotoworker", "--collector", cloud, "--resotocore-uri", core]
    place = ("--state-dir", str(folder / "state"), "--web-host", "127.0.0.1")
    client = Core(core)
    with Child("The worker", [*command, *place, *flags], folder / "worker.log", {**os.environ, **secrets}) as worker:
        _wait(worker, lambda: client.has_subscriber("collect"))
        run = client.start("collect")
        _wait(worker, lambda: client.run(run).state != "running")
        assert (client.run(run).state, client.run(run).errors) == ("done", ()), worker.tail()
    return (folder / "worker.log").read_text(encoding="utf-8")


def _wait(worker: Child, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        worker.check()
        assert time.monotonic() < deadline, worker.tail()
        time.sleep(0.05)
