"""SIGTERM in the middle of something: nothing half-done is left, the core is told, and the process ends in time."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotoworker.localcore import LocalCore
from tests.resotoworker.installed import SitePackages
from tests.resotoworker.moonrocks import PLUGIN
from tests.resotoworker.test_cli_serve import PSK, Bench, Program
from tests.whole.faults.coreproxy import CoreProxy, CoreRule
from tests.whole.job import until

GRACE = 4
ROCKS = {"first", "second", *(f"pebble-{number}" for number in range(500))}


@dataclass
class Stage:
    """A core that knows the moon, and a worker that has collected it once."""

    core: LocalCore
    proxy: CoreProxy
    program: Program
    folder: Path
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    run_id: str = ""

    def shut(self, what: str) -> None:
        """Whatever does this waits from now on."""
        (self.folder / f"{what}.shut").touch()

    def open(self, what: str) -> None:
        """It goes on."""
        (self.folder / f"{what}.shut").unlink()

    def until_seen(self, what: str) -> None:
        """Wait until it is going on."""
        self.program.until((self.folder / f"{what}.seen").exists)

    def post(self, path: str, body: str = "") -> str:
        headers = {**Credentials(PSK).headers(), "Content-Type": "text/plain"}
        answer = requests.post(self.core.url + path, data=body, headers=headers, timeout=60)
        return answer.text

    def begin(self, workflow: str) -> None:
        """Have the core ask for it."""
        for file in self.folder.glob("*.seen"):
            file.unlink()
        self.run_id = json.loads(self.post(f"/workflow/{workflow}"))["id"]

    def run(self) -> dict[str, Any]:
        """The last run, as the core tells it."""
        found = requests.get(f"{self.core.url}/workflows", headers=Credentials(PSK).headers(), timeout=30).json()
        return next(run for run in found if run["id"] == self.run_id)

    def nodes(self) -> dict[str, dict[str, Any]]:
        """What the core holds."""
        with Core(self.core.url, Credentials(PSK)) as client:
            rows = list(client.search_graph("ck", "is(moon_rock)"))
        return {row["id"]: row for row in rows if row["type"] == "node"}

    def ends(self) -> None:
        """The process ends within the grace time, as told to."""
        began = time.monotonic()
        assert self.program.ends(GRACE + 10) == 0
        assert time.monotonic() - began < GRACE + 1.5, self.program.log.read_text()

    def stop(self) -> None:
        """Tell the worker to end, and wait until it has heard it."""
        self.program.process.send_signal(signal.SIGTERM)
        until(lambda: "Stopping" in self.program.log.read_text())

    def told(self) -> str:
        """What the core was told of the last run."""
        return str(self.run())


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    site, gates = tmp_path / "site", tmp_path / "gates"
    site.mkdir()
    gates.mkdir()
    SitePackages(site).install("resoto-plugin-moon", "moon = moonrocks_plugin", moonrocks_plugin=PLUGIN)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESOTOWORKER_")}
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    bench = Bench(tmp_path, {**kept, "PYTHONPATH": path}, tmp_path / "gate")
    with ExitStack() as stack:
        core = stack.enter_context(LocalCore(tmp_path / "core.sqlite", psk=PSK))
        proxy = stack.enter_context(CoreProxy(core.url))
        flags = ("--moon-folder", str(gates), "--cleanup", "--grace-period", str(GRACE))
        program = bench.start(proxy.url, *flags, RESOTOWORKER_PSK=PSK)
        stack.callback(program.process.wait)
        stack.callback(program.process.kill)
        made = Stage(core, proxy, program, gates)
        program.until_healthy()
        made.begin("collect")
        program.until(lambda: made.run()["state"] == "done")
        made.before = made.nodes()
        assert made.before.keys() == ROCKS
        yield made


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as thread:
        yield thread


def test_while_an_account_is_read(stage: Stage) -> None:
    stage.shut("collect")
    stage.begin("collect")
    stage.until_seen("collect")

    stage.stop()

    stage.ends()
    assert stage.nodes() == stage.before
    assert "moon:near (near side): told to stop before it was done" in stage.told()


def test_while_nothing_goes_on_and_the_core_is_silent(stage: Stage) -> None:
    stage.proxy.add(CoreRule("DELETE /subscriber", until=threading.Event()))

    stage.stop()

    stage.ends()


@pytest.mark.parametrize("goes_on", [True, False])
def test_while_an_account_is_sent(stage: Stage, goes_on: bool) -> None:
    held = stage.proxy.add(CoreRule("/merge", until=threading.Event()))
    stage.begin("collect")
    stage.program.until(held.met.is_set)

    stage.stop()

    if goes_on:
        assert held.until is not None
        held.until.set()
    stage.ends()
    stage.proxy.forget()
    assert stage.nodes().keys() == ROCKS, "as it was, or as it is: never in part"
    assert ("abandoned" in stage.told()) is not goes_on


@pytest.mark.parametrize("goes_on", [True, False])
def test_while_a_resource_is_deleted(stage: Stage, goes_on: bool) -> None:
    with Core(stage.core.url, Credentials(PSK)) as client:
        client.patch_nodes("ck", [{"id": name, "desired": {"clean": True}} for name in ("first", "second")])
    stage.shut("delete")
    stage.begin("cleanup")
    stage.until_seen("delete")

    stage.stop()

    if goes_on:
        stage.open("delete")
    stage.ends()
    after = stage.nodes()
    assert {path.name for path in stage.folder.glob("gone-*")} == ({"gone-first"} if goes_on else set())
    assert [after[name]["metadata"]["cleaned"] for name in ("first", "second")] == [goes_on, False]
    assert ("1 resources were not seen to their end" if goes_on else "abandoned") in stage.told()


@pytest.mark.parametrize("goes_on", [True, False])
def test_while_tags_are_changed(stage: Stage, aside: ThreadPoolExecutor, goes_on: bool) -> None:
    stage.shut("tag")
    answer: Future[str] = aside.submit(stage.post, "/cli/execute?graph=ck", "search id(first) | tag update who me")
    stage.until_seen("tag")

    stage.stop()

    if goes_on:
        stage.open("tag")
    stage.ends()
    told = answer.result(30)
    assert stage.nodes()["first"]["reported"]["tags"] == ({"who": "me"} if goes_on else {})
    assert ("abandoned" in told) is not goes_on, told
