"""The members of an item as properties of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from botocore.model import Shape as VendorShape

from builder import tagging, vendor
from builder.names import candidates
from builder.shapes import Typing
from resotolib.errors import ModelError
from resotolib.kinds import shapes
from resotolib.kinds.checks import all_properties
from resotolib.kinds.kind import Identity, Kind, Property, Shape
from resotolib.kinds.names import Names
from resotolib.kinds.table import Line


class Members:
    """What the items of a kind hold: `known` by name, of the listed item and of what completes it."""

    def __init__(
        self,
        line: Line,
        noun: str,
        vendor_noun: str,
        elements: Sequence[VendorShape],
        *,
        names: Names,
        every: Mapping[str, Kind],
    ) -> None:
        self.known = {name: shape for element in elements for name, shape in vendor.members(element).items()}
        self._open = any(element.type_name == "map" for element in elements)  # may have members that no model names
        self._line, self._noun, self._vendor_noun = line, noun, vendor_noun
        self._names, self._every = names, every
        self._typing = Typing(line.service, frozenset(line.names("keep")))

    @property
    def secrets(self) -> set[str]:
        """What was left out because it looks like a secret."""
        return set(self._typing.dropped)

    def shapes(self, properties: Iterable[Property]) -> tuple[Shape, ...]:
        """The shapes that properties need."""
        return shapes.used(properties, self._typing.shapes)

    def properties(self, who: Identity, bases: Sequence[str]) -> tuple[Property, ...]:
        """Those that the table names, then a property for each other member that is no part of the identity."""
        line = self._line
        inherited = {
            name: one for base in bases for name, one in all_properties(self._every[base], self._every).items()
        }
        found = [self._named(name, path, type_, inherited) for name, path, type_ in line.properties]
        taken = {one.path.removesuffix("[]") for one in found} | set(line.names("drop"))
        taken |= {who.id, who.name, who.arn, who.ctime, who.mtime, who.atime, who.zone}
        taken |= {name for name, shape in self.known.items() if tagging.is_tags(name, shape)}
        wanted = self.known if "only" not in line.options else line.names("only")
        for member in (name for name in wanted if name not in taken):
            one = self._typing.property(member, self.known[member])
            if one is not None:
                found.append(self._derived(one, member, found, inherited))
        return tuple(found)

    def _derived(
        self, one: Property, member: str, found: Iterable[Property], inherited: Mapping[str, Property]
    ) -> Property:
        line, used = self._line, {other.name for other in found}
        names = candidates(line.service, self._noun, self._vendor_noun, member)
        free = [name for name in names if name not in used and inherited.get(name, one).type == one.type]
        return replace(one, name=self._names.give(line.kind, one.path, free, one.type))

    def _named(self, name: str, path: str, type_: str, inherited: Mapping[str, Property]) -> Property:
        """A property that the table names; its type is the inherited one, the table's, or the member's."""
        type_ = inherited[name].type if name in inherited else type_
        if not path.startswith(("+", "'")) and not self._open:
            derived = self._type_at(path)
            type_ = type_ or derived
            path = f"{path}[]" if derived.endswith("[]") and "[]" not in path else path
        if not type_:
            raise ModelError(self._line.where, f"the type of {name} must be said, no model has {path}.")
        return Property(self._names.fixed(self._line.where, name, type_), type_, path)

    def must_have(self, path: str) -> None:
        """Raise ModelError unless items have something at `path`, as far as the models say."""
        if path and self.known and not self._open and not path.startswith(("+", "'")) and "{$" not in path:
            self._at(path)

    def _at(self, path: str) -> VendorShape:
        first, _, rest = path.partition(".")
        try:
            shape = self.known[first.removesuffix("[]")]
            return vendor.walk(shape.member if first.endswith("[]") else shape, rest)
        except KeyError as error:
            raise ModelError(self._line.where, f"{path}: no such member, {error}.") from error

    def _type_at(self, path: str) -> str:
        shape = self._at(path)
        type_ = self._typing.type(path.rpartition(".")[2], shape)
        if type_ is None:
            raise ModelError(self._line.where, f"{path} would hold a secret.")
        return f"{type_}[]" if "[]" in path and not type_.endswith("[]") else type_
