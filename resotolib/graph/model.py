"""Kinds in the form that a core takes them in, as few as possible: a core pays for its whole model at every merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resotolib.errors import ModelError
from resotolib.kinds.checks import SIMPLE, leaf
from resotolib.kinds.kind import Kind, Property, Shape

_PREDEFINED = frozenset({"graph_root"})  # every core has its own, and keeps it whatever it is sent
_HARMLESS = ({"string", "string[]"}, {"string", "dictionary[string, string]"})


def model(names: Iterable[str], kinds: Mapping[str, Kind]) -> list[dict[str, Any]]:
    """The kinds with these names and what they need: bases and nested shapes, each after what it is made of.

    Raises ModelError for a name that no plugin declares.
    """
    needed: dict[str, Kind] = {}
    for name in sorted(names):
        _need(name, kinds, needed)
    shapes = {shape.name: shape for kind in needed.values() for shape in kind.shapes}
    used: dict[str, Shape] = {}
    for kind in needed.values():
        _need_shapes(kind.properties, shapes, used)
    successors = _successors(needed)
    return [*map(_shape, used.values()), *(_kind(kind, successors.get(kind.name)) for kind in needed.values())]


def missing_from(
    known: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Those of `wanted` that a core which has `known` lacks or has otherwise, and warnings.

    What the core has beyond ours stays: another worker may send it. A property that another kind has with a type that
    a core does not take beside ours is sent as `any`.
    """
    there = {kind["fqn"]: kind for kind in known}
    ours = {kind["fqn"] for kind in wanted}
    taken = _types(kind for kind in known if kind["fqn"] not in ours)
    missing, warnings = [], []
    for kind in wanted:
        if kind["fqn"] in _PREDEFINED and kind["fqn"] in there:
            continue
        changed, clashes = _without_clashes(kind, taken) if kind["aggregate_root"] else (dict(kind), [])
        merged = _joined(changed, there.get(kind["fqn"], {}))
        if _essence(merged) != _essence(there.get(kind["fqn"], {})):
            missing.append(merged)
            warnings += clashes
    return missing, tuple(warnings)


def _need(name: str, kinds: Mapping[str, Kind], needed: dict[str, Kind]) -> None:
    if name in needed:
        return
    kind = kinds.get(name)
    if kind is None:
        raise ModelError(name, "it was collected, or is the base of a kind, and no plugin declares it.")
    for base in kind.bases:
        _need(base, kinds, needed)
    needed[name] = kind


def _need_shapes(properties: Iterable[Property], shapes: Mapping[str, Shape], used: dict[str, Shape]) -> None:
    for one in properties:
        name = leaf(one.type)
        if name not in SIMPLE and name not in used:
            if name not in shapes:
                raise ModelError(name, f"it is the type of property {one.name}, and no plugin declares it.")
            used[name] = shapes[name]
            _need_shapes(shapes[name].properties, shapes, used)


def _successors(kinds: Mapping[str, Kind]) -> dict[str, dict[str, set[str]]]:
    """Which kinds come after a kind by the declared rules: below it, or deleted before it."""
    found: dict[str, dict[str, set[str]]] = {}

    def note(source: str, edge_type: str, target: str) -> None:
        found.setdefault(source, {}).setdefault(edge_type, set()).add(target)

    for kind in kinds.values():
        for rule in kind.edges:
            if rule.kind not in kinds:
                continue
            if rule.default:
                note(*((kind.name, "default", rule.kind) if rule.outgoing else (rule.kind, "default", kind.name)))
            if rule.delete == "this_first":
                note(rule.kind, "delete", kind.name)
            elif rule.delete == "other_first":
                note(kind.name, "delete", rule.kind)
    return found


def _kind(kind: Kind, successors: Mapping[str, set[str]] | None) -> dict[str, Any]:
    properties = [_property(one) for one in kind.properties]
    if kind.name == "resource":
        properties.insert(0, {"name": "kind", "kind": "string", "required": True, "description": None})
    described: dict[str, Any] = {"name": kind.title, "description": kind.text}
    described |= {"source": kind.cloud, "service": kind.service}
    if kind.person is not None:
        described["person"] = {"role": kind.person.role, "addresses": list(kind.person.addresses)}
    return {
        "fqn": kind.name,
        "bases": list(kind.bases),
        "properties": properties,
        "allow_unknown_props": False,
        "successor_kinds": {key: sorted(names) for key, names in successors.items()} if successors else None,
        "aggregate_root": kind.aggregate_root,
        "metadata": {key: value for key, value in described.items() if value},
    }


def _shape(shape: Shape) -> dict[str, Any]:
    return {
        "fqn": shape.name,
        "bases": [],
        "properties": [_property(one) for one in shape.properties],
        "allow_unknown_props": False,
        "successor_kinds": None,
        "aggregate_root": False,
        "metadata": {},
    }


def _property(one: Property) -> dict[str, Any]:
    return {"name": one.name, "kind": one.type, "required": False, "description": one.text or None}


def _types(kinds: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Type and kind of every property of the aggregate roots."""
    return {
        one["name"]: (one["kind"], kind["fqn"])
        for kind in kinds
        if kind.get("aggregate_root", True)
        for one in kind.get("properties") or ()
    }


def _without_clashes(kind: Mapping[str, Any], taken: Mapping[str, tuple[str, str]]) -> tuple[dict[str, Any], list[str]]:
    properties, warnings = [], []
    for one in kind["properties"]:
        other, owner = taken.get(one["name"], (one["kind"], ""))
        types = {one["kind"], other}
        if len(types) == 1 or "any" in types or types in _HARMLESS:
            properties.append(one)
        else:
            properties.append({**one, "kind": "any"})
            warnings.append(
                f"Property {one['name']} of {kind['fqn']} is {one['kind']}, but the core knows it as {other} from "
                f"{owner}: it is sent as any, and cannot be searched by its type."
            )
    return {**kind, "properties": properties}, warnings


def _joined(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    names = {one["name"] for one in ours["properties"]}
    more = [one for one in theirs.get("properties") or () if one["name"] not in names]
    return {
        **ours,
        "bases": list(dict.fromkeys([*ours["bases"], *(theirs.get("bases") or ())])),
        "properties": [*ours["properties"], *more],
    }


def _essence(kind: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[tuple[str, str]], bool]:
    """What makes a difference to an upload; texts and successors do not."""
    properties = frozenset((one["name"], one["kind"]) for one in kind.get("properties") or ())
    return frozenset(kind.get("bases") or ()), properties, bool(kind.get("aggregate_root", True)) and bool(kind)
