"""The model of one graph: which kinds there are, which of them fit together, and whether a node is of its kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from resotolib.errors import Refusal
from resotoworker.localcore.codec import Json
from resotoworker.localcore.kinds import DICTIONARY, Kind, Property, inner_kind, predefined
from resotoworker.localcore.values import SIMPLE, Convert, choice, list_of, mapping_of

LEVELS = ("cloud", "account", "region", "zone")


class Model:
    """Never changed after it was made: an update makes another one."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.kinds: Mapping[str, Kind] = {kind.fqn: kind for kind in (*predefined(), *kinds)}
        self._converters: dict[str, Convert] = {}
        self._properties: dict[str, dict[str, Property]] = {}

    def updated(self, kinds: Iterable[Kind], *, replace: bool) -> Model:
        """This model with further kinds, or with those alone; raises Refusal (400) when they do not fit."""
        added = {kind.fqn: kind for kind in kinds}
        for kind in added.values():
            known = self.kinds.get(kind.fqn)
            if known is not None and known.runtime_kind != kind.runtime_kind:
                raise Refusal(400, "AttributeError", f"Update {kind.fqn} changes an existing property type {kind.fqn}")
        model = Model(added.values() if replace else {**self.kinds, **added}.values())
        for kind in added.values():
            model.check_references(kind)
        model.check_paths()
        return model

    def check_references(self, kind: Kind) -> None:
        """Every kind that this one names has to be there."""
        for base in kind.bases:
            if base not in self.kinds:
                raise Refusal(400, "KeyError", f"'{base}'")
        if kind.fqn in [base for name in kind.bases for base in self.bases_of(name)]:
            raise Refusal(400, "AttributeError", f"{kind.fqn} is a base of itself")
        for prop in kind.properties:
            if (leaf := self._leaf(prop.kind)) not in self.kinds:
                message = f"Property kind is not known: {leaf}. Have you registered it?"
                raise Refusal(400, "AttributeError", message)
        for name in kind.successors:
            if name not in self.kinds:
                raise Refusal(400, "AttributeError", f"{name} is not a known kind")

    def check_paths(self) -> None:
        """One path has one kind, in whatever aggregate root it is found."""
        seen: dict[str, tuple[str, str]] = {}
        for kind in self.kinds.values():
            if kind.runtime_kind is None and kind.aggregate_root:
                for path, name in self._paths(self.properties(kind.fqn).values(), "", ()):
                    owner, known = seen.setdefault(path, (kind.fqn, name))
                    if known != name:
                        message = f"{path} is defined in {owner} as {known} and in {kind.fqn} as {name}"
                        raise Refusal(400, "AttributeError", message)

    def _paths(self, props: Iterable[Property], prefix: str, open_kinds: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for prop in props:
            path, name = prefix + prop.name, prop.kind
            while (held := inner_kind(name)) is not None:
                name, path = held[0], f"{path}.{held[1]}"
            if name != "any":
                yield path, name
            inner = self.kinds[name]
            if inner.runtime_kind is None and name not in open_kinds:
                yield from self._paths(self.properties(name).values(), f"{path}.", (*open_kinds, name))

    @staticmethod
    def _leaf(name: str) -> str:
        while (held := inner_kind(name)) is not None:
            name = held[0]
        return name

    def bases_of(self, fqn: str) -> list[str]:
        """A kind and all that it is, nearest first."""
        found: list[str] = []
        queue = [fqn]
        while queue:
            name = queue.pop(0)
            if name not in found and name in self.kinds:
                found.append(name)
                queue.extend(self.kinds[name].bases)
        return found

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        below: dict[str, set[str]] = {}
        for fqn in self.kinds:
            for base in self.bases_of(fqn):
                below.setdefault(base, set()).add(fqn)
        return below

    def subkinds(self, fqn: str) -> set[str]:
        """All kinds that are this one; raises Refusal (400) for an unknown kind."""
        if fqn not in self.kinds:
            raise Refusal(400, "AttributeError", f"Given kind does not exist: {fqn}")
        return self._below[fqn]

    @cached_property
    def levels(self) -> dict[str, str]:
        """For each kind that is a cloud, account, region or zone: which of them."""
        return {fqn: level for level in LEVELS for fqn in self._below.get(level, ())}

    def properties(self, fqn: str) -> dict[str, Property]:
        """All properties of a complex kind by name, inherited ones included."""
        found = self._properties.get(fqn)
        if found is None:
            found = {prop.name: prop for name in reversed(self.bases_of(fqn)) for prop in self.kinds[name].properties}
            self._properties[fqn] = found
        return found

    def ages(self, fqn: str) -> dict[str, str]:
        """The properties of a kind that say how long ago something was, and the times that they are made from."""
        props = self.properties(fqn).values() if fqn in self.kinds else ()
        return {prop.name: prop.synthetic[0] for prop in props if len(prop.synthetic) == 1}

    def converter(self, name: str) -> Convert:
        """What turns an uploaded value of this kind into the stored one."""
        found = self._converters.get(name)
        if found is None:
            found = self._converters[name] = self._make_converter(name)
        return found

    def _make_converter(self, name: str) -> Convert:
        if name.endswith("[]"):
            return list_of(self.converter(name[:-2]))
        if pair := DICTIONARY.match(name):
            return mapping_of(self.converter(pair[1]), self.converter(pair[2]))
        kind = self.kinds.get(name)
        if kind is None:
            raise ValueError(f"No kind definition found for {name}")
        if kind.runtime_kind is None:
            return _Complex(self, name).convert
        simple = SIMPLE[kind.runtime_kind]
        return choice(kind.enum, simple) if kind.enum else simple

    def check(self, reported: Json) -> Json:
        """The stored form of a node's reported section; raises Refusal (AttributeError or ValueError) otherwise."""
        fqn = reported.get("kind")
        if fqn is None:
            raise Refusal(400, "AttributeError", f"No attribute kind found in {reported}")
        kind = self.kinds.get(fqn) if isinstance(fqn, str) else None
        if kind is None or kind.runtime_kind is not None:
            raise Refusal(400, "AttributeError", f"No kind definition found for {fqn}")
        try:
            converted: Json = self.converter(kind.fqn)(reported)
        except ValueError as wrong:
            # A time that is none is the only value whose text is refused as ValueError, as in a real core.
            name = "ValueError" if str(wrong).startswith("Invalid isoformat") else "AttributeError"
            raise Refusal(400, name, str(wrong)) from wrong
        return converted


class _Complex:
    """Converts JSON objects of one complex kind."""

    def __init__(self, model: Model, fqn: str) -> None:
        self._model, self._fqn = model, fqn
        self._allow_unknown = any(model.kinds[name].allow_unknown for name in model.bases_of(fqn))
        self._known = model.properties(fqn)
        self._required = [prop.name for prop in self._known.values() if prop.required and not prop.synthetic]
        self._convert: dict[str, Convert] = {}

    def convert(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ValueError(f"Kind:{self._fqn} expected a complex type but got this: {value}")
        for name in self._required:
            if value.get(name) is None:
                raise ValueError(f"Kind:{self._fqn} Property:{name} is required and missing in {json.dumps(value)}")
        found: Json = {}
        for name, item in value.items():
            prop = self._known.get(name)
            if prop is None:
                self._unknown(name)
                found[name] = item
            elif not prop.synthetic:
                found[name] = self._one(prop, item, value)
        return found

    def _unknown(self, name: str) -> None:
        if not self._allow_unknown and name != "kind":
            raise ValueError(f"Kind:{self._fqn} Property:{name} is not defined in model!")

    def _one(self, prop: Property, item: Any, whole: Json) -> Any:
        convert = self._convert.get(prop.name)
        if convert is None:
            convert = self._convert[prop.name] = self._model.converter(prop.kind)
        try:
            return convert(item)
        except ValueError as wrong:
            if str(wrong).startswith("Invalid isoformat"):
                raise
            text = f"Kind:{self._fqn} Property:{prop.name} is not valid: {wrong}: {json.dumps(whole)}"
            raise ValueError(text) from wrong
