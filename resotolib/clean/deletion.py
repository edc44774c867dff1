"""The deletion of one resource: look again, prepare, delete, wait until it is gone."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from resotolib.clean.resource import Resource
from resotolib.clean.result import Event, Result, State, event
from resotolib.collect.collector import Writer
from resotolib.errors import (
    CleanError,
    CollectError,
    GoesWith,
    NotAuthenticated,
    NotPermitted,
    Protected,
    StillInUse,
    StillThere,
    Stopped,
    Throttled,
    Unsupported,
)

log = logging.getLogger(__name__)

PROTECTING_TAG = "resoto:protected"
"""A resource with this tag is not deleted, unless its value is `false`."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one resource is waited for, in seconds.

    `in_use`: while the cloud says that something else needs it. `gone`: from the call until it does not exist.
    Looks again after `first`, then after twice as long each time, but not more than `most`.
    """

    in_use: float = 300.0
    gone: float = 1200.0
    first: float = 1.0
    most: float = 15.0

    def delays(self) -> Iterator[float]:
        """The pauses."""
        delay = self.first
        while True:
            yield delay
            delay = min(2 * delay, self.most)


@dataclass(slots=True, eq=False)
class Deletion:
    """One resource being deleted. `needed_by` names what is known to hold on to it, for the message if it stays."""

    resource: Resource
    writer: Writer
    patience: Patience
    stop: threading.Event
    needed_by: str = ""

    def run(self) -> Result:
        """Delete it. Never raises: what went wrong is in the result."""
        events: list[Event] = []
        state, reason = self._guarded(events)
        if reason or state != "deleted":
            events.append(event(_SENTENCES[state], reason))
        return Result(self.resource, state, reason, tuple(events))

    def _guarded(self, events: list[Event]) -> tuple[State, str]:
        try:
            return self._steps(events), ""
        except Stopped as error:
            return "stopped", str(error)
        except (Protected, Unsupported) as error:
            return "refused", str(error)
        except GoesWith as error:
            return "left", str(error)
        except (CleanError, CollectError) as error:
            return "failed", str(error)
        except BaseException as error:  # one resource of many, and plugins may call sys.exit: the others go on
            log.exception("Deleting %s failed unexpectedly.", self.resource)
            return "failed", f"unexpected {type(error).__name__}: {error}"

    def _steps(self, events: list[Event]) -> State:
        if not self._still_the_same():
            return "gone"
        events.append(event("Trying to clean up"))
        self._insist(self.writer.prepare)
        self._insist(self.writer.delete)
        self._wait_until_gone()
        events.append(event("Cleaned up"))
        return "deleted"

    def _still_the_same(self) -> bool:
        """Whether the resource exists; it was flagged hours ago. Raises `Protected` when it is not what was flagged."""
        if self.stop.is_set():
            raise Stopped(self.resource.name)
        try:
            now = self.writer.fetch(self.resource.node)
        except CollectError as error:
            raise Protected(self.resource.name, f"it cannot be looked at again ({error})") from error
        if now is None:
            return False
        reason = _changed(self.resource.node.get("reported", {}), now) or _protection(now)
        if reason:
            raise Protected(self.resource.name, reason)
        return True

    def _insist(self, step: Callable[[Mapping[str, Any]], None]) -> None:
        """Do a step again while the cloud says that the resource is in use, or that we are too fast."""
        end = time.monotonic() + self.patience.in_use
        for delay in self.patience.delays():
            try:
                return step(self.resource.node)
            except (StillInUse, Throttled) as error:
                if time.monotonic() + delay > end:
                    raise self._explained(error) from error
            self._pause(delay)
        return None

    def _explained(self, error: StillInUse | Throttled) -> Exception:
        if isinstance(error, StillInUse) and self.needed_by:
            return StillInUse(error.args[0], f"{error.args[-1]} (not flagged, but needs it: {self.needed_by})")
        return error

    def _wait_until_gone(self) -> None:
        end = time.monotonic() + self.patience.gone
        reason = "it still exists"
        for delay in self.patience.delays():
            try:
                if self.writer.fetch(self.resource.node) is None:
                    return
            except (NotPermitted, NotAuthenticated):
                raise
            except CollectError as error:
                reason = str(error)
            if time.monotonic() + delay > end:
                raise StillThere(self.resource.name, round(self.patience.gone), reason)
            self._pause(delay)

    def _pause(self, delay: float) -> None:
        if self.stop.wait(delay):
            raise Stopped(self.resource.name)


_SENTENCES: Mapping[State, str] = {
    "gone": "Did not exist any more",
    "left": "Left to the resource that it goes with",
    "refused": "Refused to clean up",
    "failed": "Failed to clean up",
    "stopped": "Did not see the end of the clean-up",
}


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What shows that another resource has taken the name or id since."""
    then, new = _moment(before.get("ctime")), _moment(now.get("ctime"))
    if then is None or new is None or abs((then - new).total_seconds()) < 1:
        return ""
    return f"it was created at {new:%Y-%m-%dT%H:%M:%SZ}, the flagged one at {then:%Y-%m-%dT%H:%M:%SZ}"


def _protection(now: Mapping[str, Any]) -> str:
    tags = now.get("tags")
    if not isinstance(tags, Mapping):
        return "its tags cannot be read, and one of them may protect it"
    value = tags.get(PROTECTING_TAG)
    return "" if value in (None, "false") else f"its tag {PROTECTING_TAG} protects it"


def _moment(value: object) -> datetime | None:
    """A time as the core or a plugin writes it; 3.10 cannot read the `Z`."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
