"""What AWS has: the kinds that `builder` derives from the models of the SDK and `aws.tbl`, and those made by hand.

The further kinds are many and most workers never need them: they are read from disk when they are asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

from resoto_plugin_aws.kinds.aliases import ALIASES
from resoto_plugin_aws.kinds.own import own_kinds
from resotolib.errors import SettingsError
from resotolib.kinds.base import base_kinds
from resotolib.kinds.catalogue import Catalogue
from resotolib.kinds.kind import Kind

PATH = Path(__file__).with_name("catalogue.json.gz")
FULL = Path(__file__).with_name("full.json.gz")
NAMES = Path(__file__).with_name("full.txt")
TABLE = Path(__file__).with_name("aws.tbl")

__all__ = [
    "ALIASES",
    "FULL",
    "NAMES",
    "PATH",
    "TABLE",
    "catalogue",
    "find",
    "further",
    "further_names",
    "known_kinds",
    "load_catalogue",
    "load_full",
    "own_kinds",
    "selected",
]


@functools.cache
def load_catalogue() -> Catalogue:
    """The hand-made kinds (account, region, zone) and the derived ones of the default set."""
    return Catalogue((*own_kinds(), *Catalogue.load(PATH)), ALIASES)


@functools.cache
def load_full() -> Catalogue:
    """All AWS kinds: those of the default set, and the further ones."""
    return Catalogue((*load_catalogue(), *Catalogue.load(FULL)), ALIASES)


@functools.cache
def further_names() -> frozenset[str]:
    """The names of the further kinds."""
    return frozenset(NAMES.read_text(encoding="utf-8").split())


def further() -> Iterator[Kind]:
    """The further kinds."""
    return (kind for kind in load_full() if kind.name in further_names())


def find(name: str) -> Kind | None:
    """The kind with this name, of whichever set; None when there is none."""
    return (load_full() if name in further_names() else load_catalogue()).get(name)


def catalogue(breadth: str) -> Catalogue:
    """The kinds that there are to choose from: `default`, or `full`."""
    return load_full() if breadth == "full" else load_catalogue()


def selected(breadth: str, include: Sequence[str], exclude: Sequence[str]) -> tuple[Kind, ...]:
    """The kinds to read, in the order to read them in.

    Raises SettingsError for a word that means nothing, and for one that means only kinds of another breadth.
    """
    try:
        return catalogue(breadth).select(include, exclude)
    except SettingsError as error:
        if breadth != "full" and _are_known((*include, *exclude)):
            raise SettingsError(f"{error} With --aws-kinds full there is.") from error
        raise


def _are_known(words: Sequence[str]) -> bool:
    try:
        load_full().select(words)
    except SettingsError:
        return False
    return True


def known_kinds() -> Sequence[Kind]:
    """What derived kinds may refer to: the provider-neutral kinds and the hand-made ones."""
    return (*base_kinds(), *own_kinds())
