"""People are the same people: edges between users of several clouds that have the same e-mail address.

The core draws them as deferred edges, when all uploads of a run are in. When it draws any, it first removes all that it
drew in earlier runs. So the last upload of a run names them all: also those of accounts that were not collected now, or
are another worker's, as the core has them.
"""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from resotolib.collect.segment import Segment
from resotolib.core.http import Core
from resotolib.kinds.kind import Kind, Person, Role
from resotolib.kinds.paths import items
from resotoworker.carry import Carried

log = logging.getLogger(__name__)

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_RANK: Mapping[str, int] = {role: rank for rank, role in enumerate(get_args(Role))}

Place = tuple[str, str]
"""Cloud and account."""


@dataclass(frozen=True, slots=True)
class User:
    """One node that is a person."""

    id: str
    kind: str
    place: Place
    role: Role
    address: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The edges as lines of an upload; `ambiguous`: addresses that several users of one account and kind have."""

    lines: tuple[bytes, ...] = ()
    ambiguous: int = 0


class People:
    """Finds the users that the core will have after an upload, and joins them."""

    def __init__(self, core: Core, graph: str, kinds: Mapping[str, Kind]) -> None:
        self._core, self._graph = core, graph
        self._own = {name: kind.person for name, kind in kinds.items() if kind.person is not None}

    @property
    def looked_for(self) -> bool:
        """Whether this core draws such edges, and some kind of this worker has people."""
        return self._core.dialect.deferred_edges and bool(self._own)

    def join(
        self, model: Iterable[Mapping[str, Any]], segments: Sequence[Segment], carried: Iterable[Carried]
    ) -> Joined:
        """All edges, given what is about to be uploaded on top of what the core has. Raises CoreError.

        `model`: the kinds that the core knows; it says which kinds of other workers have people.
        """
        declared = {**_declared(model), **self._own}
        if len({person.role for person in declared.values()}) < 2:
            return Joined()
        fresh = {_place(segment) for segment in segments}
        users = [user for user in self._held(declared) if user.place not in fresh]
        for segment in segments:
            with Path(segment.path).open("rb") as file:
                users += _uploaded(file, declared, _place(segment))
        for segment, kept in zip(segments, carried, strict=True):
            users += _uploaded(kept.lines, declared, _place(segment))
        return _joined(users)

    def _held(self, declared: Mapping[str, Person]) -> Iterator[User]:
        """The users that the core has."""
        for row in self._core.search_graph(self._graph, f"kind in {json.dumps(sorted(declared))}"):
            if row.get("type") != "edge":
                ancestors = row.get("ancestors") or {}
                names = (((ancestors.get(level) or {}).get("reported") or {}).get("id") for level in _LEVELS)
                cloud, account = (str(name or "") for name in names)
                yield from _user(row, declared, (cloud, account))


_LEVELS = ("cloud", "account")


def _place(segment: Segment) -> Place:
    return segment.scope.cloud, segment.scope.id


def _declared(model: Iterable[Mapping[str, Any]]) -> dict[str, Person]:
    """The kinds that say so in the core's model; a role that is not known here is left to who knows it."""
    found: dict[str, Person] = {}
    for kind in model:
        person = (kind.get("metadata") or {}).get("person")
        if isinstance(person, Mapping) and person.get("role") in _RANK:
            found[kind["fqn"]] = Person(person["role"], tuple(map(str, person.get("addresses") or ())))
    return found


def _uploaded(lines: Iterable[bytes], declared: Mapping[str, Person], place: Place) -> Iterator[User]:
    """The users in the lines of an upload; most lines need not be read to see that they are none."""
    marks = [f'"kind":"{name}"'.encode() for name in declared]
    for line in lines:
        if any(mark in line for mark in marks):
            yield from _user(json.loads(line), declared, place)


def _user(node: Mapping[str, Any], declared: Mapping[str, Person], place: Place) -> Iterator[User]:
    reported = node.get("reported") or {}
    kind = str(reported.get("kind"))
    person = declared.get(kind)
    address = None if person is None else address_of(person, reported)
    if person is not None and address is not None:
        yield User(node["id"], kind, place, person.role, address)


def address_of(person: Person, reported: Mapping[str, Any]) -> str | None:
    """The one address that a node has, in small letters; None when it has none, or several."""
    values = (value for path in person.addresses for value in items(path)(reported) if isinstance(value, str))
    found = {value.strip().lower() for value in values if _ADDRESS.fullmatch(value.strip())}
    return found.pop() if len(found) == 1 else None


def _joined(users: Iterable[User]) -> Joined:
    """Each user with each of another role that has the address; nobody who could be somebody else."""
    known: defaultdict[str, defaultdict[tuple[Place, str], list[User]]] = defaultdict(lambda: defaultdict(list))
    for user in users:
        known[user.address][user.place, user.kind].append(user)
    ambiguous = sum(any(len(same) > 1 for same in places.values()) for places in known.values())
    pairs = (pair for places in known.values() for pair in _pairs([s[0] for s in places.values() if len(s) == 1]))
    return Joined(tuple(_line(*pair) for pair in sorted(pairs)), ambiguous)


def _pairs(same: Sequence[User]) -> Iterator[tuple[str, str]]:
    for one in same:
        for other in same:
            if _RANK[one.role] < _RANK[other.role]:
                yield one.id, other.id


def _line(source: str, target: str) -> bytes:
    ends = {"from_selector": {"node_id": source}, "to_selector": {"node_id": target}}
    return json.dumps({**ends, "edge_type": "default"}, separators=(",", ":")).encode()
