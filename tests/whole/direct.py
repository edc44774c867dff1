"""What is in the cloud, asked directly: for each kind a boto3 call and where the identifiers are in its answer.

Written by hand from the vendor's documentation, and not derived from our catalogue, which it judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath  # type: ignore[import-untyped]  # ships no types

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Direct:
    """A call and the jmespath of identifiers in a page.

    `each` binds a parameter to each identifier that another call finds; as a list of one if its name ends with `[]`.
    """

    service: str
    operation: str
    ids: str
    params: Mapping[str, Any] = field(default_factory=dict)
    each: Mapping[str, Direct] = field(default_factory=dict)
    everywhere: bool = True
    """Whether each region has its own; global kinds are asked for in the home region only."""
    last: str = ""
    """Only what follows the last of these characters is the identifier."""
    distinct: bool = False
    """The same identifier stands in several items."""


@dataclass(frozen=True)
class Listing:
    """What was found, in order, and the largest number of pages that one call took."""

    ids: tuple[str, ...]
    pages: int


def listing(client: Client, direct: Direct) -> Listing:
    """Ask."""
    found: list[str] = []
    most = 0
    for params in _bound(client, direct):
        pages = list(_pages(client(direct.service), direct.operation, {**direct.params, **params}))
        most = max(most, len(pages))
        for page in pages:
            found += [str(identifier) for identifier in jmespath.search(direct.ids, page) or []]
    if direct.last:
        found = [identifier.rpartition(direct.last)[2] for identifier in found]
    return Listing(tuple(sorted(set(found) if direct.distinct else found)), most)


def _bound(client: Client, direct: Direct) -> Iterator[dict[str, Any]]:
    if not direct.each:
        yield {}
    for name, parent in direct.each.items():
        for identifier in listing(client, parent).ids:
            yield {name.removesuffix("[]"): [identifier] if name.endswith("[]") else identifier}


def _pages(client: Any, operation: str, params: Mapping[str, Any]) -> Iterator[Any]:
    if client.can_paginate(operation):
        yield from client.get_paginator(operation).paginate(**params)
    else:
        yield getattr(client, operation)(**params)
