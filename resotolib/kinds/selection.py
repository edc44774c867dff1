"""Which kinds a user means: by kind name, with or without the cloud's prefix, by service, by pattern, by older name."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable, Mapping, Sequence

from resotolib.errors import SettingsError
from resotolib.kinds.kind import Kind


class Words:
    """The words that name kinds; `aliases` maps older names to kinds."""

    def __init__(self, kinds: Iterable[Kind], aliases: Mapping[str, Sequence[str]]) -> None:
        self._meant: dict[str, set[str]] = {alias: set(names) for alias, names in aliases.items()}
        for kind in kinds:
            short = kind.name.removeprefix(f"{kind.cloud}_")
            for word in (kind.service, short, kind.name):
                self._meant.setdefault(word, set()).add(kind.name)

    def names(self, word: str) -> set[str]:
        """Names of the kinds that `word` means. Raises SettingsError, naming the nearest word, when it means none."""
        if word in self._meant:
            return self._meant[word]
        found: set[str] = set()
        for known in fnmatch.filter(self._meant, word):
            found |= self._meant[known]
        if not found:
            raise SettingsError(self._unknown(word))
        return found

    def _unknown(self, word: str) -> str:
        near = difflib.get_close_matches(word, self._meant, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else "the reference lists what there is."
        return f"No kind, service or pattern is called {word!r}: {hint}"


def in_order(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The same kinds, those that others are listed from before those others; otherwise the order is kept."""
    named = {kind.name: kind for kind in kinds}
    done: dict[str, Kind] = {}

    def place(kind: Kind, children: tuple[str, ...]) -> None:
        parent = named.get(kind.reading.parent) if kind.reading else None
        if parent is not None and parent.name not in done and parent.name not in children:
            place(parent, (*children, kind.name))
        done.setdefault(kind.name, kind)

    for kind in named.values():
        place(kind, ())
    return tuple(done.values())


def with_parents(names: set[str], kinds: Mapping[str, Kind]) -> set[str]:
    """`names` and the kinds that they are listed from, all the way up."""
    found: set[str] = set()
    for name in names:
        current = name
        while current and current not in found:
            found.add(current)
            current = parent_of(kinds[current])
    return found


def without_orphans(names: set[str], kinds: Mapping[str, Kind]) -> set[str]:
    """Those of `names` whose parents, all the way up, are among them."""
    return {name for name in names if with_parents({name}, kinds) <= names}


def parent_of(kind: Kind) -> str:
    """Name of the kind that this one is listed from, or ""."""
    return kind.reading.parent if kind.reading else ""
