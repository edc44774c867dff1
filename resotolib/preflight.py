"""What is asked of a plugin before the first run: the permissions it needs, and whether it has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from resotolib.collect.scope import Scope

Purpose = Literal["collect", "tag", "cleanup"]
PURPOSES: tuple[Purpose, ...] = ("collect", "tag", "cleanup")

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Permissions:
    """The least that a cloud has to allow.

    `actions`: the vendor's words for single permissions, by purpose. `documents`: texts to paste where the vendor
    wants them, such as policies in JSON; several where one would be longer than the vendor takes.
    """

    cloud: str
    actions: Mapping[Purpose, tuple[str, ...]]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: `problem` says why a run could not read it and what to do, "" if it could."""

    what: str
    scope: Scope | None = None
    problem: str = ""


class Each(Protocol):
    """Runs a function over items on threads of the worker; results as they come."""

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        """See above."""
