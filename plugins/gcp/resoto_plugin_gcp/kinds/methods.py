"""How operations are called over HTTP: what the builder found in Google's documents about those that are used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """One operation. `path` is below `root` and has {variables}, `{+x}` for one that may hold slashes.

    `query`: names of its parameters that are not in the path. `paged`: it takes a `pageToken`. `response`: the name of
    the schema of what it answers. A `root` with `{location}` is the host of that region.
    """

    service: str
    operation: str
    http: str
    root: str
    path: str
    query: tuple[str, ...] = ()
    paged: bool = False
    response: str = ""
