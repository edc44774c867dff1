"""What kinds derive from each other, and which pairs have a declared edge."""

from __future__ import annotations

from collections.abc import Mapping

from resotolib.kinds.kind import Kind


class KindTree:
    """Bases of kinds, remembered once asked for."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self._closures: dict[str, frozenset[str]] = {}
        self._declared: dict[tuple[str, str], bool] = {}

    def closure(self, name: str) -> frozenset[str]:
        """The kind and everything that it derives from; a kind nobody declared derives from nothing."""
        known = self._closures.get(name)
        if known is None:
            kind = self.kinds.get(name)
            above = [self.closure(base) for base in kind.bases] if kind else []
            known = frozenset({name}).union(*above)
            self._closures[name] = known
        return known

    def declared(self, first: str, second: str) -> bool:
        """Whether a rule of one of the two kinds speaks of the other."""
        key = (first, second)
        if key not in self._declared:
            self._declared[key] = self._speaks(first, second) or self._speaks(second, first)
        return self._declared[key]

    def _speaks(self, of: str, about: str) -> bool:
        kind = self.kinds.get(of)
        return kind is not None and any(rule.kind in self.closure(about) for rule in kind.edges)
