"""What is deleted and can still be looked at: Google remembers it for a time, and lists it only when asked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.gcp.call import Call
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import CREATED_UTC
from tests.fakes.gcp.store import Resource

_MARKS: Sequence[tuple[str, Any]] = (
    ("state", "DELETED"),
    ("lifecycleState", "DELETE_REQUESTED"),
    ("deleted", True),
    ("deleteTime", CREATED_UTC),
)
"""Members by which resources say that they are deleted, and with what."""

_SHOW = ("showDeleted", "showDeletedKeys")
"""Parameters of lists by which what is deleted is asked for."""


def remembered(call: Call, resource: Resource) -> Json | None:
    """What a resource says of itself once it is deleted; None where it is forgotten at once.

    It is remembered where it could be brought back, if its schema has a way of saying that it is deleted.
    """
    undelete = f"{call.method.id.rpartition('.')[0]}.undelete"
    if all(method.id != undelete for method in call.document.methods):
        return None
    members = call.document.schemas.properties({"$ref": resource.kind})
    marks = (mark for mark in _MARKS if mark[0] in members and mark[1] in members[mark[0]].get("enum", [mark[1]]))
    mark = next(marks, None)
    return {**resource.body, mark[0]: mark[1]} if mark else None


def is_remembered(body: Mapping[str, Any]) -> bool:
    """Whether a resource says that it is deleted, or on the way to it for good."""
    marked = any(body.get(name) == value for name, value in _MARKS if name != "deleteTime")
    return marked or bool(body.get("deleteTime")) or body.get("state") in ("DESTROY_SCHEDULED", "DESTROYED")


def shown(call: Call, rows: list[Resource]) -> list[Resource]:
    """Of what is in a collection that which its list shows."""
    asked = [name for name in _SHOW if name in call.method.parameters]
    if not asked or call.query.get(asked[0]) == "true":
        return rows
    return [row for row in rows if not is_remembered(row.body)]
