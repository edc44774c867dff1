"""What is to be read: the kinds that the settings select, compiled once a process."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from resoto_plugin_aws.hooks import READING
from resoto_plugin_aws.hooks.registry import Hook
from resoto_plugin_aws.kinds import load_catalogue
from resoto_plugin_aws.settings import AwsSettings
from resotolib.collect.records import KindReader
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Plan:
    """`readers`: the kinds to read, parents first; `left_out`: those not asked for; `kinds`: all there are, by name."""

    readers: tuple[KindReader, ...]
    left_out: tuple[Kind, ...]
    kinds: Mapping[str, Kind]
    hooks: Mapping[str, Hook]


def make(settings: AwsSettings) -> Plan:
    """The plan for the settings. Raises SettingsError for a word that names no kind."""
    selected = load_catalogue().select(settings.collect, settings.no_collect)
    names = {kind.name for kind in selected}
    left_out = tuple(kind for kind in load_catalogue() if kind.collectable and kind.name not in names)
    return Plan(tuple(_reader(kind.name) for kind in selected), left_out, _all_kinds(), READING)


def compile_all() -> None:
    """Compile every kind, so that processes made from this one find the work done."""
    for kind in load_catalogue():
        if kind.collectable:
            _reader(kind.name)
    _all_kinds()


@functools.cache
def _reader(name: str) -> KindReader:
    return KindReader(load_catalogue()[name])


@functools.cache
def _all_kinds() -> Mapping[str, Kind]:
    return {kind.name: kind for kind in (*base_kinds(), *load_catalogue())}
