"""Properties and nested shapes out of the schemas of a document.

Two levels are typed: a member that is an object becomes a shape, and in it those objects that hold nothing but plain
values. What is deeper is `any`: each typed path costs a core time in every merge. Secrets are left out, and an object
that would become `any` is left out when there is a secret in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gcp_builder.documents import Document, Schema
from gcp_builder.secret import holds_secret, is_secret
from gcp_builder.words import snake
from resotolib.kinds.kind import Property, Shape

_FORMATS = {
    "date-time": "datetime",
    "google-datetime": "datetime",
    "int64": "int64",
    "uint64": "int64",
    "int32": "int64",
    "uint32": "int64",
}
_SCALARS = {"string": "string", "integer": "int64", "number": "double", "boolean": "boolean"}
_BLOBS = frozenset({"byte"})


@dataclass
class Typing:
    """Gives types to the members of one kind and gathers the shapes and what was left out on the way."""

    document: Document
    keep: frozenset[str] = frozenset()
    shapes: dict[str, Shape] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)

    def property(self, member: str, schema: Schema, *, owner: str = "", nested: bool = False) -> Property | None:
        """The property for a member, or None when it is left out."""
        type_ = self.type(member, schema, owner=owner, nested=nested)
        if type_ is None:
            return None
        is_list = self.document.resolve(schema).get("type") == "array"
        return Property(snake(member), type_, f"{member}[]" if is_list else member)

    def type(self, member: str, schema: Schema, *, owner: str = "", nested: bool = False) -> str | None:
        """The type of a member, or None when it is left out. `owner`: the schema that an object without name is in."""
        if member in self.keep:
            return self._type(member, schema, owner, nested=nested)
        if is_secret(self.document, member, schema):
            self.dropped.append(member)
            return None
        type_ = self._type(member, schema, owner, nested=nested)
        if type_ is not None and re.search(r"\bany\b", type_) and holds_secret(self.document, schema):
            self.dropped.append(f"{member}.*")
            return None
        return type_

    def _type(self, member: str, schema: Schema, owner: str, *, nested: bool) -> str | None:
        whole = self.document.resolve(schema)
        kind = whole.get("type", "any")
        if kind == "array":
            inner = self._type(member, whole["items"], owner, nested=nested)
            return None if inner is None else f"{'any' if inner.endswith(']') else inner}[]"
        if kind != "object":
            return _scalar(member, whole)
        if "properties" in whole:
            return self._object(whole, owner + _capital(member), nested=nested)
        if "additionalProperties" in whole:
            inner = _scalar(member, self.document.resolve(whole["additionalProperties"]))
            return None if inner is None else f"dictionary[string, {inner}]"
        return "any"

    def _object(self, schema: Schema, fallback: str, *, nested: bool) -> str:
        if nested and not self._is_flat(schema):
            return "any"
        word = self.document.short(schema["id"]) if "id" in schema else fallback
        name = f"gcp_{self.document.service}_{snake(word)}_shape"
        if name not in self.shapes:
            members = self.document.members(schema).items()
            inner = [self.property(member, below, owner=word, nested=True) for member, below in members]
            self.shapes[name] = Shape(name, _distinct(one for one in inner if one is not None))
        return name if self.shapes[name].properties else "any"

    def _is_flat(self, schema: Schema) -> bool:
        for member in self.document.members(schema).values():
            whole = self.document.resolve(member)
            inner = self.document.resolve(whole.get("items") or whole.get("additionalProperties") or whole)
            if inner.get("type") in ("object", "array"):
                return False
        return True


def _scalar(member: str, schema: Schema) -> str | None:
    """The type of a plain value: `any` for what is none, None for bytes."""
    kind, form = schema.get("type", "any"), schema.get("format", "")
    if kind == "string" and form in _BLOBS:
        return None
    if form == "uint64" and member.endswith("Id"):
        return "string"  # may be larger than what a core takes for a number
    if kind == "string" and not form and member.endswith("Timestamp"):
        return "datetime"  # compute says no formats of its times
    return _FORMATS.get(form) or _SCALARS.get(kind, "any")


def _distinct(properties: Iterable[Property]) -> tuple[Property, ...]:
    """Members that differ in spelling only (`IPProtocol`, `ipProtocol`) are one property, the first."""
    found: dict[str, Property] = {}
    for one in properties:
        found.setdefault(one.name, one)
    return tuple(found.values())


def _capital(member: str) -> str:
    return member[:1].upper() + member[1:]
