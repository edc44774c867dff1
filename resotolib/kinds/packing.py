"""Kinds as JSON: small to store and quick to load.

Only what differs from the default is written; shapes, which kinds share, stand in a table of their own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from resotolib.kinds.kind import (
    Call,
    Deletion,
    Detail,
    EdgeRule,
    Identity,
    Kind,
    Person,
    Property,
    Reading,
    Shape,
    Tags,
)

_PLAIN = ("cloud", "service", "title", "text", "extent", "aggregate_root", "collected")


def pack(kinds: Iterable[Kind]) -> dict[str, Any]:
    """What `unpack` makes the same kinds of."""
    shapes: dict[str, list[list[str]]] = {}
    packed: dict[str, Any] = {}
    for kind in kinds:
        shapes.update({shape.name: [_property(one) for one in shape.properties] for shape in kind.shapes})
        packed[kind.name] = _kind(kind)
    return {"kinds": packed, "shapes": dict(sorted(shapes.items()))}


def unpack(data: Mapping[str, Any]) -> tuple[Kind, ...]:
    """The kinds in what `pack` made."""
    shapes = {
        name: Shape(name, tuple(Property(*one) for one in properties)) for name, properties in data["shapes"].items()
    }
    return tuple(_unpack_kind(name, packed, shapes) for name, packed in data["kinds"].items())


def _property(one: Property) -> list[str]:
    values = [one.name, one.type, one.path, one.text]
    while not values[-1]:
        values.pop()
    return values


def _sparse(record: Any) -> dict[str, Any]:
    """The fields of a flat record that differ from their defaults."""
    result: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        default = {} if field.default_factory is dict else field.default
        if value != default:
            result[field.name] = _sparse(value) if dataclasses.is_dataclass(value) else value
    return result


def _kind(kind: Kind) -> dict[str, Any]:
    defaults = Kind("")
    packed: dict[str, Any] = {
        name: getattr(kind, name) for name in _PLAIN if getattr(kind, name) != getattr(defaults, name)
    }
    packed["bases"] = kind.bases
    packed["properties"] = [_property(one) for one in kind.properties]
    packed["shapes"] = [shape.name for shape in kind.shapes]
    packed["edges"] = [_sparse(edge) for edge in kind.edges]
    packed["permissions"] = {purpose: list(actions) for purpose, actions in kind.permissions.items()}
    for name in ("identity", "reading", "tags", "deletion", "person"):
        part = getattr(kind, name)
        packed[name] = None if part is None else _sparse(part)
    return {name: value for name, value in packed.items() if value or name in ("bases", "reading", *_PLAIN)}


def _unpack_kind(name: str, packed: Mapping[str, Any], shapes: Mapping[str, Shape]) -> Kind:
    identity, reading, tags, deletion = (packed.get(part) for part in ("identity", "reading", "tags", "deletion"))
    person = packed.get("person")
    return Kind(
        name=name,
        bases=tuple(packed["bases"]),
        properties=tuple([Property(*one) for one in packed.get("properties", ())]),
        shapes=tuple(shapes[shape] for shape in packed.get("shapes", ())),
        identity=None if identity is None else Identity(**identity),
        reading=None if reading is None else _reading(reading),
        edges=tuple(EdgeRule(**edge) for edge in packed.get("edges", ())),
        tags=None if tags is None else _tags(tags),
        deletion=None if deletion is None else _deletion(deletion),
        permissions={purpose: tuple(actions) for purpose, actions in packed.get("permissions", {}).items()},
        person=None if person is None else Person(person["role"], tuple(person["addresses"])),
        **{plain: packed[plain] for plain in _PLAIN if plain in packed},
    )


def _call(packed: Mapping[str, Any] | None) -> Call | None:
    return None if packed is None else Call(**packed)


def _reading(packed: Mapping[str, Any]) -> Reading:
    detail = packed.get("detail")
    return Reading(
        list=_call(packed.get("list")),
        detail=None if detail is None else Detail(Call(**detail["call"]), detail.get("batch", 1)),
        parent=packed.get("parent", ""),
        hook=packed.get("hook", ""),
    )


def _tags(packed: Mapping[str, Any]) -> Tags:
    calls = {name: _call(packed.get(name)) for name in ("read", "update", "remove")}
    return Tags(**{**packed, **calls})


def _deletion(packed: Mapping[str, Any]) -> Deletion:
    return Deletion(**{**packed, "call": Call(**packed["call"]), "gone": tuple(packed.get("gone", ()))})
