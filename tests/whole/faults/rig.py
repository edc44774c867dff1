"""Cloud, worker and core with a proxy on each side of the worker."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import psutil
import requests

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotoworker.localcore import LocalCore
from tests.demo.children import Child
from tests.demo.pair import environment, worker_command
from tests.ports import free_port
from tests.whole.faults.content import Content
from tests.whole.faults.coreproxy import CoreProxy
from tests.whole.job import PSK, until


@dataclass(frozen=True)
class Ran:
    """How a collect run ended: `done`, `partial` or `failed`, and what the operator was told."""

    result: str
    errors: tuple[str, ...]
    infos: tuple[str, ...]
    answers: int = 1

    def lacks(self, words: Sequence[str]) -> list[str]:
        """Those of the words that no message has."""
        text = "\n".join((*self.errors, *self.infos))
        return [word for word in words if word not in text]


class Cloud(Protocol):
    """A cloud that can be spoiled, and how the worker is told of it: its collector, flags and environment."""

    @property
    def collector(self) -> str:
        """The collector's name."""

    @property
    def flags(self) -> Sequence[str]:
        """Flags of the collector."""

    @property
    def credentials(self) -> Mapping[str, str]:
        """Secrets, in environment variables."""

    def mend(self) -> None:
        """Be well again."""


C = TypeVar("C", bound=Cloud)


@dataclass
class Rig(Generic[C]):
    """Everything that takes part; the worker runs from `start` on."""

    folder: Path
    cloud: C
    core: LocalCore
    proxy: CoreProxy
    client: Core
    flags: Sequence[str]
    port: int = field(default_factory=free_port)
    stack: ExitStack = field(default_factory=ExitStack)
    worker: Child | None = None
    output: int = 0

    def start(self) -> None:
        """Start the worker and wait until it serves."""
        more = (*self.cloud.flags, *self.flags, "--grace-period", "3")
        command = worker_command(self.proxy.url, self.port, self.folder, *more, collectors=[self.cloud.collector])
        self.output += 1
        output = self.folder / f"worker-{self.output}.log"
        environ = {**environment(self.cloud.credentials), "RESOTOWORKER_PSK": PSK}
        self.worker = Child("The worker", command, output, environ)
        self.stack.callback(self.worker.stop)
        self.until_healthy()

    def until_healthy(self) -> None:
        """Wait until the worker is connected."""
        until(lambda: self.proxy.websockets() == 2 and self._healthy(), 30)

    def kill(self) -> None:
        """Kill the worker with SIGKILL, and its leash does the rest."""
        assert self.worker is not None
        os.kill(self.pid, signal.SIGKILL)
        self.worker.stop()

    @property
    def pid(self) -> int:
        """The worker itself, below its leash."""
        assert self.worker is not None
        return int(psutil.Process(self.worker.pid).children()[0].pid)

    def log(self) -> str:
        """What the worker has logged."""
        assert self.worker is not None
        return self.worker.output.read_text()

    def begin(self) -> str:
        """Start a collect run; its id."""
        answer = requests.post(f"{self.core.url}/workflow/collect", headers=Credentials(PSK).headers(), timeout=30)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def ended(self, run: str, seconds: float = 60) -> Ran:
        """Wait for the end of a run."""
        until(lambda: self._run(run)["state"] != "running", seconds)
        return _ran(self._run(run))

    def collect(self) -> Ran:
        """A whole run."""
        return self.ended(self.begin())

    def content(self) -> Content:
        """What the core holds."""
        return Content.of(self.client)

    def restart_core(self) -> None:
        """Stop the core and start it on the same file."""
        self.core.stop()
        self.core.start()
        self.proxy.core = self.core.url
        self.client.address = self.core.url

    def mend(self) -> None:
        """Take all faults back."""
        self.cloud.mend()
        self.proxy.forget()

    def _run(self, run: str) -> dict[str, Any]:
        answer = requests.get(f"{self.core.url}/workflows", headers=Credentials(PSK).headers(), timeout=30)
        found: list[dict[str, Any]] = [one for one in answer.json() if one["id"] == run]
        return found[0]

    def _healthy(self) -> bool:
        assert self.worker is not None
        self.worker.check()
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/health", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False


def _ran(run: dict[str, Any]) -> Ran:
    by_level: dict[str, list[str]] = {"error": [], "info": []}
    for message in run["messages"]:
        by_level.setdefault(message["level"], []).append(message["text"])
    kinds = list(run["answers"].get("collect", {}).values())
    result = "failed" if "action_error" in kinds else "partial" if by_level["error"] else "done"
    return Ran(result, tuple(by_level["error"]), tuple(by_level["info"]), len(kinds))


@contextmanager
def rig(folder: Path, cloud: C, *flags: str) -> Iterator[Rig[C]]:
    """A core and a worker for this cloud."""
    with ExitStack() as stack:
        core = stack.enter_context(LocalCore(folder / "core.sqlite", psk=PSK))
        proxy = stack.enter_context(CoreProxy(core.url))
        client = stack.enter_context(Core(core.url, Credentials(PSK)))
        made = Rig(folder, cloud, core, proxy, client, flags, stack=stack)
        stack.callback(made.mend)
        made.start()
        yield made
