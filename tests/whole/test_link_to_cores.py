"""The same conversation with the real core and with the embedded one, in both of its dialects."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from resotolib.core.auth import Credentials
from resotolib.core.channel import Backoff
from resotolib.core.counts import MergeCounts
from resotolib.core.dialects import probe
from resotolib.core.http import Core
from resotolib.core.link import Link, Pace, Subscription
from resotolib.core.messages import Action, Progress, ProgressTree, TagTask
from resotolib.core.outbox import Outbox
from resotolib.core.reporter import Outcome, Reporter
from resotolib.core.socket import Socket
from resotolib.core.tls import Trust
from resotolib.errors import CoreRefused, NotAuthorized
from resotoworker.localcore import LocalCore
from resotoworker.worker import Worker
from tests.whole.realcore import RealCore, needs_realcore, real_core

PSK = "a secret between the two"
GRAPH = "ck"


@dataclass
class Running:
    """A core, which one it is, and a client of it."""

    name: str
    url: str
    core: Core
    real: RealCore | None = None

    def run_collect(self) -> None:
        """Start the workflow, as a user would."""
        path = "/_test/workflow/collect" if self.real else "/workflow/collect"
        requests.post(self.url + path, headers=Credentials(PSK).headers(), timeout=30).raise_for_status()

    def socket(self, path: str) -> Socket:
        """A websocket to it."""
        return Socket.connect(self.url.replace("http", "ws") + path, Credentials(PSK), Trust())


@pytest.fixture(
    scope="module",
    params=[pytest.param("real", marks=needs_realcore), pytest.param("3.x"), pytest.param("2.0")],
)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("core")
    with ExitStack() as stack:
        real = None
        if request.param == "real":
            real = stack.enter_context(real_core(folder / "log", PSK))
            url = real.url
        else:
            url = stack.enter_context(LocalCore(folder / "core.sqlite", psk=PSK, dialect=request.param)).url
        core = stack.enter_context(Core(url, Credentials(PSK)))
        core.dialect = probe(core, GRAPH)
        core.create_graph(GRAPH)
        core.update_model(GRAPH, MODEL)
        yield Running(request.param, url, core, real)


def kind(fqn: str, base: str | None, /, **properties: str) -> dict[str, Any]:
    required = ("kind", "id") if base is None else ()
    return {
        "fqn": fqn,
        "bases": [base] if base else [],
        "properties": [
            {"name": key, "kind": value, "required": key in required, "description": None}
            for key, value in properties.items()
        ],
        "allow_unknown_props": False,
        "aggregate_root": True,
    }


MODEL = [
    kind("resource", None, kind="string", id="string", name="string", tags="dictionary[string, string]"),
    kind("cloud", "resource"),
    kind("account", "resource"),
    kind("region", "resource"),
    kind("example_volume", "resource", volume_size="int64"),
]


def account(folder: Path, name: str, volumes: int) -> Path:
    """A file of an account, as a collector makes it."""

    def node(id_: str, kind_: str, **metadata: Any) -> dict[str, Any]:
        return {"id": id_, "reported": {"kind": kind_, "id": id_, "name": id_, "tags": {}}, "metadata": metadata}

    ids = [f"{name}-{number}" for number in range(volumes)]
    nodes = [
        node("root", "graph_root"),
        node("example", "cloud"),
        node(name, "account", replace=True),
        node(f"{name}-r", "region"),
        *(node(id_, "example_volume", cleaned=False) for id_ in ids),
    ]
    edges = [("root", "example"), ("example", name), (name, f"{name}-r"), *((f"{name}-r", id_) for id_ in ids)]
    rows = [*nodes, *({"from": start, "to": end} for start, end in edges)]
    path = folder / f"{name}.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@dataclass
class Collecting:
    """Uploads two accounts in one go, as slowly as it is told to."""

    core: Core
    folder: Path
    go: threading.Event
    begun: list[Action] = field(default_factory=list)
    counts: list[MergeCounts] = field(default_factory=list)

    def __call__(self, action: Action, reporter: Reporter) -> Outcome:
        self.begun.append(action)
        reporter.progress(ProgressTree("collect", (Progress("a1", 0, 1, ("example",)), Progress("a2", 1, 1))))
        reporter.error("only a test", "example:a1")
        assert self.go.wait(60)
        files = [account(self.folder, "a1", 3), account(self.folder, "a2", 4)]
        self.counts.append(self.core.merge(GRAPH, files, action.task, 13, 12))
        reporter.progress(Progress("collect", 2, 2))
        return Outcome(summary=str(self.counts[-1]))


def tag(task: TagTask) -> dict[str, Any]:
    """Changes the tags, and gives the node back in upload format."""
    reported = {key: value for key, value in task.node["reported"].items() if value is not None}
    tags = {key: value for key, value in reported.get("tags", {}).items() if key not in task.delete}
    return {"id": task.node["id"], "reported": {**reported, "tags": {**tags, **task.update}}}


@dataclass
class Working:
    """A worker that serves the core, on a thread."""

    link: Link
    collecting: Collecting


@pytest.fixture
def working(running: Running, tmp_path: Path) -> Iterator[Working]:
    outbox, stop = Outbox(tmp_path / "outbox.sqlite"), threading.Event()
    subscription = Subscription("worker", ("collect", "cleanup"), ("example",), 60)
    link = Link(running.core, running.socket, subscription, outbox, Pace(Backoff(0.1, 1), tell=0.1))
    collecting = Collecting(running.core, tmp_path, threading.Event())
    worker = Worker(link, {"collect": collecting}, tag, stop)
    thread = threading.Thread(target=worker.serve, args=(5,))
    thread.start()
    try:
        until(lambda: not link.troubles())
        yield Working(link, collecting)
    finally:
        collecting.go.set()
        stop.set()
        link.wake()
        thread.join()
        link.close()
        outbox.close()


def until(true: Callable[[], Any], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def volumes(running: Running) -> dict[str, dict[str, Any]]:
    rows = running.core.search_graph(GRAPH, "is(example_volume)")
    return {row["id"]: row["reported"] for row in rows if row["type"] == "node"}


def test_the_dialect_is_found_out(running: Running) -> None:
    assert running.core.dialect.name == ("2.0" if running.name == "2.0" else "3.x")
    assert {"account", "example_volume"} <= {kind["fqn"] for kind in running.core.model(GRAPH)}


def test_a_wrong_key_is_said_to_be_one(running: Running) -> None:
    with Core(running.url, Credentials("another")) as stranger, pytest.raises(NotAuthorized, match="--psk"):
        stranger.create_graph(GRAPH)
    with pytest.raises(NotAuthorized, match="--psk"):
        Socket.connect(running.url.replace("http", "ws") + "/subscriber/x/handle", Credentials(None), Trust())


def test_collect_from_the_order_to_the_answer(running: Running, working: Working) -> None:
    working.collecting.go.set()
    running.run_collect()
    until(lambda: working.collecting.counts)
    assert len(volumes(running)) == 7
    assert working.link.troubles() == []


def test_an_order_is_carried_out_once_though_the_connection_breaks(running: Running, working: Working) -> None:
    real = running.real
    if real is None:
        pytest.skip("only the real core has a switch that breaks connections")
    running.run_collect()
    until(lambda: working.collecting.begun)
    real.post("/_test/drop_websockets")
    until(working.link.troubles)
    until(lambda: not working.link.troubles())
    time.sleep(0.5)
    working.collecting.go.set()
    until(lambda: not real.get("/_test/state")["running_tasks"])
    history = real.get("/_test/state")["task_history"]
    assert len(working.collecting.begun) == 1
    assert [task["done"] for task in history if task["id"] == working.collecting.begun[0].task] == [True]


def test_tags_are_changed_and_the_core_keeps_the_node(running: Running, working: Working, tmp_path: Path) -> None:
    running.core.merge(GRAPH, [account(tmp_path, "a1", 3)], "tag", 6, 5)
    for command in ("tag update owner me", "tag update empty", "tag delete empty"):
        requests.post(
            f"{running.url}/cli/execute?graph={GRAPH}",
            data=f"search id(a1-0) | {command}",
            headers={**Credentials(PSK).headers(), "Content-Type": "text/plain", "Accept": "application/x-ndjson"},
            timeout=30,
        ).raise_for_status()
    until(lambda: volumes(running)["a1-0"]["tags"] == {"owner": "me"})


def test_nodes_are_patched(running: Running, tmp_path: Path) -> None:
    running.core.merge(GRAPH, [account(tmp_path, "a3", 1)], "patch", 4, 3)
    running.core.patch_nodes(GRAPH, [{"id": "a3-0", "metadata": {"cleaned": True}, "desired": {"clean": True}}])
    (row,) = [row for row in running.core.search_graph(GRAPH, 'id("a3-0")') if row["type"] == "node"]
    assert row["metadata"]["cleaned"] is True
    assert row["desired"] == {"clean": True}


def test_the_search_for_what_is_flagged(running: Running, tmp_path: Path) -> None:
    running.core.merge(GRAPH, [account(tmp_path, "a4", 2)], "flag", 5, 4)
    running.core.patch_nodes(GRAPH, [{"id": "a4-1", "desired": {"clean": True}}])
    rows = list(running.core.search_graph(GRAPH, running.core.dialect.flagged(["example"])))
    flagged = {row["id"] for row in rows if row["type"] == "node" and row.get("desired") == {"clean": True}}
    assert "a4-1" in flagged
    assert {"a4", "a4-r"} <= {row["id"] for row in rows if row["type"] == "node"}


def test_a_refusal_has_the_core_s_words(running: Running) -> None:
    lines = [
        json.dumps({"id": "root", "reported": {"kind": "graph_root", "id": "root", "name": "root"}}).encode(),
        json.dumps({"id": "x", "reported": {"kind": "nope", "id": "x"}, "metadata": {"replace": True}}).encode(),
        b'{"from": "root", "to": "x"}',
    ]
    with pytest.raises(CoreRefused, match="nope"):
        running.core.merge(GRAPH, lines, "refused", 2, 1)
