"""The call that lists the resources of a kind."""

from __future__ import annotations

import re
from typing import Any

from gcp_builder.documents import Document, Operation, Schema
from resotolib.errors import ModelError
from resotolib.kinds.kind import Call
from resotolib.kinds.table import Line

_NOT_ITEMS = frozenset({"unreachable", "unreachables", "warnings", "failedLocations", "missingZones"})
_PROJECT = frozenset({"project", "projectId", "projectsId", "appsId"})
_REGION = frozenset({"region", "regionId", "location", "locationId", "locationsId"})


def call(document: Document, line: Line) -> Call | None:
    """The list call of a line; None where it has none. Raises ModelError naming the option that it needs."""
    if line.operation == "-":
        return None
    operation = document.operation(line.operation)
    path = line.get("items", items(document, operation))
    if not path and "items" not in line.options:
        raise ModelError(line.where, f"{operation.name} needs items=.")
    given = line.params("params") or {}
    params = {**given, **_derived(operation, line, given)}
    return Call(document.service, operation.name, params, path)


def items(document: Document, operation: Operation) -> str:
    """Path to what a list method answers: the array called like the collection, or the only array of objects."""
    members = document.members(document.answer(operation))
    if operation.verb == "aggregatedList":
        scope = document.members(members["items"]["additionalProperties"])
        return "items.*." + next(f"{name}[]" for name, part in scope.items() if part.get("type") == "array")
    arrays = {name: part for name, part in members.items() if part.get("type") == "array" and name not in _NOT_ITEMS}
    rich = [name for name, part in arrays.items() if document.resolve(part["items"]).get("type") == "object"]
    noun = operation.collection.rpartition(".")[2]
    found = next((name for name in ("items", noun, *rich, *arrays) if name in arrays), "")
    return f"{found}[]" if found else ""


def element(document: Document, operation: Operation, path: str) -> Schema:
    """The schema of one item."""
    return document.walk(document.answer(operation), path)


def _derived(operation: Operation, line: Line, given: dict[str, Any]) -> dict[str, str]:
    """Bindings for the parameters that the table does not give. Below a parent its link says the rest."""
    needed = [name for name, part in operation.parameters.items() if part.get("required") and name not in given]
    found = {name: _binding(operation, name) for name in needed}
    if line.get("parent"):
        return {name: value for name, value in found.items() if value and name not in operation.variables}
    lacking = [name for name, value in found.items() if not value]
    if lacking:
        raise ModelError(line.where, f"{operation.name} needs params= or parent= ({', '.join(lacking)}).")
    return found


def _binding(operation: Operation, name: str) -> str:
    pattern = operation.parameters[name].get("pattern", "")
    steps = re.sub(r"\[\^/\]\+", "*", pattern.strip("^$")).split("/")
    if pattern.startswith("^") and len(steps) > 1:
        return _path(steps, wildcard=operation.wildcard)
    if name in _PROJECT:
        return "$account"
    return "$region" if name in _REGION else ""


def _path(steps: list[str], *, wildcard: bool) -> str:
    """The name of a project or a place in it, where a parameter takes that."""
    if steps in (["projects", "*"], ["*", "*"]):
        return "projects/{$account}"
    if steps == ["projects", "*", "locations", "*"]:
        return "projects/{$account}/locations/" + ("-" if wildcard else "{$region}")
    if steps[:2] == ["projects", "*"] and "*" not in steps[2:]:
        return "/".join(["projects", "{$account}", *steps[2:]])
    return ""
