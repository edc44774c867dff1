"""What is on the wire: JSON, and types of edges."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

Json: TypeAlias = "dict[str, Any]"
EDGE_TYPES = frozenset({"default", "delete"})


def pack(value: object) -> str:
    """Shortest text of a value; NaN and infinity raise ValueError, since JSON has no such numbers."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: object) -> bytes:
    """The same bytes for equal values, whatever the order of their keys."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()


def section(text: str | None) -> Any:
    """A stored section; null when there is none."""
    return None if text is None else json.loads(text)
