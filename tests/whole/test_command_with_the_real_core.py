"""The command against the real core: registered, ordered to collect in each of its ways, and gone without a trace."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resotoworker.test_cli_serve import Bench, bench
from tests.whole.realcore import RealCore, needs_realcore, real_core

__all__ = ["bench"]  # a fixture

PSK = "shared by both"
pytestmark = needs_realcore


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCore]:
    with real_core(tmp_path_factory.mktemp("core") / "log", PSK) as running:
        yield running


@pytest.mark.parametrize("flags", [(), ("--fork",)], ids=["threads", "fork"])
def test_collect(bench: Bench, core: RealCore, flags: tuple[str, ...]) -> None:
    program = bench.start(core.url, *flags, RESOTOWORKER_PSK=PSK)
    program.until_healthy()
    merges = core.get("/_test/state")["merges"]
    task = core.post("/_test/workflow/collect")
    program.until(lambda: core.get("/_test/state")["merges"] > merges and not core.get("/_test/state")["running_tasks"])
    state = core.get("/_test/state")
    program.process.send_signal(signal.SIGTERM)
    code = program.ends()
    assert task
    assert state["last_merge"]["ok"], state["last_merge"]
    assert "moon_rock" in {node["reported"]["kind"] for node in core.nodes()}
    assert code == 0
    assert {one["id"]: one["subscriptions"] for one in core.get("/_test/state")["subscribers"]}["worker"] == {}


def test_the_connection_breaks_during_a_collect(bench: Bench, core: RealCore) -> None:
    program = bench.start(core.url, "--moon-gate", str(bench.gate), RESOTOWORKER_PSK=PSK)
    program.until_healthy()
    core.post("/_test/workflow/collect")
    program.until(Path(f"{bench.gate}.seen").exists)
    core.post("/_test/drop_websockets")
    program.until(lambda: "trying again" in program.log.read_text())
    program.until_healthy()
    bench.gate.touch()
    program.until(lambda: not core.get("/_test/state")["running_tasks"])
    assert program.log.read_text().count("begins") == 1
    assert [task["has_error"] for task in core.get("/_test/state")["task_history"]][-1] is False
