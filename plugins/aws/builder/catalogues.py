"""All that the builder makes: the default kinds, and the further ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from resoto_plugin_aws import kinds

from builder import everything
from builder.assemble import build
from builder.options import OPTIONS
from resotolib.kinds import table
from resotolib.kinds.kind import Kind
from resotolib.kinds.names import Names, of_others


@dataclass(frozen=True)
class Made:
    """`secrets`: members that were left out, by kind. `left_out`: what could be listed and makes no kind, and why."""

    default: Sequence[Kind]
    full: Sequence[Kind]
    secrets: Mapping[str, Sequence[str]]
    left_out: Mapping[str, str]


def make(default: Iterable[Kind] = (), full: Iterable[Kind] = (), services: Iterable[str] | None = None) -> Made:
    """Both catalogues; names that the given ones have stay. Raises ModelError for what is wrong in the table.

    `services`: the only ones to look at for further kinds.
    """
    lines, known, foreign = table.read(kinds.TABLE, OPTIONS), kinds.known_kinds(), of_others("aws")
    first = build(lines, kinds.own_kinds(), default, foreign)
    every = [*known, *first.kinds]
    more = everything.find(lines, every, Names(full, [*every, *foreign]), services)
    return Made(first.kinds, more.kinds, {**first.secrets, **more.secrets}, more.left_out)
