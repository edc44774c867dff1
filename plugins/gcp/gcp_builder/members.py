"""The members of an item as properties of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gcp_builder.documents import Document, Schema
from gcp_builder.shapes import Typing
from gcp_builder.words import snake
from resotolib.errors import ModelError
from resotolib.kinds import shapes
from resotolib.kinds.checks import all_properties
from resotolib.kinds.kind import Identity, Kind, Property, Shape
from resotolib.kinds.names import Names
from resotolib.kinds.table import Line

_NEVER_WORDS = """
kind etag selfLink selfLinkWithId selfLinkWithIdParent zone region labels fingerprint labelFingerprint params
"""
_NEVER = frozenset(_NEVER_WORDS.split())
"""Members that are part of the link, the labels, what only a creation takes, or change with every reading."""


class Members:
    """What the items of a kind hold, and the properties made of it."""

    def __init__(
        self, line: Line, noun: str, document: Document, element: Schema, *, names: Names, every: Mapping[str, Kind]
    ) -> None:
        self.known = document.members(element)
        self._line, self._noun, self._document, self._element = line, noun, document, element
        self._names, self._every = names, every
        self._typing = Typing(document, frozenset(line.names("keep")))
        self._owner = document.short(document.resolve(element).get("id", "")) or snake(noun).title().replace("_", "")

    @property
    def secrets(self) -> set[str]:
        """What was left out because it looks like a secret."""
        return set(self._typing.dropped)

    def shapes(self, properties: Iterable[Property]) -> tuple[Shape, ...]:
        """The shapes that properties need."""
        return shapes.used(properties, self._typing.shapes)

    def properties(self, who: Identity, bases: Sequence[str], labels: str) -> tuple[Property, ...]:
        """Those that the table names, then a property for each other member that is no part of the identity."""
        line = self._line
        inherited = {
            name: one for base in bases for name, one in all_properties(self._every[base], self._every).items()
        }
        found = [self._named(name, path, type_, inherited) for name, path, type_ in line.properties]
        if "labelFingerprint" in self.known:
            found.append(Property("label_fingerprint", "string", "labelFingerprint"))
        taken = {one.path.removesuffix("[]").removesuffix("/") for one in found} | set(line.names("drop")) | _NEVER
        parts = {who.id, who.name, who.arn, who.ctime, who.mtime, who.zone, labels}
        taken |= {part.removesuffix("/") for part in parts}
        taken |= {name for name, part in self.known.items() if name == "tags" and "additionalProperties" in part}
        wanted = self.known if "only" not in line.options else line.names("only")
        for member in (name for name in wanted if name not in taken):
            one = self._typing.property(member, self.known[member], owner=self._owner)
            if one is not None and one.name not in {snake(other) for other in self.known if other in taken}:
                found.append(self._derived(one, member, found, inherited))
        return tuple(found)

    def _derived(
        self, one: Property, member: str, found: Iterable[Property], inherited: Mapping[str, Property]
    ) -> Property:
        line, used = self._line, {other.name for other in found}
        names = candidates(line.get("prefix", line.service), self._noun, member)
        free = [name for name in names if name not in used and inherited.get(name, one).type == one.type]
        return replace(one, name=self._names.give(line.kind, one.path, free, one.type))

    def _named(self, name: str, path: str, type_: str, inherited: Mapping[str, Property]) -> Property:
        """A property that the table names; its type is the inherited one, the table's, or the member's."""
        type_ = inherited[name].type if name in inherited else type_
        if not path.startswith(("+", "'")):
            derived = self._type_at(path)
            type_ = type_ or derived
            path = f"{path}[]" if derived.endswith("[]") and "[]" not in path else path
        if not type_:
            raise ModelError(self._line.where, f"the type of {name} must be said, no document has {path}.")
        return Property(self._names.fixed(self._line.where, name, type_), type_, path)

    def must_have(self, path: str) -> None:
        """Raise ModelError unless items have something at `path`."""
        if path and not path.startswith(("+", "'")) and "{$" not in path:
            self._at(path)

    def _at(self, path: str) -> Schema:
        try:
            return self._document.walk(self._element, path)
        except KeyError as error:
            raise ModelError(self._line.where, f"{path}: no such member, {error}.") from error

    def _type_at(self, path: str) -> str:
        type_ = self._typing.type(path.removesuffix("/").rpartition(".")[2], self._at(path), owner=self._owner)
        if type_ is None:
            raise ModelError(self._line.where, f"{path} would hold a secret.")
        return f"{type_}[]" if "[]" in path and not type_.endswith("[]") else type_


def candidates(prefix: str, noun: str, member: str) -> list[str]:
    """What a member may be called: `<noun>_<member>` without doubling the noun, with more in front if that is taken."""
    full = snake(member)
    long = full if full.startswith(f"{noun}_") else f"{noun}_{full}"
    short = long if long == full else f"{noun}_{_without(noun, full)}"
    fronts = [f"{front}_{long}" for front in (prefix, f"gcp_{prefix}") if not long.startswith(f"{prefix}_")]
    return list(dict.fromkeys([short, long, *(fronts or [f"gcp_{long}"])]))


def _without(noun: str, name: str) -> str:
    """The name without the last words of the noun at its start: `proxyBind` of a target proxy is its bind."""
    words = noun.split("_")
    ends = ("_".join(words[start:]) for start in range(1, len(words)))
    return next((name.removeprefix(f"{end}_") for end in ends if name.startswith(f"{end}_")), name)
