"""The IAM permissions that calls need: `<service>.<resource>.<verb>`, but for the exceptions below."""

from __future__ import annotations

from collections.abc import Iterable

from resotolib.kinds.kind import Call

_VERBS = {
    "aggregatedList": "list",
    "patch": "update",
    "search": "list",
    "setResourceLabels": "update",
    "listDocuments": "list",
    "listCollectionIds": "list",
}


def permission(service: str, operation: str) -> str:
    """The permission for a method."""
    collection, _, verb = operation.rpartition(".")
    return f"{service}.{collection.rpartition('.')[2]}.{_VERBS.get(verb, verb)}"


def permissions(calls: Iterable[Call | None]) -> tuple[str, ...]:
    """The permissions for those calls that there are, sorted."""
    return tuple(sorted({permission(call.service, call.operation) for call in calls if call is not None}))
