"""A worker in a process of its own, and what it collects into a core."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.demo.children import Child
from tests.demo.core import Core, Run
from tests.demo.pair import environment
from tests.ports import free_port


@dataclass(frozen=True)
class Worker:
    """A worker that has subscribed."""

    child: Child
    core: Core
    folder: Path

    def collect(self) -> Run:
        """Collect once; how it ended."""
        identifier = self.core.start("collect")
        _wait(self.child, lambda: self.core.run(identifier).state != "running")
        return self.core.run(identifier)

    def nodes(self, kind: str) -> dict[str, dict[str, Any]]:
        """What the core has of a kind, by the resource's id."""
        return {node["reported"]["id"]: node for node in self.core.search(f"is({kind})")}

    def shows(self, secret: str) -> list[str]:
        """Where a secret can be read: files of the worker and of the core, command lines, environments of children."""
        found = [
            str(path) for path in self.folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()
        ]
        worker, *children = psutil.Process(self.child.pid).children(recursive=True)
        assert children, "the worker has to run with --fork"
        found += [f"environment of {child}" for child in children if secret in str(child.environ())]
        return found + [f"command of {one}" for one in (worker, *children) if secret in str(one.cmdline())]


@contextmanager
def worker(cloud: str, core: str, folder: Path, flags: Sequence[str], secrets: Mapping[str, str]) -> Iterator[Worker]:
    """Start a worker with one collector. `secrets`: added to its environment."""
    command = [sys.executable, "-m", "resotoworker", "--collector", cloud, "--resotocore-uri", core]
    place = ("--state-dir", str(folder / "state"), "--web-host", "127.0.0.1", "--web-port", str(free_port()))
    client = Core(core)
    with Child("The worker", [*command, *place, *flags], folder / "worker.log", environment(secrets)) as child:
        _wait(child, lambda: client.has_subscriber("collect"))
        yield Worker(child, client, folder)


def _wait(child: Child, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        child.check()
        assert time.monotonic() < deadline, child.tail()
        time.sleep(0.05)
