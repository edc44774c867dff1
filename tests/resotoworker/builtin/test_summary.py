"""What the log says at the end of a collect action."""

from __future__ import annotations

import logging

import pytest

from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotoworker.builtin.summary import MOST_LINES, resoto_collected

ACTION = Action("collect", "task-1", "collect")


def unread(region: str, kind: str) -> Reading:
    return Reading(region, kind, Outcome.UNREAD, Cause.DENIED, "not allowed")


def said(caplog: pytest.LogCaptureFixture, *segments: Segment) -> list[tuple[str, str]]:
    with caplog.at_level(logging.INFO):
        resoto_collected(ACTION, segments, [])
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def test_one_line_adds_up_all_accounts(caplog: pytest.LogCaptureFixture) -> None:
    segments = [Segment(Scope("sky", str(number), ""), nodes=10, edges=20, calls=5) for number in range(3)]

    assert said(caplog, *segments) == [
        ("INFO", "collect of task task-1 is done: 3 accounts, 30 resources, 60 edges, 15 API calls")
    ]


def test_a_failed_account_has_a_line(caplog: pytest.LogCaptureFixture) -> None:
    lines = said(caplog, Segment(Scope("sky", "1", "one"), error="its process ended with SIGKILL"))

    assert ("ERROR", "sky:1 (one) failed: its process ended with SIGKILL") in lines


def test_what_is_unread_is_a_table_with_a_row_for_all_regions(caplog: pytest.LogCaptureFixture) -> None:
    readings = (
        *(unread("north", "sky_vm"), unread("south", "sky_vm"), unread("north", "sky_network")),
        Reading("north", "sky_vpc", Outcome.COMPLETE),
    )

    lines = said(caplog, Segment(Scope("sky", "1", ""), readings=readings))

    assert lines[1:] == [
        ("WARNING", "not read of  kind         regions  cause   reason"),
        ("WARNING", "sky:1        sky_vm       2        denied  not allowed"),
        ("WARNING", "sky:1        sky_network  1        denied  not allowed"),
    ]


def test_the_log_is_not_flooded(caplog: pytest.LogCaptureFixture) -> None:
    readings = tuple(unread("north", f"sky_{number}") for number in range(MOST_LINES + 7))

    lines = said(caplog, Segment(Scope("sky", "1", ""), readings=readings))

    assert len(lines) == 1 + 1 + MOST_LINES + 1
    assert lines[-1] == ("WARNING", "7 more are not read: the status page lists them")
