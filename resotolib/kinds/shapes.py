"""Nested shapes: which of them properties need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resotolib.kinds.kind import Property, Shape


def used(properties: Iterable[Property], shapes: Mapping[str, Shape]) -> tuple[Shape, ...]:
    """Those of `shapes` that the properties need, those in shapes included, by name."""
    wanted = [one.type for one in properties]
    found: dict[str, Shape] = {}
    while wanted:
        name = wanted.pop().removesuffix("[]")
        if name in shapes and name not in found:
            found[name] = shapes[name]
            wanted.extend(one.type for one in found[name].properties)
    return tuple(found[name] for name in sorted(found))
