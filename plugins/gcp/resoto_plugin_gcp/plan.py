"""What is to be read: the kinds that the settings select, compiled once a process."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from resoto_plugin_gcp import kinds
from resoto_plugin_gcp.settings import GcpSettings
from resotolib.collect.records import KindReader
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Kind

LINK = "link"
"""The property that holds the name of a resource that is unique in the world."""


PLACES = ("gcp_project", "gcp_region", "gcp_zone")
"""Kinds that are always read: all others lie in them."""


ASSET = "gcp_asset"
"""The kind of what Cloud Asset Inventory knows and no other kind has found."""


SERVICE = "gcp_serviceusage_service"
"""The kind whose list says what can be read at all, and is read for that."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`readers`: the kinds to read, parents first; `left_out`: those not asked for; `kinds`: all there are, by name.

    `shared`: the list calls that several kinds are made of, and the one that says which services there are, as
    (service, operation, parameters).
    """

    readers: tuple[KindReader, ...]
    left_out: tuple[Kind, ...]
    kinds: Mapping[str, Kind]
    shared: frozenset[tuple[str, str, str]]


def make(settings: GcpSettings) -> Plan:
    """The plan for the settings. Raises SettingsError for a word that names no kind."""
    full = settings.kinds == "full"
    names = {kind.name for kind in kinds.selected(full, settings.collect, settings.no_collect)} | {*PLACES}
    if settings.asset_inventory:
        names.add(ASSET)
    collectable = [kind for kind in kinds.load_catalogue() if kind.collectable]
    left_out = tuple(kind for kind in collectable if kind.name not in names)
    readers = tuple(reader(kind.name) for kind in collectable if kind.name in names)
    calls = Counter(key for one in (*readers, reader(SERVICE)) if (key := call_key(one)))
    return Plan(readers, left_out, _all_kinds(), frozenset(key for key, times in calls.items() if times > 1))


def call_key(one: KindReader) -> tuple[str, str, str] | None:
    """What tells whether two kinds are read by the same call; None for those that need a parent."""
    if one.list is None or one.parent:
        return None
    return one.list.call.service, one.list.call.operation, repr(one.list.call.params)


def compile_all() -> None:
    """Compile every kind, so that processes made from this one find the work done."""
    for kind in kinds.load_catalogue():
        if kind.collectable:
            reader(kind.name)
    _all_kinds()


@functools.cache
def reader(name: str) -> KindReader:
    """What reads a kind."""
    return KindReader(kinds.load_catalogue()[name], LINK, by_arn=True)


@functools.cache
def _all_kinds() -> Mapping[str, Kind]:
    return {kind.name: kind for kind in (*base_kinds(), *kinds.load_catalogue())}
