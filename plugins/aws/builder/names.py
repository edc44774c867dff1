"""Names of properties: one name, one type in the whole catalogue, and never another name once it was given."""

from __future__ import annotations

from collections.abc import Iterable

from builder.words import endings, snake
from resotolib.errors import ModelError
from resotolib.kinds.checks import leaf
from resotolib.kinds.kind import Kind


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


def candidates(service: str, noun: str, vendor_noun: str, member: str) -> list[str]:
    """What a member may be called: `<noun>_<member>` without doubling the noun, with the service if that is taken."""
    full = snake(member)
    rest = full
    for ending in endings(vendor_noun):
        if full.startswith(f"{snake(ending)}_"):
            rest = full.removeprefix(f"{snake(ending)}_")
            break
    short = full if rest == full and full.startswith(f"{noun}_") else f"{noun}_{rest}"
    long = full if full.startswith(f"{noun}_") else f"{noun}_{full}"
    prefix = snake(service.replace("-", "_"))
    return list(dict.fromkeys([short, long, f"{prefix}_{short}", f"{prefix}_{long}"]))
