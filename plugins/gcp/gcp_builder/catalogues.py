"""All that the builder makes: the default kinds, the further ones, and how their operations are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from resoto_plugin_gcp import kinds
from resoto_plugin_gcp.kinds.methods import Method

from gcp_builder import everything
from gcp_builder.assemble import build
from gcp_builder.methods import methods
from gcp_builder.options import OPTIONS
from resotolib.kinds import table
from resotolib.kinds.kind import Kind
from resotolib.kinds.names import of_others


@dataclass(frozen=True)
class Made:
    """`secrets`: members that were left out, by kind. `left_out`: list methods that make no kind, with the reason."""

    default: Sequence[Kind]
    full: Sequence[Kind]
    methods: Sequence[Method]
    secrets: Mapping[str, Sequence[str]]
    left_out: Mapping[str, str]


def make(default: Iterable[Kind] = (), full: Iterable[Kind] = ()) -> Made:
    """Both catalogues; names that the given ones have stay. Raises ModelError for what is wrong in the table."""
    lines, known, foreign = table.read(kinds.TABLE, OPTIONS), kinds.known_kinds(), of_others("gcp")
    further = [line for line in lines if line.get("collected") == "full"]
    first = build([line for line in lines if line not in further], known, default, foreign)
    rest = everything.find(lines, [*known, *first.kinds])
    more = build([*rest.lines, *further], [*known, *first.kinds], full, foreign)
    called = methods([*kinds.own_kinds(), *first.kinds, *more.kinds])
    return Made(first.kinds, more.kinds, called, {**first.secrets, **more.secrets}, rest.left_out)
