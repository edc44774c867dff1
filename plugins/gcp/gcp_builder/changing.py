"""The calls that set labels and delete. Which resource they mean, its link says: the path is matched against it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gcp_builder.documents import Document, Operation, Schema
from resotolib.errors import ModelError
from resotolib.kinds.kind import Call, Deletion, Property, Tags
from resotolib.kinds.table import Line

_LABELS = ("labels", "resourceLabels")
_STATES, _DELETED_AT = ("state", "status"), "deleteTime"
_DELETED = frozenset({"DELETED", "STATE_DELETED"})
_SETTERS = ("setLabels", "setResourceLabels", "patch", "update")


def deletion(
    document: Document, line: Line, listing: Operation | None, element: Schema, properties: Iterable[Property]
) -> Deletion | None:
    """How a resource is deleted; None when the API has no such method."""
    derived = f"{listing.collection}.delete" if listing else ""
    name = line.get("delete", derived if derived in document.operations else "")
    if not name:
        return None
    document.operation(name)
    params = line.params("delete_params") or {}
    gone_property, values = _gone(document, line, element, properties)
    return Deletion(Call(document.service, name, params), line.get("pre"), gone_property, values)


def _gone(
    document: Document, line: Line, element: Schema, properties: Iterable[Property]
) -> tuple[str, tuple[str, ...]]:
    """The property that says that a resource is only remembered, and the values by which it does; of most none does."""
    if told := line.get("gone"):
        name, _, values = told.partition(":")
        return name, tuple(values.split(","))
    members = document.members(element)
    found = {
        name: tuple(value for value in document.resolve(members[name]).get("enum", ()) if value in _DELETED)
        for name in _STATES
        if name in members
    }
    if _DELETED_AT in members:
        found[_DELETED_AT] = ("*",)
    named = {one.path: one.name for one in properties}
    return next(((named[name], values) for name, values in found.items() if values and name in named), ("", ()))


def label_path(document: Document, line: Line, element: Schema) -> str:
    """Path to the labels in an item; "" when it has none."""
    members = document.members(element)
    return line.get("labels", next((name for name in _LABELS if "additionalProperties" in members.get(name, {})), ""))


def labels(document: Document, line: Line, listing: Operation | None, path: str) -> Tags | None:
    """Where the labels are, and the call that sets them all at once. Raises ModelError when it cannot be derived."""
    if not path:
        return None
    name = line.get("label", _setter(document, listing, path))
    if not name or listing is None:
        return Tags(path, "map")
    operation = document.operation(name)
    params = line.params("label_params")
    if params is None:
        params = _body(document, line, operation, path)
    getter = f"{listing.collection}.get"
    read = Call(document.service, getter, {}, path) if getter in document.operations else None
    return Tags(path, "map", read, Call(document.service, name, params))


def _setter(document: Document, listing: Operation | None, path: str) -> str:
    """The method that sets labels: its own, or one that changes the resource and takes its labels.

    One that replaces the whole resource would take everything else away.
    """
    if listing is None:
        return ""
    for verb in _SETTERS:
        operation = document.operations.get(f"{listing.collection}.{verb}")
        if operation is None or operation.http == "PUT":
            continue
        if operation.request and path.partition(".")[0] in document.members({"$ref": operation.request}):
            return operation.name
    return ""


def _body(document: Document, line: Line, operation: Operation, path: str) -> dict[str, Any]:
    members = document.members({"$ref": operation.request})
    first, _, rest = path.partition(".")
    if first not in members:
        raise ModelError(line.where, f"{operation.name} takes no {first}: say label_params, or label=-.")
    body: dict[str, Any] = {first: {rest: "$tags"} if rest else "$tags"}
    if "labelFingerprint" in members and operation.verb.startswith("set"):
        body["labelFingerprint"] = "$reported.label_fingerprint"
    return {**({"updateMask": path} if "updateMask" in operation.parameters else {}), **body}
