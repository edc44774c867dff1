"""Kinds of what the vendor's models can list and the table does not speak about: the second catalogue.

What a service lists and deletes under one name is a kind, called after both. It is read like any other: in each region,
once in all, or below each resource of the kind that its list operation asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from builder import lines, listable, vendor
from builder.above import Above
from builder.assemble import Assembly, Build, without_unknown
from builder.listable import Listable
from builder.words import noun_of, plain
from resotolib.errors import ModelError
from resotolib.kinds.bindings import Template
from resotolib.kinds.checks import calls
from resotolib.kinds.kind import Kind
from resotolib.kinds.names import Names
from resotolib.kinds.table import Line

_NO_CHANGES: tuple[tuple[str, ...], ...] = (
    (),
    ("delete",),
    ("tag", "untag", "tag_read"),
    ("delete", "tag", "untag", "tag_read"),
    ("delete", "tag", "untag", "tag_read", "tags"),
)
"""What a kind is tried without, one after the other: how it is changed is worth less than that it is read."""

_OWN = frozenset({"id", "name", "arn"})


@dataclass
class Further(Build):
    """The kinds, and what was left out: list operations that make no kind, with the reason."""

    left_out: dict[str, str] = field(default_factory=dict)


def find(
    table: Sequence[Line],
    kinds: Iterable[Kind],
    names: Names,
    services: Iterable[str] | None = None,
) -> Further:
    """What is left beside `kinds`, those of the table among them. `services`: the only ones to look at."""
    search = _Search(table, kinds, names)
    for service in sorted(vendor.services() if services is None else services):
        search.look_at(service)
    found = search.found
    found.kinds = list(without_unknown(found.kinds, search.every))
    return found


class _Search:
    """Goes through the services, and through each one from its direct lists down to those below others."""

    def __init__(self, table: Sequence[Line], kinds: Iterable[Kind], names: Names) -> None:
        self.found = Further()
        self._table, self._names = table, names
        self.every = {kind.name: kind for kind in kinds}

    def look_at(self, service: str) -> None:
        """Add the kinds of a service."""
        if service in listable.LEFT_OUT:
            self.found.left_out[service] = listable.LEFT_OUT[service]
            return
        told = [line for line in self._table if line.service == service]
        above, nouns = Above(), set[str]()
        for line in told:
            noun = line.get("vendor", noun_of(line.operation))
            above.add(self.every[line.kind], noun)
            nouns |= {plain(noun), plain(noun_of(line.operation))}
        left = {noun: ways for noun, ways in listable.find(service) if plain(noun) not in nouns}
        for exactly in (True, False):
            made = list(left)
            while made:
                made = [noun for noun, ways in left.items() if self._make(noun, ways, above, exactly=exactly)]
                for noun in made:
                    del left[noun]

    def _make(self, noun: str, ways: Sequence[Listable], above: Above, *, exactly: bool) -> bool:
        """Whether one of the ways to list these makes a kind, or none ever will."""
        service = ways[0].service
        reason = listable.unwanted(service, noun)
        for one in () if reason else ways:
            try:
                kind = self._assembled(lines.write(one, above, self.every, exactly=exactly))
            except ModelError as error:
                reason = reason or str(error)
                continue
            self.every[kind.name] = kind
            self.found.kinds.append(kind)
            self.found.left_out.pop(f"{service} {noun}", None)
            above.add(kind, noun)
            return True
        self.found.left_out[f"{service} {noun}"] = reason
        return False

    def _assembled(self, line: Line) -> Kind:
        """The kind, with as many of the calls that change it as can be derived. Raises ModelError."""
        *attempts, least = (
            replace(line, options={**line.options, **dict.fromkeys(without, "-")}) for without in _NO_CHANGES
        )
        for attempt in attempts:
            with suppress(ModelError):
                return self._kind(attempt)
        return self._kind(least)

    def _kind(self, line: Line) -> Kind:
        assembly = Assembly(line, self._names, self.every)
        kind = assembly.kind()
        _check(kind)
        if assembly.members.secrets:
            self.found.secrets[line.kind] = sorted(assembly.members.secrets)
        return kind


def _check(kind: Kind) -> None:
    """Raise ModelError for a call that changes another resource than the one it is made for."""
    for place, call in calls(kind):
        if {path.split(".")[0] for path in Template(call.params).bindings}.isdisjoint(_OWN):
            raise ModelError(kind.name, f"{place} does not say which one it means.")
