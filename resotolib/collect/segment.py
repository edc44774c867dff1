"""What comes out of collecting one scope: a file of nodes and edges, and the facts about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from resotolib.collect.completeness import Reading
from resotolib.collect.scope import Message, Scope


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
