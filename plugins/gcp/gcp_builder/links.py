"""Edges by the names of members: a member called `subnetwork`, `sourceDisk` or `kmsKeyName` names another resource.

The value is a link or full name, so a rule for a kind that it does not name finds nothing: a member that may name
several kinds gets a rule for each. Where an edge runs, and who is deleted first, is in `relations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gcp_builder import relations
from gcp_builder.documents import Document, Schema
from gcp_builder.words import singular, words
from resotolib.kinds.kind import EdgeRule, Kind, Match

_DEPTH = 4
_VAGUE = frozenset({"link", "reference", "resource", "self", "uri", "url"})
"""Words at the end that do not say what is named; where nothing else is left, the member above does."""


@dataclass(frozen=True)
class Member:
    """A member of an item that holds text: its path, and the words of its name, the vague ones at the end left out."""

    path: str
    words: tuple[str, ...]


class Nouns:
    """Which kinds a noun may mean."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds: dict[tuple[str, str], str] = {}
        for kind in kinds:
            if kind.collectable:
                for noun in _nouns(kind):
                    self._kinds.setdefault((kind.service, noun), kind.name)

    def meant(self, service: str, member: Member) -> tuple[str, ...]:
        """Names of the kinds that a member's last words mean: of its own service, or of those that all may name."""
        for start in range(len(member.words)):
            noun = "_".join(member.words[start:])
            if noun in relations.NOT_NAMED:
                return ()
            if noun in relations.EVERYWHERE:
                return relations.EVERYWHERE[noun]
            if (service, noun) in self._kinds:
                return (self._kinds[service, noun],)
        return ()


def _nouns(kind: Kind) -> set[str]:
    """What others may call a resource of this kind: the collection it is listed in, and the kind's own name."""
    call = kind.reading.list if kind.reading else None
    collection = call.operation.split(".")[-2] if call else ""
    listed = "_".join(words(singular(collection)))
    return {listed.removeprefix("region_").removeprefix("global_"), kind.name.removeprefix("gcp_")} - {""}


@dataclass(frozen=True)
class _At:
    """Where in an item one is: the path, what the members on the way said, and the schemas seen on it."""

    path: str = ""
    said: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


def find(kind: Kind, document: Document, element: Schema, nouns: Nouns) -> list[EdgeRule]:
    """The edges that the names of members tell, but for pairs of kinds that the table speaks about."""
    spoken = {edge.kind for edge in kind.edges} | {kind.name, kind.reading.parent if kind.reading else ""}
    found: dict[str, list[str]] = {}
    told = {path: names for (name, path), names in relations.SPECIAL.items() if name == kind.name}
    for member in _texts(document, element, frozenset(told), _At()):
        special = told.get(member.path)
        others = nouns.meant(kind.service, member) if special is None else special
        for other in others:
            if other not in spoken and member.path not in found.setdefault(other, []):
                found[other].append(member.path)
    rules = (rule for other, paths in found.items() for path in _nearest(paths) for rule in _rules(kind, other, path))
    return list(rules)


def part(kind: Kind) -> tuple[EdgeRule, ...]:
    """The edge to what a resource is a part of, where it has to be deleted first."""
    parent = kind.reading.parent if kind.reading else ""
    return (EdgeRule(parent, "+parent", "arn", delete="this_first"),) if (parent, kind.name) in relations.PARTS else ()


def _rules(kind: Kind, other: str, path: str) -> Iterator[EdgeRule]:
    outgoing, default = relations.direction(kind.name, other)
    delete = relations.delete(kind.name, other)
    if default or delete:
        match: Match = relations.MATCHES.get(other, "arn")
        yield EdgeRule(other, path, match, outgoing=outgoing, default=default, delete=delete)


def _nearest(paths: Sequence[str]) -> list[str]:
    """Those at the top: what a member of a member names is often somebody else's."""
    top = min(path.count(".") for path in paths)
    return [path for path in paths if path.count(".") <= max(top, 3)]


def _texts(document: Document, schema: Schema, told: frozenset[str], at: _At) -> Iterator[Member]:
    """The members that hold a text or texts, but for those that make no edge unless they are `told`."""
    for name, part in document.members(schema).items():
        whole = document.resolve(part)
        is_list = whole.get("type") == "array"
        inner = document.resolve(whole["items"]) if is_list else whole
        here = f"{at.path}{'.' if at.path else ''}{name}{'[]' if is_list else ''}"
        said = _said(name, plural=is_list) or at.said
        if name in relations.NEVER and here not in told:
            continue
        if inner.get("type") == "string" and not inner.get("enum") and not inner.get("format"):
            if said:
                yield Member(here, said)
        elif inner.get("id", here) not in at.seen and here.count(".") < _DEPTH:
            yield from _texts(document, inner, told, _At(here, said, (*at.seen, inner.get("id", here))))


def _said(name: str, *, plural: bool) -> tuple[str, ...]:
    found = words(name)
    if plural and found:
        found[-1] = singular(found[-1])
    while found and found[-1] in _VAGUE:
        found.pop()
    if found[-1:] == ["name"] and (not found[:-1] or _is_named_in_full(found[:-1])):
        found.pop()
    return tuple(found)


def _is_named_in_full(noun: Sequence[str]) -> bool:
    """Whether a member `<noun>Name` holds more than the short name, such as `kmsKeyName`."""
    return not relations.FULL_NAMES.isdisjoint(("_".join(noun[-2:]), noun[-1]))
