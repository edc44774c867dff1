"""A collector for tests, some of whose accounts behave badly, and what it takes to collect with it."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resotolib.collect.collector import Concurrency, ScopeRun
from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.core.reporter import Outcome as End
from resotolib.core.reporter import Reporter
from resotolib.errors import NotAuthenticated
from resotolib.graph.graph import Node
from resotolib.kinds.kind import Kind
from resotolib.settings import Settings
from resotolib.testing.example import CLOUD, REGION, ExampleCollector
from resotoworker.builtin.status import RunStatus
from resotoworker.collect import Collect
from resotoworker.plugins import Plugins, load_plugins
from resotoworker.settings import WorkerSettings
from tests.resotoworker.errands import Unpicklable
from tests.resotoworker.installed import SitePackages

PLUGIN = """
from resotolib.hookspecs import hookimpl
from resotolib.testing.example import KINDS

@hookimpl
def resoto_kinds():
    return KINDS
"""


@dataclass(frozen=True)
class Unruly(ExampleCollector):
    """`ways`: what goes wrong, by account. `skipped`: nouns that are not read, by outcome."""

    ways: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, Outcome] = field(default_factory=dict)

    def scopes(self) -> Discovery:
        """See `Collector`."""
        if "" in self.ways:
            raise NotAuthenticated(CLOUD, "no credentials")
        found = super().scopes()
        return Discovery(found.scopes, (Message("info", "999 is suspended", f"{CLOUD}:999"),))

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """See `Collector`."""
        way = self.ways.get(scope.id)
        super().collect(scope, run)
        for noun, outcome in self.skipped.items():
            cause = Cause.DENIED if outcome is Outcome.UNREAD else None
            run.record(Reading(REGION, f"{CLOUD}_{noun}", outcome, cause, "not permitted: allow it"))
        if way is not None:
            getattr(self, f"_{way}")(run)

    def _wanted(self) -> list[Kind]:
        return [kind for kind in super()._wanted() if kind.title not in self.skipped]

    def _die(self, _: ScopeRun) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def _hang(self, _: ScopeRun) -> None:
        time.sleep(6)

    def _hang_for_ever(self, _: ScopeRun) -> None:
        while True:
            time.sleep(60)

    def _wait(self, run: ScopeRun) -> None:
        for _ in run.map(lambda _: time.sleep(0.01), range(1_000_000)):
            run.progress(calls=1)

    def _fail(self, _: ScopeRun) -> None:
        raise NotAuthenticated("the account", "its role cannot be assumed")

    def _fail_oddly(self, _: ScopeRun) -> None:
        raise Unpicklable("the account", "something else")

    def _refused(self, run: ScopeRun) -> None:
        """What our own check lets through and a core does not: the check looks at a sample only."""
        _disks(run)[-1].reported["volume_size"] = "large"

    def _wrong_type(self, run: ScopeRun) -> None:
        _disks(run)[0].reported["volume_size"] = "large"

    def _unknown_property(self, run: ScopeRun) -> None:
        _disks(run)[0].reported["volume_colour"] = "red"

    def _twins(self, run: ScopeRun) -> None:
        disk = _disks(run)[0]
        run.graph.add(
            Node(disk.id, f"{CLOUD}_network", {"kind": f"{CLOUD}_network", "id": "network-x"}), run.graph.cloud
        )

    def _edge_to_nowhere(self, run: ScopeRun) -> None:
        run.graph.connect(_disks(run)[0], Node("x", f"{CLOUD}_disk", {"id": "disk-x"}))

    def _run_out_of_memory(self, _: ScopeRun) -> None:
        raise MemoryError

    def _cycle(self, run: ScopeRun) -> None:
        first, second = _disks(run)[:2]
        run.graph.connect(first, second)
        run.graph.connect(second, first)


def _disks(run: ScopeRun) -> list[Node]:
    return [node for node in run.graph.nodes() if node.kind == f"{CLOUD}_disk"]


def install(site: SitePackages) -> Plugins:
    """Make the example plugin findable, and load it."""
    site.install("resoto-plugin-example", f"{CLOUD} = example_plugin", example_plugin=PLUGIN)
    return load_plugins([CLOUD])


@dataclass
class Rig:
    """A worker's collect action with a core."""

    core: Core
    plugins: Plugins
    folder: Path
    graph: str = "ck"
    status: RunStatus = field(default_factory=RunStatus)
    frames: list[dict[str, Any]] = field(default_factory=list)
    reporter: Reporter = field(init=False)

    def __post_init__(self) -> None:
        (self.folder / "spool").mkdir()

    def handler(self, collector: ExampleCollector, **settings: Any) -> Collect:
        """The handler, which may be called several times."""
        worker = WorkerSettings(resotocore_graph=self.graph, **settings)
        return Collect(Settings(worker), self.plugins, self.core, [collector], self.status, self.folder / "spool")

    def run(self, handler: Collect, stop: threading.Timer | None = None) -> End:
        """Do one action."""
        action = Action("collect", "task-1", "collect", {"task": "task-1", "step": "collect"})
        self.frames.clear()
        self.reporter = Reporter(action, self._take)
        self.status.begin(action)
        if stop is not None:
            stop.start()
        end = handler(action, self.reporter)
        self.status.end(end.error, end.summary)
        return end

    def collect(self, collector: ExampleCollector, **settings: Any) -> End:
        """Do one action with a collector."""
        return self.run(self.handler(collector, **settings))

    def stop(self) -> None:
        """Tell the action to stop."""
        self.reporter.stop.set()

    def _take(self, frame: str, *, replace: bool) -> None:
        self.frames.append(json.loads(frame))

    def messages(self, level: str = "error") -> list[str]:
        """What the core was told."""
        return [
            frame["data"]["message"]
            for frame in self.frames
            if frame["kind"] == "action_info" and frame["data"]["level"] == level
        ]

    def held(self, query: str = "all <-default,delete[0:1]->") -> Held:
        """What the core holds."""
        elements = list(self.core.search_graph(self.graph, query))
        return Held(
            {element["id"]: element for element in elements if element["type"] == "node"},
            {(one["from"], one["to"], one["edge_type"]) for one in elements if one["type"] == "edge"},
        )


@dataclass(frozen=True)
class Held:
    """Nodes by id, and edges."""

    nodes: Mapping[str, Mapping[str, Any]]
    edges: set[tuple[str, str, str]]

    def count(self, noun: str, account: str = "") -> int:
        """Resources of a kind, in one account or in all."""
        return len(self.of(noun, account))

    def of(self, noun: str, account: str = "") -> list[Mapping[str, Any]]:
        """Resources of a kind, in one account or in all."""
        return [
            node
            for node in self.nodes.values()
            if node["reported"]["kind"] == f"{CLOUD}_{noun}"
            and account in ("", node["ancestors"]["account"]["reported"]["id"])
        ]


FORKED = Concurrency(fork=True, scopes=2)
THREADED = Concurrency(fork=False, scopes=2)
