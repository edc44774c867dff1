"""What the core says about an upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resotolib.errors import MessageError


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What an upload changed in the core's graph."""

    nodes_created: int = 0
    nodes_updated: int = 0
    nodes_deleted: int = 0
    edges_created: int = 0
    edges_updated: int = 0
    edges_deleted: int = 0

    @classmethod
    def parse(cls, answer: object) -> MergeCounts:
        """Read the core's answer; raises MessageError."""
        names = cls.__dataclass_fields__
        if not isinstance(answer, Mapping) or not all(isinstance(answer.get(name, 0), int) for name in names):
            raise MessageError("the core", f"expected the counts of a merge, got {str(answer)[:200]}")
        return cls(**{name: answer.get(name, 0) for name in names})
