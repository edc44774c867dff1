"""Amazon Web Services for resotoworker: the hooks, nothing else.

The SDK is imported where something is collected: a worker that prints its help does not wait for it, and one whose
children collect never holds it in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from resoto_plugin_aws.settings import AwsSettings
from resotolib.hookspecs import hookimpl

if TYPE_CHECKING:
    from resotolib.collect.collector import Collector
    from resotolib.kinds.kind import Kind
    from resotolib.preflight import Each, Finding, Permissions, Purpose
    from resotolib.settings import Settings


@hookimpl
def resoto_settings() -> type[AwsSettings]:
    """The flags `--aws-…`."""
    return AwsSettings


@hookimpl
def resoto_kinds() -> Sequence[Kind]:
    """The kinds of the default set; how one is deleted is told only where that is verified, so that plans say so."""
    from resoto_plugin_aws.kinds import load_catalogue  # noqa: PLC0415  # see above
    from resoto_plugin_aws.verified import DELETABLE  # noqa: PLC0415  # see above

    return tuple(kind if kind.name in DELETABLE else replace(kind, deletion=None) for kind in load_catalogue())


@hookimpl
def resoto_further_kinds(names: Collection[str]) -> Sequence[Kind]:
    """The kinds that `--aws-kinds full` adds. How they are deleted is verified of none."""
    from resoto_plugin_aws.kinds import further, further_names, load_full  # noqa: PLC0415  # see above

    wanted = further_names() & set(names)
    found = [load_full()[name] for name in wanted] if names else further()
    return tuple(replace(kind, deletion=None) for kind in found)


@hookimpl
def resoto_collectors(settings: Settings) -> Sequence[Collector]:
    """One collector. Raises SettingsError for flags that do not fit together."""
    from resoto_plugin_aws import flags  # noqa: PLC0415  # see above
    from resoto_plugin_aws.collector import AwsCollector  # noqa: PLC0415  # see above

    own = settings[AwsSettings]
    flags.check(own)
    return (AwsCollector(own),)


@hookimpl
def resoto_permissions(settings: Settings, purposes: Collection[Purpose]) -> Permissions:
    """IAM policies."""
    from resoto_plugin_aws import policy  # noqa: PLC0415  # see above

    return policy.permissions(settings[AwsSettings], purposes)


@hookimpl
def resoto_check(settings: Settings, each: Each) -> Iterable[Finding]:
    """Accounts, regions and the first page of each kind."""
    from resoto_plugin_aws import trial  # noqa: PLC0415  # see above

    return trial.check(settings[AwsSettings], each)


@hookimpl
def resoto_warm() -> str:
    """What the fork server imports."""
    return "resoto_plugin_aws.warm"
