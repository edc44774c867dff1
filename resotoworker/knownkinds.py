"""The kinds of the plugins by name, those that few workers need read when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Kind


class KnownKinds(Mapping[str, Kind]):
    """Going through them shows the usual ones; a name that is none of theirs is looked for among the further ones."""

    def __init__(self, usual: Mapping[str, Kind], further: Callable[[str], Kind | None]) -> None:
        self._usual = dict(usual)
        self._further = further

    def __getitem__(self, name: str) -> Kind:
        found = self._usual.get(name) or self._further(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._usual)

    def __len__(self) -> int:
        return len(self._usual)


def with_base(kinds: Mapping[str, Kind]) -> KnownKinds:
    """The same kinds and the provider-neutral ones, which they are made of."""
    return KnownKinds({kind.name: kind for kind in base_kinds()} | dict(kinds), kinds.get)
