"""What a cleanup did with a resource, as the core keeps it: `Result.patch` writes it, whoever tells others reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resotolib.clean.resource import Resource, parse

TASK = "cleanup_task"
"""Member of `metadata`: the run of the core's workflow that last did something with the resource."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: `at` in ISO form, `error` is what the cloud said."""

    at: str
    message: str
    error: str


@dataclass(frozen=True, slots=True)
class History:
    """What one run did with a resource, in the order of time."""

    resource: Resource
    entries: tuple[Entry, ...]


def parse_history(node: Mapping[str, Any], task: str) -> History:
    """Read what a run did from a node of a search result; entries of other runs are left out. Raises MessageError."""
    resource = parse(node)
    log = (node.get("metadata") or {}).get("event_log")
    mine = [one for one in log if isinstance(one, Mapping) and one.get("task") == task] if isinstance(log, list) else []
    entries = tuple(
        Entry(str(one.get("timestamp") or ""), str(one.get("msg") or ""), str(one.get("exception") or ""))
        for one in mine
    )
    return History(resource, entries)
