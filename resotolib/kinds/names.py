"""Names of derived properties: one name, one type in all kinds, and never another name once it was given."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points

from resotolib.errors import ModelError
from resotolib.kinds.checks import leaf
from resotolib.kinds.kind import Kind


def of_others(plugin: str) -> list[Kind]:
    """The kinds of the other plugins that are installed: a property has one type in all of them."""
    others = [entry.load() for entry in entry_points(group="resoto.plugins") if entry.name != plugin]
    usual = [kind for other in others for kind in getattr(other, "resoto_kinds", tuple)()]
    return [*usual, *(kind for other in others for kind in getattr(other, "resoto_further_kinds", tuple)(()))]


class Names:
    """Gives names. `frozen`: the kinds of the catalogue that is there, whose names stay."""

    def __init__(self, frozen: Iterable[Kind], taken: Iterable[Kind]) -> None:
        self._types: dict[str, str] = {}
        self._frozen: dict[tuple[str, str], str] = {}
        for kind in taken:
            for one in kind.properties:
                self._claim(one.name, one.type)
        for kind in frozen:
            for one in kind.properties:
                if one.path:
                    self._frozen[kind.name, one.path] = one.name
                self._claim(one.name, one.type)

    def fixed(self, where: str, name: str, type_: str) -> str:
        """A name that the table gives. Raises ModelError when it has another type elsewhere."""
        if not self._claim(name, type_):
            raise ModelError(where, f"property {name} has another type than {type_} elsewhere.")
        return name

    def give(self, kind: str, path: str, candidates: Iterable[str], type_: str) -> str:
        """The name it always had, else the first candidate that can have this type. Raises ModelError if none can."""
        known = self._frozen.get((kind, path))
        for name in [known] if known else candidates:
            if self._claim(name, type_):
                return name
        raise ModelError(kind, f"no name for {path}: {type_} is another type than its names have elsewhere.")

    def _claim(self, name: str, type_: str) -> bool:
        inner = leaf(type_)
        form = type_.replace(inner, "", 1)
        return inner == "any" or self._types.setdefault(name + form, inner) == inner
