"""What became of a resource that was to be deleted, and how the core is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from resotolib.clean.history import TASK
from resotolib.clean.resource import Resource

State = Literal["deleted", "gone", "left", "refused", "blocked", "failed", "stopped"]
"""deleted: by us, seen to be gone. gone: was not there any more. left: goes with another resource.

refused: must not be deleted. blocked: not touched, since another resource has to go first and did not.
failed: the cloud did not do it, or not in time. stopped: the worker had to end.
"""

MOST_EVENTS = 100  # kept on a node


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a resource; `error` is what the cloud said."""

    at: datetime
    message: str
    error: str = ""

    def to_json(self, task: str) -> dict[str, Any]:
        """As the core keeps it; `task`: the run that it happened in."""
        moment = f"{self.at:%Y-%m-%dT%H:%M:%SZ}"
        return {"timestamp": moment, "msg": self.message, "exception": self.error or None, "task": task}


def event(message: str, error: str = "") -> Event:
    """An event that happens now."""
    return Event(datetime.now(timezone.utc), message, error)


@dataclass(frozen=True, slots=True)
class Result:
    """The end of one resource. `reason` is a sentence, "" when it was deleted."""

    resource: Resource
    state: State
    reason: str = ""
    events: tuple[Event, ...] = ()

    @property
    def cleaned(self) -> bool:
        """Whether the resource is known not to exist."""
        return self.state in ("deleted", "gone")

    @property
    def blocks(self) -> bool:
        """Whether what can only go after this resource must stay too."""
        return self.state in ("refused", "blocked", "failed", "stopped")

    def __str__(self) -> str:
        return f"{self.resource}: {self.state}" + (f", {self.reason}" if self.reason else "")

    def patch(self, task: str) -> dict[str, Any]:
        """The change of the node at the core; `task`: the run of the core's workflow."""
        metadata = self.resource.node.get("metadata")
        known = metadata.get("event_log") if isinstance(metadata, Mapping) else None
        entries = [*(known if isinstance(known, list) else []), *(entry.to_json(task) for entry in self.events)]
        change: dict[str, Any] = {"event_log": entries[-MOST_EVENTS:], TASK: task}
        if self.cleaned:
            change["cleaned"] = True
        return {"id": self.resource.id, "metadata": change}
