"""Further actions, which plugins do."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from resotolib.actions import ActionHandler, ActionRun
from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotolib.core.reporter import Outcome
from resotolib.errors import CoreUnreachable, ScopeTimeout, Stopped
from resotoworker.actions import PluginActions
from tests.resotoworker.sky import GRAPH, Told


def fails(run: ActionRun) -> Outcome:
    raise CoreUnreachable(run.core.address, "nobody answers")


def breaks(run: ActionRun) -> Outcome:
    raise ZeroDivisionError(run.graph)


def exits(run: ActionRun) -> Outcome:
    sys.exit(f"cannot go on in {run.graph}")


def works(run: ActionRun) -> Outcome:
    (run.folder / "was here").touch()
    return Outcome(summary="all is well")


@pytest.fixture
def act(tmp_path: Path) -> Callable[..., Outcome]:
    def act(*handlers: tuple[str, Callable[[ActionRun], Outcome]]) -> Outcome:
        def folder(name: str) -> Path:
            (tmp_path / name).mkdir(exist_ok=True)
            return tmp_path / name

        told = Told()
        named = [(name, ActionHandler("post_cleanup", handle)) for name, handle in handlers]
        with Core("http://127.0.0.1:1", Credentials(None)) as core:
            return PluginActions(named, core, GRAPH, folder, 60)(told.action, told.reporter)

    return act


def test_all_plugins_are_asked_whatever_becomes_of_one(act: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = act(("a", fails), ("b", breaks), ("x", exits), ("c", works))

    assert outcome.summary == "c: all is well"
    assert "a: Core at http://127.0.0.1:1 cannot be reached" in outcome.error
    assert f"b: ZeroDivisionError: {GRAPH}" in outcome.error
    assert f"x: SystemExit: cannot go on in {GRAPH}" in outcome.error
    assert (tmp_path / "plugin-c" / "was here").exists()


def test_an_action_ends_when_it_is_told_to_or_time_is_over(tmp_path: Path) -> None:
    told = Told()
    with Core("http://127.0.0.1:1", Credentials(None)) as core:
        run = ActionRun(told.action, told.reporter, core, GRAPH, tmp_path, timeout=5)
    run.stop_if_told()

    with pytest.raises(ScopeTimeout, match="5 seconds"):
        replace(run, begun=time.monotonic() - 6).stop_if_told()
    told.reporter.stop.set()
    with pytest.raises(Stopped):
        run.stop_if_told()
