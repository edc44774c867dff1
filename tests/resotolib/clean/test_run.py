"""Carrying out a plan."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from resotolib.clean.deletion import Patience
from resotolib.clean.plan import make_plan
from resotolib.clean.resource import Resource
from resotolib.clean.result import MOST_EVENTS, Result
from resotolib.clean.run import Run
from resotolib.errors import GoesWith, NotPermitted, Protected, StillInUse, Throttled, Unreadable
from tests.resotolib.clean.cloud import Cloud
from tests.resotolib.clean.nodes import resource

QUICK = Patience(in_use=0.3, gone=0.3, first=0.01, most=0.05)


def clean(
    cloud: Cloud,
    resources: list[Resource],
    edges: list[tuple[str, str]] | None = None,
    stop: threading.Event | None = None,
) -> dict[str, Result]:
    """Plan and run; results by id."""
    plan = make_plan(resources, edges or [])
    run = Run(plan, {"sky": cloud}, stop or threading.Event(), pool_size=4, patience=QUICK)
    return {result.resource.id: result for result in run.results()}


def states(results: dict[str, Result]) -> dict[str, str]:
    return {name: result.state for name, result in results.items()}


def test_resources_go_in_waves_and_are_seen_to_be_gone() -> None:
    cloud = Cloud(["vpc", "subnet", "instance"], [("vpc", "subnet"), ("subnet", "instance")], slow=2)

    results = clean(
        cloud, [resource(name) for name in ("vpc", "subnet", "instance")], [("vpc", "subnet"), ("subnet", "instance")]
    )

    assert states(results) == {"vpc": "deleted", "subnet": "deleted", "instance": "deleted"}
    assert cloud.steps("delete") == ["instance", "subnet", "vpc"]
    assert cloud.resources == {}


def test_preparation_comes_right_before_its_own_deletion() -> None:
    cloud = Cloud(["a", "b"])

    clean(cloud, [resource("a"), resource("b")], [("a", "b")])

    assert [call for call in cloud.calls if call[0] != "fetch"] == [
        ("prepare", "b"),
        ("delete", "b"),
        ("prepare", "a"),
        ("delete", "a"),
    ]


def test_what_is_gone_already_counts_as_cleaned() -> None:
    results = clean(Cloud([]), [resource("a")])

    assert results["a"].state == "gone"
    assert results["a"].patch("t1")["metadata"]["cleaned"] is True


def test_dependants_of_what_fails_are_not_touched_and_say_why() -> None:
    cloud = Cloud(
        ["vpc", "subnet", "instance", "free"], faults={("delete", "instance"): [NotPermitted("instance", "no")]}
    )
    resources = [resource("vpc"), resource("subnet", clean=False), resource("instance"), resource("free")]

    results = clean(cloud, resources, [("vpc", "subnet"), ("subnet", "instance")])

    assert states(results) == {"vpc": "blocked", "instance": "failed", "free": "deleted"}
    assert "thing instance has to go first" in results["vpc"].reason
    assert "vpc" not in [name for _, name in cloud.calls]


def test_in_use_is_tried_again() -> None:
    cloud = Cloud(["a"], faults={("delete", "a"): [StillInUse("a", "wait"), Throttled("a", "slowly")]})

    assert states(clean(cloud, [resource("a")])) == {"a": "deleted"}
    assert cloud.steps("prepare") == ["a"]


def test_in_use_for_too_long_fails_and_names_what_is_not_flagged() -> None:
    cloud = Cloud(["a", "b"], [("a", "b")])

    results = clean(cloud, [resource("a"), resource("b", clean=False)], [("a", "b")])

    assert results["a"].state == "failed"
    assert "used by b (not flagged, but needs it: thing b)" in results["a"].reason
    assert "cleaned" not in results["a"].patch("t1")["metadata"]


def test_what_does_not_go_in_time_fails() -> None:
    results = clean(Cloud(["a"], slow=10_000), [resource("a")])

    assert results["a"].state == "failed"
    assert "it still exists" in results["a"].reason


def test_what_can_only_go_with_another_blocks_nothing() -> None:
    cloud = Cloud(["vpc", "group"], faults={("prepare", "group"): [GoesWith("group", "its VPC")]})

    results = clean(cloud, [resource("vpc"), resource("group")], [("vpc", "group")])

    assert states(results) == {"group": "left", "vpc": "deleted"}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"ctime": "2026-01-02T00:00:00Z"}, "it was created at 2026-01-02T00:00:00Z"),
        ({"tags": {"resoto:protected": "true"}}, "its tag resoto:protected protects it"),
        ({"tags": None}, "its tags cannot be read"),
    ],
)
def test_what_is_not_what_was_flagged_is_refused(now: dict[str, Any], words: str) -> None:
    cloud = Cloud(["a"])
    cloud.resources["a"].update(now)

    results = clean(cloud, [resource("a", reported={"ctime": "2026-01-01T00:00:00+00:00"})])

    assert results["a"].state == "refused"
    assert words in results["a"].reason
    assert cloud.steps("delete") == []


@pytest.mark.parametrize(
    "now", [{"ctime": "2026-01-01T01:00:00+01:00"}, {}, {"tags": {"resoto:protected": "false"}}, {"ctime": "yesterday"}]
)
def test_the_same_resource_in_other_words_is_deleted(now: dict[str, Any]) -> None:
    cloud = Cloud(["a"])
    cloud.resources["a"].update(now)

    results = clean(cloud, [resource("a", reported={"ctime": "2026-01-01T00:00:00.5Z"})])

    assert results["a"].state == "deleted"


def test_what_cannot_be_looked_at_again_is_refused() -> None:
    results = clean(Cloud(["a"], faults={("fetch", "a"): [Unreadable("a", "timeout")]}), [resource("a")])

    assert results["a"].state == "refused"
    assert "cannot be looked at again (a: timeout)" in results["a"].reason


def test_protection_found_by_the_plugin_is_a_refusal() -> None:
    results = clean(
        Cloud(["a"], faults={("prepare", "a"): [Protected("a", "termination protection")]}), [resource("a")]
    )

    assert results["a"].state == "refused"


def test_a_failed_look_while_waiting_is_no_failure() -> None:
    cloud = Cloud(["a"], slow=1, faults={("fetch", "a"): [None, Throttled("a", "slowly")]})

    assert states(clean(cloud, [resource("a")])) == {"a": "deleted"}


@pytest.mark.parametrize("error", [RuntimeError("bug"), SystemExit("bug")])
def test_an_unexpected_error_costs_one_resource(caplog: pytest.LogCaptureFixture, error: BaseException) -> None:
    cloud = Cloud(["a", "b"], faults={("delete", "a"): [error]})

    results = clean(cloud, [resource("a"), resource("b")])

    assert states(results) == {"a": "failed", "b": "deleted"}
    assert "bug" in caplog.text


def test_stopping_touches_nothing_that_has_not_begun() -> None:
    stop = threading.Event()
    stop.set()
    cloud = Cloud(["a", "b"])

    results = clean(cloud, [resource("a"), resource("b")], [("a", "b")], stop)

    assert states(results) == {"a": "blocked", "b": "stopped"}
    assert cloud.calls == []


def test_stopping_ends_a_wait_at_once() -> None:
    stop = threading.Event()
    cloud = Cloud(["a"], slow=10_000)
    run = Run(make_plan([resource("a")], []), {"sky": cloud}, stop, patience=Patience(first=60, most=60))
    threading.Timer(0.2, stop.set).start()

    (result,) = run.results()

    assert result.state == "stopped"
    assert cloud.steps("delete") == ["a"]


def test_the_patch_adds_to_what_the_node_has_been_through() -> None:
    old = [{"timestamp": "2026-01-01T00:00:00Z", "msg": f"event {number}", "exception": None} for number in range(200)]
    cloud = Cloud(["a"], faults={("delete", "a"): [NotPermitted("a", "denied")]})

    patch = clean(cloud, [resource("a", metadata={"event_log": old})])["a"].patch("t1")

    log = patch["metadata"]["event_log"]
    assert patch["id"] == "a"
    assert len(log) == MOST_EVENTS
    assert [entry["msg"] for entry in log[-3:]] == ["event 199", "Trying to clean up", "Failed to clean up"]
    assert log[-1]["exception"] == "a: denied"
