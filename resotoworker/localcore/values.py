"""Checks and conversions of property values, one converter for each kind of value.

A converter takes what an upload says and returns what is stored; it raises ValueError with the reason when it cannot.
What is accepted beside the exact type (numbers in strings, text from numbers, one value for a list) is what a real
core accepts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from resotoworker.localcore.times import parse_duration, parse_time, utc_text

Convert: TypeAlias = Callable[[Any], Any]

TRUE, FALSE = ("true", "yes", "1", "on"), ("false", "no", "0", "off")


def _wrong(expected: str, value: object) -> ValueError:
    return ValueError(f"Expected type {expected} but got {type(value).__name__}")


def to_text(value: Any) -> Any:
    """Text; anything else becomes its JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def number(kind: str, read: Callable[[str], int | float]) -> Convert:
    """A number, or text that `read` understands."""

    def convert(value: Any) -> Any:
        if value is None or isinstance(value, int | float):
            return value
        if isinstance(value, str):
            with suppress(ValueError):  # said below, with the kind that was expected
                return read(value)
        raise _wrong(kind, value)

    return convert


def to_boolean(value: Any) -> Any:
    """True, false, or one of the words for them."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in TRUE + FALSE:
        return value.lower() in TRUE
    raise _wrong("boolean", value)


def to_datetime(value: Any) -> Any:
    """A moment in UTC, to the second."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong("datetime", value)
    return utc_text(parse_time(value))


def to_date(value: Any) -> Any:
    """A day."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong("date", value)
    return parse_time(value).date().isoformat()


def to_duration(value: Any) -> Any:
    """A span of time, in seconds."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong("duration", value)
    found = parse_duration(value)
    if found is None:
        raise ValueError(f"Wrong format for duration: {value}. Examples: 1yr, 3mo, 3d4h3min1s, 3days and 2hours")
    return f"{int(found.total_seconds())}s"


def to_any(value: Any) -> Any:
    """Whatever it is."""
    return value


def choice(values: Sequence[Any], inner: Convert) -> Convert:
    """One of the values of an enum."""
    allowed = list(values)

    def convert(value: Any) -> Any:
        found = inner(value)
        if found is not None and found not in allowed:
            raise ValueError(f">{found}< should be one of: {allowed}")
        return found

    return convert


def list_of(inner: Convert) -> Convert:
    """A list; a single simple value counts as a list of one."""

    def convert(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, dict):
            raise ValueError("Expected property is a json object not an array!")
        return [inner(item) for item in (value if isinstance(value, list) else [value])]

    return convert


def mapping_of(key: Convert, inner: Convert) -> Convert:
    """A JSON object with any keys."""

    def convert(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ValueError(f"dictionary requires a json object, but got this: {value}")
        return {str(key(name)): inner(item) for name, item in value.items()}

    return convert


SIMPLE: dict[str, Convert] = {
    "string": to_text,
    "int32": number("int32", int),
    "int64": number("int64", int),
    "float": number("float", float),
    "double": number("double", float),
    "boolean": to_boolean,
    "datetime": to_datetime,
    "date": to_date,
    "duration": to_duration,
    "any": to_any,
}
