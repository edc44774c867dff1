"""Query parameters, held against what a method takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests.fakes.gcp.document import Method
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.schema import Json

_IGNORED = frozenset({"$alt", "returnPartialSuccess", "$unique_id"})
"""What Google takes from its own clients, in the document or not."""


def read_query(method: Method, given: Iterable[tuple[str, str]], variables: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a request. Raises the API's 400 for what is unknown, ill-typed, out of range or missing."""
    query: dict[str, str] = {}
    for key, value in given:
        if key in _IGNORED:
            continue
        known = method.parameters.get(key)
        if known is None:
            words = f'Invalid JSON payload received. Unknown name "{key}": Cannot bind query parameter.'
            raise ApiError(400, words, "badRequest")
        if not _fits(known, value):
            raise ApiError(400, f"Invalid value for field '{key}': '{value}'.", "invalidParameter")
        query[key] = f"{query[key]},{value}" if known.get("repeated") and key in query else value
    if method.is_list and not method.wildcard and "-" in variables.values():
        raise ApiError(400, f"{method.id} does not take '-' for all: Google's document does not say so.", "invalid")
    for key, known in method.parameters.items():
        if known.get("required") and known.get("location") == "query" and key not in query:
            raise ApiError(400, f"Required parameter is missing: {key}", "required")
        pattern = known.get("pattern")
        if pattern and key in variables and variables[key] != "-" and not re.fullmatch(pattern, variables[key]):
            raise ApiError(400, f"Invalid value for field '{key}': '{variables[key]}'. Must match {pattern}", "invalid")
    return query


def _fits(known: Json, value: str) -> bool:
    kind = known.get("type")
    if kind == "integer":
        if not re.fullmatch(r"-?\d+", value):
            return False
        return int(known.get("minimum", value)) <= int(value) <= int(known.get("maximum", value))
    if kind == "boolean":
        return value.lower() in ("true", "false")
    return "enum" not in known or value in known["enum"]
