"""The record of runs: what is filled in from many threads comes out whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from resotolib.collect.completeness import Outcome, Reading
from resotolib.collect.scope import Message, Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotoworker.builtin.status import Run, RunStatus

ACTION = Action("collect", "task-1", "collect")
SCOPE = Scope("sky", "1", "one")
UNREAD = (Reading("north", "sky_vm", Outcome.UNREAD),)


def run_of(status: RunStatus) -> Run:
    run = status.snapshot()
    assert run is not None
    return run


def test_there_is_no_run_before_the_first() -> None:
    status = RunStatus()

    status.message(Message("info", "early"))
    status.end()

    assert status.snapshot() is None


def test_progress_of_many_threads_adds_up() -> None:
    status = RunStatus()
    status.begin(ACTION, [SCOPE])

    with ThreadPoolExecutor(8) as threads:
        for _ in range(500):
            threads.submit(status.progress, SCOPE, nodes=2, calls=1)

    (scope,) = run_of(status).scopes
    assert (scope.state, scope.nodes, scope.calls) == ("running", 1000, 500)


def test_calls_of_a_scope_that_died_are_those_it_told() -> None:
    status = RunStatus()
    status.begin(ACTION, [SCOPE])
    status.progress(SCOPE, calls=40)

    status.finished(Segment(SCOPE, error="its process ended"))

    assert status.totals().calls["sky",] == 40


def test_progress_that_comes_late_changes_nothing() -> None:
    status = RunStatus()
    status.begin(ACTION, [SCOPE])
    status.finished(Segment(SCOPE, nodes=3, calls=5))

    status.progress(SCOPE, nodes=100, calls=100)

    (scope,) = run_of(status).scopes
    assert (scope.state, scope.nodes, scope.calls) == ("done", 3, 5)


@pytest.mark.parametrize(
    ("segments", "error", "outcome"),
    [
        ([], "", "done"),
        ([Segment(SCOPE)], "", "done"),
        ([Segment(SCOPE, readings=UNREAD)], "", "partial"),
        ([Segment(SCOPE, error="x")], "", "failed"),
        ([Segment(SCOPE, error="x"), Segment(Scope("sky", "2", ""))], "", "partial"),
        ([Segment(SCOPE)], "the core is gone", "failed"),
    ],
)
def test_a_run_is_as_good_as_its_scopes(segments: list[Segment], error: str, outcome: str) -> None:
    status = RunStatus()
    status.begin(ACTION)
    for segment in segments:
        status.finished(segment)

    status.end(error=error)

    assert run_of(status).outcome == outcome


def test_the_next_run_takes_the_place_of_the_last_and_totals_stay() -> None:
    status = RunStatus()
    status.begin(ACTION, [SCOPE])
    status.finished(Segment(SCOPE, nodes=3))
    status.end()

    status.begin(Action("cleanup", "task-2", "cleanup"))

    assert (run_of(status).action, run_of(status).scopes) == ("cleanup", ())
    assert status.totals().nodes["sky",] == 3


def test_what_was_handed_out_does_not_change() -> None:
    status = RunStatus()
    status.begin(ACTION, [SCOPE])
    before, totals = run_of(status), status.totals()

    status.finished(Segment(SCOPE, nodes=3))

    assert before.scopes[0].nodes == 0
    assert not totals.nodes
