"""What stands when a kind is read in several steps."""

from __future__ import annotations

import itertools

import pytest

from resotolib.collect.completeness import (
    EVERYWHERE,
    Cause,
    Completeness,
    Outcome,
    Reading,
    raise_if_ending,
    reading_of,
)
from resotolib.errors import (
    CollectError,
    NotAuthenticated,
    NotAvailable,
    NotPermitted,
    ScopeTimeout,
    Stopped,
    Throttled,
    Unreadable,
)


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


def test_a_zone_is_kept_apart_from_its_region() -> None:
    """That one zone was not read makes neither the region unread nor the rest."""
    zone = Reading("north", "aws_vpc", Outcome.UNREAD, Cause.FAILED, "no answer", "north-a")

    found = Completeness([reading(Outcome.COMPLETE, region=EVERYWHERE), zone])

    assert found.to_keep() == (zone,)


@pytest.mark.parametrize(
    ("region", "zone", "covered"),
    [
        (EVERYWHERE, "", {("north", "north-a"), ("north", ""), ("south", ""), ("", "")}),
        ("north", "", {("north", "north-a"), ("north", "")}),
        ("north", "north-a", {("north", "north-a")}),
    ],
)
def test_a_reading_covers_what_lies_in_its_place(region: str, zone: str, covered: set[tuple[str, str]]) -> None:
    one = Reading(region, "aws_vpc", Outcome.UNREAD, Cause.FAILED, "", zone)
    places = [("north", "north-a"), ("north", ""), ("south", ""), ("", "")]

    assert {place for place in places if one.covers("aws_vpc", *place)} == covered
    assert not one.covers("aws_elb", "north", "north-a")


@pytest.mark.parametrize(
    ("one", "words"), [(("north", "north-a"), "north-a"), (("north", ""), "north"), ((EVERYWHERE, ""), "all regions")]
)
def test_a_place_is_named_for_people(one: tuple[str, str], words: str) -> None:
    assert Reading(one[0], "aws_vpc", Outcome.COMPLETE, zone=one[1]).place == words


@pytest.mark.parametrize(
    ("error", "outcome", "cause"),
    [
        (NotAvailable("it", "off"), Outcome.ABSENT, None),
        (NotPermitted("it", "no"), Outcome.UNREAD, Cause.DENIED),
        (Throttled("it", "slow"), Outcome.UNREAD, Cause.THROTTLED),
        (NotAuthenticated("it", "who"), Outcome.UNREAD, Cause.NOT_AUTHENTICATED),
        (ScopeTimeout("it", 7), Outcome.UNREAD, Cause.TIMEOUT),
        (Stopped("it"), Outcome.UNREAD, Cause.STOPPED),
        (Unreadable("it", "what"), Outcome.UNREAD, Cause.FAILED),
    ],
)
def test_what_an_error_means(error: CollectError, outcome: Outcome, cause: Cause | None) -> None:
    assert reading_of("north", "aws_vpc", error) == Reading("north", "aws_vpc", outcome, cause, str(error))


def test_what_ends_a_scope_is_raised_wherever_it_is_found() -> None:
    raise_if_ending([Unreadable("it", "what")])

    with pytest.raises(Stopped):
        raise_if_ending([Unreadable("it", "what"), Stopped("it")])
