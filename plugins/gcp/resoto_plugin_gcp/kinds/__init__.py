"""What GCP has: the kinds that `gcp_builder` derives from Google's documents and `gcp.tbl`, and those made by hand."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from resoto_plugin_gcp.kinds.aliases import ALIASES
from resoto_plugin_gcp.kinds.methods import Method
from resoto_plugin_gcp.kinds.own import own_kinds
from resotolib.kinds.base import base_kinds
from resotolib.kinds.catalogue import Catalogue
from resotolib.kinds.kind import Kind

PATH = Path(__file__).with_name("catalogue.json.gz")
FULL = Path(__file__).with_name("full.json.gz")
METHODS = Path(__file__).with_name("methods.json.gz")
TABLE = Path(__file__).with_name("gcp.tbl")

__all__ = [
    "ALIASES",
    "FULL",
    "PATH",
    "TABLE",
    "Method",
    "known_kinds",
    "load_catalogue",
    "load_methods",
    "own_kinds",
    "save_methods",
    "selected",
]


@functools.cache
def load_catalogue(full: bool = True) -> Catalogue:  # noqa: FBT001, FBT002  # positional, so that it is cached once
    """All GCP kinds, the hand-made ones (project, region, zone) and the derived ones; or those of the default set."""
    more = Catalogue.load(FULL) if full else ()
    return Catalogue((*own_kinds(), *Catalogue.load(PATH), *more), ALIASES)


def selected(full: bool, include: Sequence[str], exclude: Sequence[str]) -> tuple[Kind, ...]:  # noqa: FBT001
    """The kinds to read, in the order to read them in. Raises SettingsError for a word that means nothing."""
    return load_catalogue(full).select(include, exclude)


@functools.cache
def load_methods() -> Mapping[tuple[str, str], Method]:
    """How each operation that is used is called, by service and operation."""
    with gzip.open(METHODS, "rb") as file:
        rows = json.loads(file.read())
    return {
        (service, operation): Method(service, operation, http, root, path, tuple(query), paged, response)
        for service, operation, http, root, path, query, paged, response in rows
    }


def save_methods(methods: Iterable[Method]) -> None:
    """Write what `load_methods` reads; the same methods make the same bytes."""
    text = json.dumps([dataclasses.astuple(method) for method in methods], separators=(",", ":"))
    with METHODS.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode())


def known_kinds() -> Sequence[Kind]:
    """What derived kinds may refer to: the provider-neutral kinds and the hand-made ones."""
    return (*base_kinds(), *own_kinds())
