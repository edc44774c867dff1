"""What stands when a kind is read in several steps."""

from __future__ import annotations

import itertools

import pytest

from resotolib.collect.completeness import Cause, Completeness, Outcome, Reading


def reading(outcome: Outcome, kind: str = "aws_vpc", region: str = "north") -> Reading:
    return Reading(region, kind, outcome, Cause.DENIED if outcome is Outcome.UNREAD else None, outcome.value)


@pytest.mark.parametrize("outcomes", list(itertools.permutations(Outcome)))
def test_the_worst_outcome_stands_whatever_the_order(outcomes: tuple[Outcome, ...]) -> None:
    (stands,) = Completeness(map(reading, outcomes))
    assert stands.outcome is Outcome.UNREAD


def test_regions_and_kinds_are_kept_apart() -> None:
    found = Completeness(
        [reading(Outcome.UNREAD), reading(Outcome.COMPLETE, region="south"), reading(Outcome.COMPLETE, "aws_elb")]
    )
    assert len(found) == 3
    assert found.unread() == (reading(Outcome.UNREAD),)


def test_unread_and_excluded_is_what_the_core_has_to_keep() -> None:
    found = Completeness(reading(outcome, outcome.value) for outcome in Outcome)
    assert {one.kind for one in found.to_keep()} == {"unread", "excluded"}
