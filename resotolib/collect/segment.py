"""What comes out of collecting one scope: a file of nodes and edges, and the facts about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from resotolib.collect.completeness import Outcome, Reading
from resotolib.collect.scope import Message, Scope

Result = Literal["done", "partial", "failed"]
"""done: everything that was asked for was read; partial: some of it; failed: nothing."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The result of one scope; small and picklable, the nodes stay on disk.

    `path`: NDJSON in the core's upload format, account marked as merge root; "" when there is nothing to send.
    `kinds`: number of nodes by kind. `error`: why the scope failed as a whole, "" if it did not. `seconds`: wall time.
    """

    scope: Scope
    path: str = ""
    nodes: int = 0
    edges: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    messages: tuple[Message, ...] = ()
    calls: int = 0
    seconds: float = 0.0
    error: str = ""

    @property
    def result(self) -> Result:
        """How the scope ended."""
        if self.error:
            return "failed"
        unread = any(reading.outcome is Outcome.UNREAD for reading in self.readings)
        return "partial" if unread or any(message.level == "error" for message in self.messages) else "done"


def together(results: Iterable[str], messages: Iterable[Message] = ()) -> Result:
    """How a run ended that has these scopes, and messages that belong to none of them."""
    found = set(results)
    if found == {"failed"}:
        return "failed"
    errors = any(message.level == "error" for message in messages)
    return "done" if found <= {"done"} and not errors else "partial"
