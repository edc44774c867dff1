"""What makes a set of kinds contradictory: a core refuses the whole model for one wrong property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from resotolib.errors import ModelError
from resotolib.kinds.bindings import Template
from resotolib.kinds.kind import Call, Kind, Property, Role, Shape

SIMPLE = frozenset({"string", "int32", "int64", "float", "double", "boolean", "datetime", "date", "duration", "any"})
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DICTIONARY = re.compile(r"dictionary\[string, (?P<value>.+)\]")


def check(kinds: Iterable[Kind], known: Iterable[Kind] = ()) -> None:
    """Raise ModelError, naming kind and place, for the first contradiction in `kinds` together with `known`."""
    checked = list(kinds)
    every = {kind.name: kind for kind in (*known, *checked)}
    shapes = _shapes(every.values())
    for kind in checked:
        _check_references(kind, every)
        _check_properties(kind, shapes)
        _check_bindings(kind, every)
        _check_person(kind, every)
    _check_clashes(every.values())


def leaf(type_: str) -> str:
    """The type in a list or a dictionary: string for `string[]` and `dictionary[string, string[]]`."""
    found = _DICTIONARY.fullmatch(type_)
    inner = found["value"] if found else type_
    return inner if inner == type_ and not inner.endswith("[]") else leaf(inner.removesuffix("[]"))


def all_properties(kind: Kind, every: Mapping[str, Kind]) -> dict[str, Property]:
    """Properties by name, those of the bases included."""
    result: dict[str, Property] = {}
    for base in kind.bases:
        if base in every:
            result |= all_properties(every[base], every)
    return result | {one.name: one for one in kind.properties}


def calls(kind: Kind) -> Iterator[tuple[str, Call]]:
    """The calls of a kind that bind a resource's own data, with the place they stand in."""
    if kind.tags:
        for place in ("read", "update", "remove"):
            call = getattr(kind.tags, place)
            if call is not None:
                yield f"tags.{place}", call
    if kind.deletion:
        yield "deletion", kind.deletion.call


def _shapes(kinds: Iterable[Kind]) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    for kind in kinds:
        for shape in kind.shapes:
            if shapes.setdefault(shape.name, shape) != shape:
                raise ModelError(kind.name, f"shape {shape.name} is another one elsewhere.")
    return shapes


def _check_references(kind: Kind, every: Mapping[str, Kind]) -> None:
    for base in kind.bases:
        if base not in every:
            raise ModelError(kind.name, f"base {base} is no known kind.")
    parent = kind.reading.parent if kind.reading else ""
    if parent and parent not in every:
        raise ModelError(kind.name, f"it is listed from {parent}, which is no known kind.")
    for edge in kind.edges:
        if edge.kind not in every:
            raise ModelError(kind.name, f"edge by {edge.path!r} leads to {edge.kind}, which is no known kind.")
        if bool(edge.path) == (edge.match == "all"):
            raise ModelError(kind.name, f"edge to {edge.kind} needs a path, unless it leads to all of them.")


def _check_properties(kind: Kind, shapes: Mapping[str, Shape]) -> None:
    own = {shape.name for shape in kind.shapes}
    for place, properties in ((kind.name, kind.properties), *((one.name, one.properties) for one in kind.shapes)):
        names: set[str] = set()
        for one in properties:
            if not _NAME.fullmatch(one.name) or one.name in names:
                raise ModelError(kind.name, f"property {one.name!r} of {place} is no name, or there twice.")
            names.add(one.name)
            if leaf(one.type) not in SIMPLE and (leaf(one.type) not in own or leaf(one.type) not in shapes):
                raise ModelError(kind.name, f"property {one.name} of {place} has the unknown type {one.type}.")


def _check_bindings(kind: Kind, every: Mapping[str, Kind]) -> None:
    parent = every.get(kind.reading.parent) if kind.reading else None
    for place, call in calls(kind):
        for path in Template(call.params).bindings:
            steps = path.split(".")
            owner = parent if steps[0] == "parent" else kind
            if owner is None:
                raise ModelError(kind.name, f"{place} binds ${path}, but the kind has no parent.")
            if "reported" in steps[:2]:
                name = steps[steps.index("reported") + 1]
                if name not in all_properties(owner, every):
                    raise ModelError(kind.name, f"{place} binds ${path}, but {owner.name} has no property {name}.")


def _check_person(kind: Kind, every: Mapping[str, Kind]) -> None:
    if kind.person is None:
        return
    if kind.person.role not in get_args(Role) or not kind.person.addresses:
        raise ModelError(kind.name, f"a person needs a path to an address, and a role: {', '.join(get_args(Role))}.")
    for path in kind.person.addresses:
        if path.partition(".")[0].removesuffix("[]") not in all_properties(kind, every):
            raise ModelError(kind.name, f"the address of a person is at {path}, which begins with no property.")


def _check_clashes(kinds: Iterable[Kind]) -> None:
    """One name, one type: below a shape that two kinds share, there is nothing left to compare."""
    seen: dict[str, tuple[str, str]] = {}
    for kind in (kind for kind in kinds if kind.aggregate_root):
        for one in kind.properties:
            inner = leaf(one.type)
            if inner == "any":
                continue
            form = one.type.replace(inner, "", 1)
            other, known = seen.setdefault(one.name + form, (kind.name, inner))
            if known != inner:
                raise ModelError(kind.name, f"property {one.name} is {one.type}, but {known}{form} in {other}.")
