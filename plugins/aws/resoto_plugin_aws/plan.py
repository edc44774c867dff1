"""What is to be read: the kinds that the settings select, compiled once a process."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from resoto_plugin_aws import kinds
from resoto_plugin_aws.hooks import READING
from resoto_plugin_aws.hooks.registry import Hook
from resoto_plugin_aws.settings import AwsSettings
from resotolib.collect.records import KindReader
from resotolib.errors import ModelError
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Plan:
    """`readers`: the kinds to read, parents first; `left_out`: those not asked for; `kinds`: all there are, by name.

    `narrow`: there are further kinds, which nobody has even read from disk.
    """

    readers: tuple[KindReader, ...]
    left_out: tuple[Kind, ...]
    narrow: bool
    kinds: Mapping[str, Kind]
    hooks: Mapping[str, Hook]


def make(settings: AwsSettings) -> Plan:
    """The plan for the settings. Raises SettingsError for a word that names no kind."""
    wanted = kinds.selected(settings.kinds, settings.collect, settings.no_collect)
    names = {kind.name for kind in wanted}
    there = [kind for kind in kinds.catalogue(settings.kinds) if kind.collectable]
    left_out = tuple(kind for kind in there if kind.name not in names)
    narrow = settings.kinds != "full"
    return Plan(tuple(reader(kind.name) for kind in wanted), left_out, narrow, _all_kinds(settings.kinds), READING)


def compile_all() -> None:
    """Compile every kind of the default set, so that processes made from this one find the work done."""
    for kind in kinds.load_catalogue():
        if kind.collectable:
            reader(kind.name)
    _all_kinds("default")


@functools.cache
def reader(name: str) -> KindReader:
    """What reads a kind, of whichever set. Raises ModelError when there is no such kind."""
    found = kinds.find(name)
    if found is None:
        raise ModelError(name, "there is no such kind.")
    return KindReader(found)


@functools.cache
def _all_kinds(breadth: str) -> Mapping[str, Kind]:
    return {kind.name: kind for kind in (*base_kinds(), *kinds.catalogue(breadth))}
