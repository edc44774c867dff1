"""What a query says, as small records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Path:
    """Names on the way to a value; `*` stands for every item of a list, a number for one of them."""

    absolute: bool
    steps: tuple[str | int, ...]

    @property
    def text(self) -> str:
        """The names with underscores, as aggregations name their results."""
        return "_".join(str(step) for step in self.steps)


@dataclass(frozen=True)
class Everything:
    """All nodes."""


@dataclass(frozen=True)
class IsKind:
    """Nodes of one of these kinds."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class HasId:
    """Nodes by their id."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class HasKey:
    """Nodes that have these keys at a path."""

    path: Path
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """`op` is one of == != < > <= >= ~ matches in; `bare` says that the text stood without quotes.

    `~` ignores case and `matches`, which only a negation makes, does not: as in a real core. `!=` is about items of a
    list: one of them is another; elsewhere it is a negated `==`.
    """

    path: Path
    op: str
    value: Any
    bare: bool = False


@dataclass(frozen=True)
class Words:
    """Nodes whose properties contain a text somewhere."""

    text: str


@dataclass(frozen=True)
class Negation:
    """All other nodes."""

    term: Term


@dataclass(frozen=True)
class Combined:
    """Both terms (and), or one of them (or)."""

    op: str
    left: Term
    right: Term


Term: TypeAlias = "Everything | IsKind | HasId | HasKey | Comparison | Words | Negation | Combined"


@dataclass(frozen=True)
class Navigation:
    """A walk along edges: types for each direction (none: not this way), and how far (None: to the end)."""

    inbound: tuple[str, ...]
    outbound: tuple[str, ...]
    start: int
    until: int | None


@dataclass(frozen=True)
class Part:
    """A filter with order and limit; the nodes that a navigation starts from or leads to."""

    term: Term
    sort: tuple[tuple[Path, str], ...]
    limit: tuple[int, int] | None


@dataclass(frozen=True)
class Aggregate:
    """Groups (path, name) and functions (name of the function, path or number, name of the result)."""

    groups: tuple[tuple[Path, str], ...]
    functions: tuple[tuple[str, Path | float, str], ...]


@dataclass(frozen=True)
class Query:
    """Parts with a navigation between each two of them."""

    parts: tuple[Part, ...]
    navigations: tuple[Navigation, ...]
    aggregate: Aggregate | None
