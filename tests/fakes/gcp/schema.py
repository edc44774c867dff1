"""Whether a JSON value is what a discovery document says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]

_NUMBER = re.compile(r"-?\d+")


class Checked(Json):
    """An object that has been found to be what `schema` (the name of one) says; it is not changed any more."""

    __slots__ = ("schema",)

    def __init__(self, value: Mapping[str, Any], schema: str) -> None:
        super().__init__(value)
        self.schema = schema


class Schemas:
    """The types of one service."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self._schemas = schemas
        self._rules: Mapping[str, Callable[[Json, Any, str], Iterator[str]]] = {
            "object": self._object,
            "array": self._array,
            "string": _string,
            "integer": _integer,
            "number": _number,
            "boolean": _boolean,
        }

    def resolve(self, schema: Json) -> Json:
        """The schema itself, where it is only named."""
        return self._schemas[schema["$ref"]] if "$ref" in schema else schema

    def properties(self, schema: Json) -> Mapping[str, Json]:
        """The members of an object."""
        found: Mapping[str, Json] = self.resolve(schema).get("properties", {})
        return found

    def complaints(self, schema: Json, value: Any, at: str = "") -> Iterator[str]:
        """What is wrong with the value, each with the path of the field."""
        if isinstance(value, Checked) and value.schema == schema.get("$ref"):
            return
        schema = self.resolve(schema)
        rule = self._rules.get(schema.get("type", "any"))
        if rule is not None:
            yield from rule(schema, value, at)

    def _object(self, schema: Json, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at or '.'}: not an object: {value!r}"
            return
        known = schema.get("properties", {})
        others = schema.get("additionalProperties")
        for key, part in value.items():
            expected = known.get(key, others)
            if expected is None:
                yield f'{at}.{key}: Unknown name "{key}": Cannot find field.'
            else:
                yield from self.complaints(expected, part, f"{at}.{key}")

    def _array(self, schema: Json, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at or '.'}: not a list: {value!r}"
            return
        for index, part in enumerate(value):
            yield from self.complaints(schema["items"], part, f"{at}[{index}]")

    def projected(self, schema: Json, value: Json) -> Json:
        """The value without the members that the schema does not know: lists show less than the resource has."""
        if isinstance(value, Checked) and value.schema == schema.get("$ref"):
            return value
        known = self.resolve(schema).get("properties")
        if known is None:
            return value
        shown = {key: part for key, part in value.items() if key in known}
        return {
            key: self.projected(known[key], part) if isinstance(part, dict) else part for key, part in shown.items()
        }


def _string(schema: Json, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{at}: not a string: {value!r}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: not one of the enum: {value!r}"
    elif schema.get("format") in ("int64", "uint64") and not _NUMBER.fullmatch(value):
        yield f"{at}: not a number in a string: {value!r}"


def _integer(schema: Json, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield f"{at}: not an integer: {value!r}"


def _number(schema: Json, value: Any, at: str) -> Iterator[str]:
    if isinstance(value, bool) or not (isinstance(value, int | float) or value in ("NaN", "Infinity", "-Infinity")):
        yield f"{at}: not a number: {value!r}"


def _boolean(schema: Json, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{at}: not a boolean: {value!r}"
