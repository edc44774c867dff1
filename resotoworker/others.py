"""Kinds that a run did not name, and the core holds: what a reading of all others speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from resotolib.collect.completeness import OTHERS, Reading


def spelled_out(
    keep: Iterable[Reading], readings: Iterable[Reading], cloud: str, model: Iterable[Mapping[str, Any]]
) -> Iterator[Reading]:
    """`keep`, with each kind of the cloud that the core's `model` knows and no reading names in place of OTHERS.

    A core has no resources of a kind that its model lacks. What other kinds are made of is no kind of resources.
    """
    known = list(model)
    made_of = {base for kind in known for base in kind.get("bases") or ()}
    named = {reading.kind for reading in readings} | made_of
    for reading in keep:
        if reading.kind != OTHERS:
            yield reading
            continue
        for kind in known:
            name = str(kind["fqn"])
            if name.startswith(f"{cloud}_") and kind.get("aggregate_root") and name not in named:
                yield replace(reading, kind=name)
