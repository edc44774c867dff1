"""What Google says when something cannot be changed or deleted, translated into our errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from resoto_plugin_gcp.errors import Refused, Said
from resotolib.errors import CollectError, GoesWith, NotFound, Protected, ResotoError, StillInUse

_IN_USE = frozenset(
    {
        "resourceInUseByAnotherResource",
        "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
        "resourceInUse",
        "RESOURCE_IN_USE",
        "resourceNotReady",
        "RESOURCE_NOT_READY",
        "containerNotEmpty",
        "operationInProgress",
        "OPERATION_IN_PROGRESS",
        "failedPrecondition",
        "FAILED_PRECONDITION",
    }
)
_PROTECTED = re.compile(r"\b(deletion|delete|drop)[ -]?protect|\bprotected\b|\blien\b", re.IGNORECASE)
_WITH_NETWORK = re.compile(
    r"\broute\b.*cannot be deleted|cannot delete .*\b(default|local|subnet)\b.*\broute", re.IGNORECASE
)

_OF_ZONE = "invalidZoneApex"
"""Why the records stay that a DNS zone cannot be without."""


@contextmanager
def refused(name: str) -> Iterator[None]:
    """Turns what reading means by an error into what changing means by it, for the resource `name`."""
    try:
        yield
    except CollectError as error:
        meant = meaning(error, name)
        if meant is error:
            raise
        raise meant from error


def meaning(error: CollectError, name: str) -> ResotoError:
    """What an error means for the resource `name`.

    NotFound: it does not exist. StillInUse: something needs it, now. Protected: it is switched on that it stays.
    GoesWith: Google deletes it with its network, or its zone. Everything else is what it means for reading.
    """
    cause = error.__cause__
    if not isinstance(cause, Refused):
        return error
    return _meaning(cause.said, name) or error


def is_stale(error: BaseException | None) -> bool:
    """Whether somebody else has changed the resource since it was read."""
    return isinstance(error, Refused) and error.said.status == 412


def _meaning(said: Said, name: str) -> ResotoError | None:
    if said.missing:
        return NotFound(name, str(said))
    if said.status not in (400, 403, 409, 412):
        return None
    whole = _goes_with(said)
    if whole:
        return GoesWith(name, f"{whole} ({said})")
    if _PROTECTED.search(said.message):
        return Protected(name, str(said))
    if said.status == 409 or not said.reasons.isdisjoint(_IN_USE):
        return StillInUse(name, str(said))
    return None


def _goes_with(said: Said) -> str:
    """What a resource is deleted with that cannot be deleted alone, if it is one."""
    if _WITH_NETWORK.search(said.message):
        return "its network"
    return "its zone" if _OF_ZONE in said.reasons else ""
