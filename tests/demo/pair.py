"""An embedded core and a worker that collects a fake cloud into it, as processes of their own."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.demo.children import Child, ChildError, wait_until_listening
from tests.demo.core import Core, Run
from tests.fakes.aws.organisation import ROLE
from tests.fakes.aws.place import MANAGEMENT
from tests.ports import free_port

TICK = 0.2
PROCESSES = ("--fork", "--aws-fork")
AWS_KEYS: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": MANAGEMENT.key_id, "AWS_SECRET_ACCESS_KEY": MANAGEMENT.secret}
"""Of the management account."""
FOREIGN = ("AWS_", "GOOGLE_", "CLOUDSDK_", "ONELOGIN_", "SLACK_", "RESOTOWORKER_", "RESOTOCORE_LOCAL_")
"""What settings of clouds, of the worker and of the core begin with: the user's own stay out."""


@dataclass(frozen=True)
class Pair:
    """A core, and a worker that has subscribed to it."""

    core: Core
    core_child: Child
    worker: Child
    web_port: int

    @property
    def worker_pid(self) -> int:
        """The worker itself, below its leash."""
        return int(psutil.Process(self.worker.pid).children()[0].pid)

    def collect(self, seconds: float = 900.0) -> Iterator[Run]:
        """Start a collect; its state again and again until it ends, or time is over."""
        identifier = self.core.start("collect")
        deadline = time.monotonic() + seconds
        while True:
            run = self.core.run(identifier)
            yield run
            if run.state != "running" or time.monotonic() > deadline:
                return
            self.worker.check()
            time.sleep(TICK)


def program(name: str) -> str:
    """A console script of the environment that this runs in."""
    return str(Path(sys.executable).with_name(name))


def environment(credentials: Mapping[str, str] = AWS_KEYS) -> dict[str, str]:
    """Ours without settings of clouds and of the worker, and with these credentials.

    Credentials go into the environment only: arguments can be read by everybody on the machine.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, **credentials, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def core_command(port: int, folder: Path) -> list[str]:
    """The embedded core, with its file in the folder."""
    return [program("resotocore-local"), "--port", str(port), "--database", str(folder / "core" / "core.sqlite")]


def worker_command(
    core: str, web_port: int, folder: Path, *more: str, collectors: Sequence[str] = ("aws",)
) -> list[str]:
    """The worker with these collectors, and its state in the folder."""
    return [
        *(program("resotoworker"), "--collector", *collectors, "--resotocore-uri", core, "--web-port", str(web_port)),
        *("--web-host", "127.0.0.1", "--state-dir", str(folder / "worker"), *more),
    ]


def organisation_flags(url: str, regions: Sequence[str]) -> tuple[str, ...]:
    """Collect the whole organization of a fake cloud."""
    return ("--aws-scrape-org", "--aws-role", ROLE, "--aws-endpoint-url", url, "--aws-region", *regions)


@contextlib.contextmanager
def pair(
    folder: Path,
    flags: Sequence[str],
    core_port: int = 0,
    web_port: int = 0,
    *,
    collectors: Sequence[str] = ("aws",),
    credentials: Mapping[str, str] = AWS_KEYS,
) -> Iterator[Pair]:
    """Start both on the ports given, or on free ones, and wait until the worker has subscribed."""
    core_port, web_port = free_port(core_port), free_port(web_port)
    core = Core(f"http://127.0.0.1:{core_port}")
    command = core_command(core_port, folder)
    with Child("The embedded core", command, folder / "core.log", environment({})) as core_child:
        wait_until_listening(core_child, core_port)
        command = worker_command(core.url, web_port, folder, *flags, collectors=collectors)
        with Child("The worker", command, folder / "worker.log", environment(credentials)) as worker:
            _wait_for_subscriber(core, worker)
            yield Pair(core, core_child, worker, web_port)


def _wait_for_subscriber(core: Core, worker: Child, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not core.has_subscriber("collect"):
        worker.check()
        if time.monotonic() > deadline:
            raise ChildError(f"The worker did not register with the core within {seconds:.0f} s:\n{worker.tail()}")
        time.sleep(TICK)
