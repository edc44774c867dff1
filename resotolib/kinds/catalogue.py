"""A set of kinds: read from and written to a file, looked up, selected, checked."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from resotolib.errors import ModelError
from resotolib.kinds import selection
from resotolib.kinds.checks import check
from resotolib.kinds.kind import Kind
from resotolib.kinds.packing import pack, unpack


class Catalogue:
    """Kinds by name, parents before what is listed from them.

    `aliases`: older names that may stand for kinds in a selection. Raises ModelError when two kinds have one name.
    """

    def __init__(self, kinds: Iterable[Kind], aliases: Mapping[str, Sequence[str]] | None = None) -> None:
        self._kinds: dict[str, Kind] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise ModelError(kind.name, "two kinds have this name.")
            self._kinds[kind.name] = kind
        self._kinds = {kind.name: kind for kind in selection.in_order(self._kinds.values())}
        self._aliases = dict(aliases or {})

    @classmethod
    def load(
        cls, path: Path, more: Iterable[Kind] = (), aliases: Mapping[str, Sequence[str]] | None = None
    ) -> Catalogue:
        """The kinds of a file that `save` wrote, after those in `more`."""
        with gzip.open(path, "rb") as file:
            return cls((*more, *unpack(json.loads(file.read()))), aliases)

    def save(self, path: Path) -> None:
        """Write all kinds; the same kinds make the same bytes."""
        text = json.dumps(pack(self), separators=(",", ":"), ensure_ascii=False)
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
            file.write(text.encode())

    def __getitem__(self, name: str) -> Kind:
        try:
            return self._kinds[name]
        except KeyError:
            raise ModelError(name, "there is no such kind in the catalogue.") from None

    def get(self, name: str) -> Kind | None:
        """The kind with this name, or None."""
        return self._kinds.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def __len__(self) -> int:
        return len(self._kinds)

    def select(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> tuple[Kind, ...]:
        """The collectable kinds that a user asks for, in the order to read them in.

        A word is a kind (`aws_vpc`, `vpc`), a service (`ec2`), a pattern (`ec2_*`) or an alias. Nothing included means
        all. What an included kind is listed from is included; what is listed from an excluded kind is excluded. A kind
        that may be millions of things (`collected="named"`) is read only when a word names just it.
        Raises SettingsError for a word that means nothing, naming the nearest one.
        """
        collectable = {kind.name: kind for kind in self if kind.collectable}
        words = selection.Words(collectable.values(), self._aliases)
        exclude = (*exclude, *self._unasked(include, collectable))
        names = set().union(*(words.names(word) for word in include)) if include else set(collectable)
        names = selection.with_parents(names & set(collectable), collectable)
        names -= set().union(*(words.names(word) for word in exclude))
        names = selection.without_orphans(names, collectable)
        return tuple(kind for name, kind in collectable.items() if name in names)

    def _unasked(self, include: Sequence[str], kinds: Mapping[str, Kind]) -> tuple[str, ...]:
        named = {name for name, kind in kinds.items() if {name, name.removeprefix(f"{kind.cloud}_")} & set(include)}
        named.update(*(self._aliases.get(word, ()) for word in include))
        asked = selection.with_parents(named & set(kinds), kinds)
        return tuple(name for name, kind in kinds.items() if kind.collected == "named" and name not in asked)

    def check(self, known: Iterable[Kind] = ()) -> None:
        """Raise ModelError for the first contradiction; `known`: kinds that these may refer to (base kinds)."""
        check(self, known)
