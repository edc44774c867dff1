"""Makes up values that a schema allows, always the same ones for the same seed, with every member filled."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from tests.fakes.gcp.schema import Json, Schemas

GOOD = ("ACTIVE", "READY", "RUNNING", "ENABLED", "UP", "AVAILABLE", "DONE", "SUCCEEDED")
"""Of several states a resource is in the first of these: what is going away may be left out by those who read."""

_FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "google-datetime": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "google-duration": "3.500s",
    "google-fieldmask": "name",
}


class Synthesis:
    """For one service. Objects nested deeper than `depth` stay empty: schemas may hold themselves."""

    def __init__(self, schemas: Schemas, depth: int = 4) -> None:
        self._schemas = schemas
        self._depth = depth

    def value(self, schema: Json, seed: str, name: str = "x", level: int = 0) -> Any:
        """A value; `name` is the member's, `seed` tells one resource from another."""
        schema = self._schemas.resolve(schema)
        kind = schema.get("type", "any")
        if kind == "object":
            return self._object(schema, seed, name, level)
        if kind == "array":
            return [] if level > self._depth else [self.value(schema["items"], seed, name, level + 1)]
        number = zlib.crc32(f"{seed}/{name}".encode()) % 2**24
        if kind == "string":
            return _string(schema, seed, name, number)
        return {"integer": number % 60000, "number": 0.5, "boolean": bool(number % 2)}.get(kind, f"any-{seed}")

    def _object(self, schema: Json, seed: str, name: str, level: int) -> Json:
        if level > self._depth:
            return {}
        if "properties" in schema:
            return {key: self.value(part, seed, key, level + 1) for key, part in schema["properties"].items()}
        if "additionalProperties" in schema:
            return {f"key-{seed}": self.value(schema["additionalProperties"], seed, name, level + 1)}
        return {}


def _string(schema: Json, seed: str, name: str, number: int) -> str:
    if "enum" in schema:
        values = schema["enum"]
        return next((value for value in GOOD if value in values), values[number % len(values)])
    form = schema.get("format", "")
    if form in ("int64", "uint64"):
        return str(number)
    if form == "byte" or name.lower().endswith("fingerprint"):
        return base64.b64encode(number.to_bytes(8, "big")).decode()
    if name.endswith(("Timestamp", "Time")):
        form = "date-time"
    return _FORMATS.get(form, f"{name}-{seed}")
