"""Kinds as the wire describes them, parsed once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from resotolib.errors import Refusal
from resotoworker.localcore.codec import Json
from resotoworker.localcore.values import SIMPLE

DICTIONARY = re.compile(r"dictionary\[\s*([^,]+?)\s*,\s*(.+)\]$")


@dataclass(frozen=True)
class Property:
    """One property that a kind adds."""

    name: str
    kind: str
    required: bool
    synthetic: tuple[str, ...]
    """Where the value is that this one is computed from; empty for a property that is uploaded."""


@dataclass(frozen=True)
class Kind:
    """A simple kind (`runtime_kind` is set) or a complex one; `body` is what the wire said."""

    fqn: str
    body: Json
    runtime_kind: str | None
    enum: tuple[Any, ...]
    bases: tuple[str, ...]
    properties: tuple[Property, ...]
    aggregate_root: bool
    allow_unknown: bool
    successors: tuple[str, ...]


def parse_kinds(body: bytes) -> list[Kind]:
    """The kinds of a request; raises Refusal (400) when they cannot be read."""
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "JSONDecodeError", str(error)) from error
    elements = found if isinstance(found, list) else list(found)
    return [parse_kind(element, at) for at, element in enumerate(elements)]


def parse_kind(element: Any, at: int) -> Kind:
    """One kind; `at` is its place in the request."""
    where = f"Could not deserialize element at index {at}."
    if not isinstance(element, dict):
        raise Refusal(400, "DeserializationError", f"{where} A kind is an object, this is {json.dumps(element)}")
    fqn, runtime = element.get("fqn"), element.get("runtime_kind")
    if not isinstance(fqn, str) or (runtime is None and "properties" not in element):
        raise Refusal(400, "DeserializationError", f"{where} A kind needs fqn, and properties or runtime_kind")
    if runtime is not None and runtime not in SIMPLE:
        raise Refusal(400, "DeserializationError", f"{where} There is no runtime_kind {runtime}")
    return Kind(
        fqn,
        element,
        runtime,
        tuple(element.get("enum") or ()),
        tuple(element.get("bases") or ()),
        tuple(_property(prop, where) for prop in element.get("properties") or ()),
        element.get("aggregate_root", True) is not False,
        bool(element.get("allow_unknown_props")),
        tuple(name for names in (element.get("successor_kinds") or {}).values() for name in names),
    )


def _property(prop: Any, where: str) -> Property:
    for key in ("name", "kind"):
        if not isinstance(prop, dict) or not isinstance(prop.get(key), str):
            raise Refusal(400, "DeserializationError", f'{where} No value found for "{key}".')
    source = (prop.get("synthetic") or {}).get("path") or ()
    return Property(prop["name"], prop["kind"], bool(prop.get("required")), tuple(source))


def inner_kind(name: str) -> tuple[str, str] | None:
    """What a list or dictionary holds, and how a path names it; None for a plain kind name."""
    if name.endswith("[]"):
        return name[:-2], "[]"
    if found := DICTIONARY.match(name):
        return found[2], "{}"
    return None


def predefined() -> list[Kind]:
    """The kinds that every model has."""
    simple = [{"fqn": name, "runtime_kind": name} for name in SIMPLE]
    converted = {
        "fqn": "trafo.duration_to_datetime",
        "runtime_kind": "duration",
        "source_fqn": "datetime",
        "converter": "duration_to_datetime",
        "reverse_order": True,
    }
    root = {
        "fqn": "graph_root",
        "bases": [],
        "allow_unknown_props": True,
        "aggregate_root": True,
        "properties": [
            {"name": name, "kind": kind, "required": False, "description": None}
            for name, kind in (("id", "string"), ("name", "string"), ("tags", "dictionary[string, string]"))
        ],
        "successor_kinds": {},
        "metadata": {},
    }
    return [parse_kind(body, 0) for body in (*simple, converted, root)]
