"""What was read, what was not, and why: per region and kind of one scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from resotolib.errors import (
    CollectError,
    NotAuthenticated,
    NotAvailable,
    NotPermitted,
    ScopeTimeout,
    Stopped,
    Throttled,
)


class Outcome(str, Enum):
    """How the reading of one kind in one region ended."""

    COMPLETE = "complete"  # everything there is was read
    ABSENT = "absent"  # there is nothing to read: the service is not offered or not switched on here
    UNREAD = "unread"  # something may exist that was not read
    EXCLUDED = "excluded"  # not asked for


class Cause(str, Enum):
    """Why something is unread."""

    DENIED = "denied"
    THROTTLED = "throttled"
    FAILED = "failed"
    TIMEOUT = "timeout"
    STOPPED = "stopped"
    NOT_AUTHENTICATED = "not_authenticated"


EVERYWHERE = "*"
"""In place of a region: all of them, those included that the collector has not found."""


OTHERS = "*"
"""In place of a kind: all kinds of the cloud that no other reading of the scope names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome for one kind in one region, with the reason and what to do about it.

    `region` may be EVERYWHERE, for what is read in one go, and `kind` OTHERS, for what was not even looked at.
    `zone` narrows it to one zone of the region.
    """

    region: str
    kind: str
    outcome: Outcome
    cause: Cause | None = None
    reason: str = ""
    zone: str = ""

    @property
    def place(self) -> str:
        """Where, for people."""
        return self.zone or ("all regions" if self.region == EVERYWHERE else self.region)

    def covers(self, kind: str, region: str, zone: str) -> bool:
        """Whether it speaks of resources of a kind that lie in this region and zone ("" for none)."""
        return self.kind == kind and self.region in (EVERYWHERE, region) and self.zone in ("", zone)


_CAUSES: tuple[tuple[type[CollectError], Cause], ...] = (
    (NotPermitted, Cause.DENIED),
    (Throttled, Cause.THROTTLED),
    (NotAuthenticated, Cause.NOT_AUTHENTICATED),
    (ScopeTimeout, Cause.TIMEOUT),
    (Stopped, Cause.STOPPED),
)


def reading_of(region: str, kind: str, error: CollectError, zone: str = "") -> Reading:
    """What an error means for the completeness of a kind in a place: unread, or absent by configuration."""
    if isinstance(error, NotAvailable):
        return Reading(region, kind, Outcome.ABSENT, None, str(error), zone)
    cause = next((cause for type_, cause in _CAUSES if isinstance(error, type_)), Cause.FAILED)
    return Reading(region, kind, Outcome.UNREAD, cause, str(error), zone)


def raise_if_ending(errors: Iterable[CollectError]) -> None:
    """Raise what ends the whole scope, wherever on the way it was taken for a problem of one kind."""
    for error in errors:
        if isinstance(error, (Stopped, ScopeTimeout)):
            raise error


class Completeness:
    """The readings of one scope.

    The worst outcome of a (region, zone, kind) stands: a detail that was denied makes the kind unread.
    """

    _RANK = (Outcome.EXCLUDED, Outcome.ABSENT, Outcome.COMPLETE, Outcome.UNREAD)

    def __init__(self, readings: Iterable[Reading] = ()) -> None:
        self._readings: dict[tuple[str, str, str], Reading] = {}
        for reading in readings:
            self.record(reading)

    def record(self, reading: Reading) -> None:
        """Keep `reading` unless a worse one of the same place and kind is known."""
        key = (reading.region, reading.zone, reading.kind)
        known = self._readings.get(key)
        if known is None or self._RANK.index(reading.outcome) > self._RANK.index(known.outcome):
            self._readings[key] = reading

    def __iter__(self) -> Iterator[Reading]:
        return iter(self._readings.values())

    def __len__(self) -> int:
        return len(self._readings)

    def unread(self) -> tuple[Reading, ...]:
        """What was not read although it was asked for."""
        return tuple(r for r in self if r.outcome is Outcome.UNREAD)

    def to_keep(self) -> tuple[Reading, ...]:
        """What the core must keep as it is: unread or excluded."""
        return tuple(r for r in self if r.outcome in (Outcome.UNREAD, Outcome.EXCLUDED))
