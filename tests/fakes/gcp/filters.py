"""Filter expressions, as far as collectors use them: comparisons joined by AND."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.schema import Json

_TERM = re.compile(r"""\s*([\w.\-"]+)\s*(!=|>=|<=|=|:|>|<|\beq\b|\bne\b)\s*("[^"]*"|'[^']*'|[^\s()"']+)\s*""")

_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    "eq": lambda value, wanted: re.fullmatch(wanted, value) is not None,
    "ne": lambda value, wanted: re.fullmatch(wanted, value) is None,
    ":": lambda value, wanted: wanted in ("*", "") or wanted.rstrip("*").lower() in value.lower(),
    ">": lambda value, wanted: value > wanted,
    "<": lambda value, wanted: value < wanted,
    ">=": lambda value, wanted: value >= wanted,
    "<=": lambda value, wanted: value <= wanted,
}


def matcher(expression: str) -> Callable[[Json], bool]:
    """Whether a body is what the expression asks for. Raises the API's 400 for one that cannot be read."""
    terms = []
    rest = re.sub(r"\bAND\b", " ", expression).replace("(", " ").replace(")", " ")
    while rest.strip():
        found = _TERM.match(rest)
        if not found:
            raise ApiError(
                400, f"Invalid value for field 'filter': '{expression}'. Invalid list filter expression.", "invalid"
            )
        terms.append((found[1].replace('"', ""), found[2], found[3].strip("\"'")))
        rest = rest[found.end() :]
    return lambda body: all(_holds(body, *term) for term in terms)


def _holds(body: Json, path: str, comparison: str, wanted: str) -> bool:
    value = _at(body, path)
    if value is None:
        return comparison in ("!=", "ne")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _COMPARISONS[comparison](text, wanted)


def _at(body: Json, path: str) -> Any:
    value: Any = body
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
