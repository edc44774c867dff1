"""A worker that collects an atoll, its core, embedded or real, and a proxy between them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import psutil
import requests

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotoworker.localcore import LocalCore
from tests.demo.children import Child
from tests.demo.pair import environment, program
from tests.ports import free_port
from tests.resotoworker.installed import SitePackages
from tests.whole.faults.atoll import Atoll, islands
from tests.whole.faults.content import Content
from tests.whole.faults.coreproxy import CoreProxy
from tests.whole.faults.rig import Ran
from tests.whole.job import GRAPH, PSK, until
from tests.whole.realcore import RealCore, real_core

ROOT = Path(__file__).parents[3]
ISLANDS = ("east", "north", "south")
CoreName = Literal["embedded", "real"]


class CoreSide(Protocol):
    """What a fault needs of a core."""

    @property
    def url(self) -> str:
        """Where it is."""

    def begin(self) -> str:
        """Start a collect run; its id."""

    def ended(self, run: str) -> Ran | None:
        """How it ended; None while it runs."""

    def restart(self) -> None:
        """Stop it and start it again, with what it knows."""


@dataclass
class EmbeddedSide:
    """The embedded core."""

    core: LocalCore

    @property
    def url(self) -> str:
        """Where it is."""
        return self.core.url

    def begin(self) -> str:
        """See `CoreSide`."""
        answer = requests.post(f"{self.url}/workflow/collect", headers=Credentials(PSK).headers(), timeout=30)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def ended(self, run: str) -> Ran | None:
        """See `CoreSide`."""
        answer = requests.get(f"{self.url}/workflows", headers=Credentials(PSK).headers(), timeout=30)
        (found,) = [one for one in answer.json() if one["id"] == run]
        if found["state"] == "running":
            return None
        return _ran(found["answers"].get("collect", {}).values(), [(m["level"], m["text"]) for m in found["messages"]])

    def restart(self) -> None:
        """See `CoreSide`."""
        self.core.stop()
        self.core.start()


@dataclass
class RealSide:
    """The real core: its state is in memory, so it cannot be restarted."""

    core: RealCore

    @property
    def url(self) -> str:
        """Where it is."""
        return self.core.url

    def begin(self) -> str:
        """See `CoreSide`."""
        return str(self.core.post("/_test/workflow/collect")["task_id"])

    def ended(self, run: str) -> Ran | None:
        """See `CoreSide`."""
        state = self.core.get("/_test/state")
        if not any(task["id"] == run and task["done"] for task in state["task_history"]):
            return None
        said = [one["message"] for one in self.core.get("/_test/traffic") if one.get("ws") == "client->core"]
        ours = [one for one in said if isinstance(one, dict) and one.get("data", {}).get("task") == run]
        answers = [one["kind"] for one in ours if one["kind"] in ("action_done", "action_error")]
        texts = [(one["data"]["level"], one["data"]["message"]) for one in ours if one["kind"] == "action_info"]
        texts += [("error", one["data"]["error"]) for one in ours if one["kind"] == "action_error"]
        return _ran(answers, texts)

    def restart(self) -> None:
        """See `CoreSide`."""
        raise AssertionError("the real core forgets everything when it is restarted")


def _ran(answers: Any, messages: Sequence[tuple[str, str]]) -> Ran:
    kinds = list(answers)
    errors = tuple(text for level, text in messages if level == "error")
    result = "failed" if "action_error" in kinds else "partial" if errors else "done"
    return Ran(result, errors, tuple(text for level, text in messages if level == "info"), len(kinds))


@dataclass
class CoreRig:
    """Everything that takes part; the worker runs while `working`. `flags` are the worker's."""

    folder: Path
    side: CoreSide
    proxy: CoreProxy
    client: Core
    flags: Sequence[str]
    port: int = field(default_factory=free_port)
    worker: Child | None = None
    outputs: int = 0
    read: int = 0
    settled: bool = False
    """The core knows what there is: the last fault was overcome."""

    def __post_init__(self) -> None:
        self.atoll = Atoll(self.folder / "atoll.json")
        self.atoll.write(dict(islands(*ISLANDS)))
        self.site = self.folder / "site"
        self.site.mkdir()
        SitePackages(self.site).install("resoto-plugin-atoll", "atoll = tests.whole.faults.atoll")

    @contextmanager
    def working(self) -> Iterator[CoreRig]:
        """A worker serves for the time of the block, which may kill it and start another."""
        self.start()
        try:
            yield self
        finally:
            self.mend()
            self.leave()

    def start(self) -> None:
        """Start the worker and wait until it serves."""
        command = [
            *(program("resotoworker"), "--collector", "atoll", "--resotocore-uri", self.proxy.url),
            *("--web-port", str(self.port), "--web-host", "127.0.0.1", "--state-dir", str(self.folder / "state")),
            *("--resotocore-subscriber-id", "worker", "--grace-period", "3"),
            *("--atoll-file", str(self.atoll.path), *self.flags),
        ]
        keys = {"RESOTOWORKER_PSK": PSK, "PYTHONPATH": f"{self.site}{os.pathsep}{ROOT}"}
        self.outputs, self.read = self.outputs + 1, 0
        output = self.folder / f"worker-{self.outputs}.log"
        self.worker = Child("The worker", command, output, {**environment(), **keys})
        self.until_healthy()

    def until_healthy(self) -> None:
        """Wait until the worker is connected."""
        until(lambda: self.proxy.websockets() == 2 and self._healthy(), 60)

    def kill(self) -> None:
        """Kill the worker with SIGKILL, and its leash does the rest."""
        os.kill(self.pid, signal.SIGKILL)
        self.leave()

    def leave(self) -> None:
        """Tell the worker to stop, and wait until it has ended."""
        assert self.worker is not None
        self.worker.stop()
        until(lambda: self.proxy.websockets() == 0)

    @property
    def pid(self) -> int:
        """The worker itself, below its leash."""
        assert self.worker is not None
        return int(psutil.Process(self.worker.pid).children()[0].pid)

    def log(self) -> str:
        """What the worker has logged since its last start."""
        assert self.worker is not None
        return self.worker.output.read_text()

    def logged(self, text: str, times: int = 1) -> None:
        """Wait until the worker has logged this since its start or the last `forget_log`."""
        until(lambda: self.log()[self.read :].count(text) >= times, 30)

    def forget_log(self) -> None:
        """What is logged up to now is not waited for."""
        self.read = len(self.log())

    def reads(self, island: str, times: int = 1) -> None:
        """Wait until the island is being read so many times."""
        until(lambda: self.atoll.reads()[island] >= times, 60)

    def waiting(self) -> int:
        """How many islands wait for the core in the worker's spool."""
        return len(list((self.folder / "state" / "spool").glob("*/*.ndjson")))

    def begin(self) -> str:
        """Start a collect run; its id."""
        return self.side.begin()

    def ended(self, run: str) -> Ran:
        """Wait for the end of a run."""
        until(lambda: self.side.ended(run) is not None, 90)
        found = self.side.ended(run)
        assert found is not None
        return found

    def collect(self) -> Ran:
        """A whole run."""
        return self.ended(self.begin())

    def content(self) -> Content:
        """What the core holds."""
        return Content.of(self.client)

    def restart_core(self) -> None:
        """Stop the core and start it with what it knows, perhaps elsewhere."""
        self.side.restart()
        self.proxy.core = self.side.url
        self.client.address = self.side.url

    def mend(self) -> None:
        """Take all faults back."""
        self.proxy.forget()
        self.atoll.forget()

    def _healthy(self) -> bool:
        assert self.worker is not None
        self.worker.check()
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/health", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False


@contextmanager
def core_rig(folder: Path, core: CoreName, *flags: str) -> Iterator[CoreRig]:
    """A core and the proxy before it; no worker yet."""
    with ExitStack() as stack:
        side: CoreSide
        if core == "real":
            side = RealSide(stack.enter_context(real_core(folder / "core.log", PSK)))
        else:
            side = EmbeddedSide(stack.enter_context(LocalCore(folder / "core.sqlite", psk=PSK)))
        proxy = stack.enter_context(CoreProxy(side.url))
        client = stack.enter_context(Core(side.url, Credentials(PSK)))
        client.create_graph(GRAPH)
        yield CoreRig(folder, side, proxy, client, flags)
