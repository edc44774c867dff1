"""What a plugin can tell the worker. Entry-point group `resoto.plugins`; the entry point's name is the collector's.

from resotolib.hookspecs import hookimpl

@hookimpl
def resoto_settings(): return MySettings

@hookimpl
def resoto_collectors(settings): return [MyCollector(settings[MySettings])]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from resotolib.actions import ActionHandler
    from resotolib.collect.collector import Collector
    from resotolib.collect.scope import Message
    from resotolib.collect.segment import Segment
    from resotolib.core.messages import Action
    from resotolib.kinds.kind import Kind
    from resotolib.preflight import Each, Finding, Permissions, Purpose
    from resotolib.settings import Settings

PROJECT = "resoto"
ENTRY_POINTS = "resoto.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def resoto_settings() -> type[Any]:  # type: ignore[empty-body]  # a declaration
    """The plugin's settings class (see `resotolib.settings`); its fields are its flags."""


@hookspec
def resoto_kinds() -> Sequence[Kind]:  # type: ignore[empty-body]  # a declaration
    """The kinds that the plugin can produce."""


@hookspec
def resoto_further_kinds(names: Collection[str]) -> Sequence[Kind]:  # type: ignore[empty-body]  # a declaration
    """Kinds beside those of `resoto_kinds`, which few workers need: those with these names, or all for no names."""


@hookspec
def resoto_collectors(settings: Settings) -> Sequence[Collector]:  # type: ignore[empty-body]  # a declaration
    """The plugin's collectors. Raises `NotConfigured` when there is nothing to collect with; no network here."""


@hookspec
def resoto_actions(settings: Settings) -> Sequence[ActionHandler]:  # type: ignore[empty-body]  # a declaration
    """What the plugin does for further actions of the core; empty when it has nothing to do them with. No network."""


@hookspec(firstresult=True)
def resoto_executor(settings: Settings) -> Executor:  # type: ignore[empty-body]  # a declaration
    """An executor to run scopes on, in place of the worker's own."""


@hookspec
def resoto_scope_collected(action: Action, segment: Segment) -> None:
    """Called in the worker when a scope has been collected and before it is sent: the segment's file is there."""


@hookspec
def resoto_collected(action: Action, segments: Sequence[Segment], messages: Sequence[Message]) -> None:
    """Called in the worker after a collect action, with the result of every scope; their files may be gone.

    `messages` are those that belong to no scope that was collected: what was left out when the scopes were found.
    """


@hookspec
def resoto_permissions(settings: Settings, purposes: Collection[Purpose]) -> Permissions:  # type: ignore[empty-body]  # a declaration
    """The least that the cloud has to allow for these purposes, with these settings. No network here."""


@hookspec
def resoto_check(settings: Settings, each: Each) -> Iterable[Finding]:  # type: ignore[empty-body]  # a declaration
    """Log in, find the scopes and try one call of each sort, reading only. Raises what a run would raise at once."""


@hookspec
def resoto_warm() -> str:  # type: ignore[empty-body]  # a declaration
    """Name of the module that the fork server imports before children start."""
