"""Google Cloud for resotoworker: the hooks, nothing else.

The SDK is imported where something is collected: a worker that prints its help does not wait for it, and one whose
children collect never holds it in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from resoto_plugin_gcp.settings import GcpSettings
from resotolib.hookspecs import hookimpl

if TYPE_CHECKING:
    from resotolib.collect.collector import Collector
    from resotolib.kinds.kind import Kind
    from resotolib.preflight import Each, Finding, Permissions, Purpose
    from resotolib.settings import Settings


@hookimpl
def resoto_settings() -> type[GcpSettings]:
    """The flags `--gcp-…`."""
    return GcpSettings


@hookimpl
def resoto_kinds() -> Sequence[Kind]:
    """The kinds of the catalogue."""
    from resoto_plugin_gcp.kinds import load_catalogue  # noqa: PLC0415  # see above

    return tuple(load_catalogue())


@hookimpl
def resoto_collectors(settings: Settings) -> Sequence[Collector]:
    """One collector. Raises NotConfigured without credentials, SettingsError for flags that do not fit together."""
    from resoto_plugin_gcp import flags  # noqa: PLC0415  # see above
    from resoto_plugin_gcp.collector import GcpCollector  # noqa: PLC0415  # see above

    own = settings[GcpSettings]
    flags.check(own)
    return (GcpCollector(own),)


@hookimpl
def resoto_permissions(settings: Settings, purposes: Collection[Purpose]) -> Permissions:
    """A custom role."""
    from resoto_plugin_gcp import policy  # noqa: PLC0415  # see above

    return policy.permissions(settings[GcpSettings], purposes)


@hookimpl
def resoto_check(settings: Settings, each: Each) -> Iterable[Finding]:
    """Projects, services and the first page of each kind."""
    from resoto_plugin_gcp import trial  # noqa: PLC0415  # see above

    return trial.check(settings[GcpSettings], each)


@hookimpl
def resoto_warm() -> str:
    """What the fork server imports."""
    return "resoto_plugin_gcp.warm"
