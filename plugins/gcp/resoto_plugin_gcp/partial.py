"""Answers that are a success and yet not whole: regions or zones that did not answer Google itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from resoto_plugin_gcp.links import place
from resoto_plugin_gcp.places import ALL, Where, where

_HARMLESS = frozenset(
    {
        "",
        "NO_RESULTS_ON_PAGE",
        "DEPRECATED_RESOURCE_USED",
        "DEPRECATED_TYPE_USED",
        "EXPERIMENTAL_TYPE_USED",
        "SCHEMA_VALIDATION_IGNORED",
        "UNDECLARED_PROPERTIES",
    }
)
"""Codes of warnings that do not say that something is missing. A new one is taken to say it."""

_LISTS = ("unreachables", "unreachable", "failedLocations", "missingZones")


def unread(answer: Mapping[str, Any]) -> dict[Where, str]:
    """The places that are missing in one page of an answer, each with Google's words."""
    found: dict[Where, str] = {}
    for name in _LISTS:
        for value in answer.get(name) or ():
            found.setdefault(_named(str(value)), "it did not answer")
    for scope, code, words in _warnings(answer):
        if code not in _HARMLESS and not (scope is ALL and found):
            found[scope] = words or code
    return found


def _warnings(answer: Mapping[str, Any]) -> Iterator[tuple[Where, str, str]]:
    items = answer.get("items")
    if isinstance(items, Mapping):
        for scope, part in items.items():
            if isinstance(part, Mapping) and isinstance(part.get("warning"), Mapping):
                yield _said(part["warning"], _named(str(scope)))
    for warning in answer.get("warnings") or ():
        if isinstance(warning, Mapping):
            yield _said(warning, where(str(warning["region"])) if warning.get("region") else ALL)
    if isinstance(answer.get("warning"), Mapping):
        yield _said(answer["warning"], ALL)


def _said(warning: Mapping[str, Any], scope: Where) -> tuple[Where, str, str]:
    return scope, str(warning.get("code", "")), " ".join(str(warning.get("message", "")).split())


def _named(value: str) -> Where:
    """The place in a link, or a bare name; what is neither may be anywhere."""
    region, zone = place(value)
    if region:
        return Where(region, zone)
    return where(value) if value and "/" not in value else ALL
