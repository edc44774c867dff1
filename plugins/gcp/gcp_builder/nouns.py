"""What the names of a kind's properties start with."""

from __future__ import annotations

from resotolib.kinds.table import Line

_COMMON_WORDS = """
backup cluster collection connector database dataset document endpoint environment feature index instance job key metric
model node operation policy queue repository role rule schedule schema service sink snapshot table trigger user version
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Words that several services use for things of their own: there the kind's whole name is the noun."""


def noun_of(line: Line) -> str:
    """The kind's name without cloud and service, where that says enough."""
    whole = line.kind.removeprefix("gcp_")
    short = whole.removeprefix(f"{line.get('prefix', line.service)}_")
    return whole if short in _COMMON else short
