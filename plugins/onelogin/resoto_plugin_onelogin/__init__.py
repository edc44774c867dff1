"""OneLogin for resotoworker: the hooks, nothing else.

The SDK takes most of a second to import and is imported where something is collected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from resoto_plugin_onelogin.settings import OneLoginSettings
from resotolib.hookspecs import hookimpl

if TYPE_CHECKING:
    from resotolib.collect.collector import Collector
    from resotolib.kinds.kind import Kind
    from resotolib.preflight import Each, Finding, Permissions, Purpose
    from resotolib.settings import Settings


@hookimpl
def resoto_settings() -> type[OneLoginSettings]:
    """The flags `--onelogin-…`."""
    return OneLoginSettings


@hookimpl
def resoto_kinds() -> Sequence[Kind]:
    """What there is in an account."""
    from resoto_plugin_onelogin.kinds import KINDS  # noqa: PLC0415  # see above

    return KINDS


@hookimpl
def resoto_collectors(settings: Settings) -> Sequence[Collector]:
    """One collector. Raises NotConfigured without credentials."""
    from resoto_plugin_onelogin import flags  # noqa: PLC0415  # see above
    from resoto_plugin_onelogin.collector import OneLoginCollector  # noqa: PLC0415  # see above

    own = settings[OneLoginSettings]
    flags.check(own)
    return (OneLoginCollector(own),)


@hookimpl
def resoto_permissions(settings: Settings, purposes: Collection[Purpose]) -> Permissions:  # noqa: ARG001  # the hook's
    """The scopes of the API credentials."""
    from resoto_plugin_onelogin import policy  # noqa: PLC0415  # see above

    return policy.permissions(purposes)


@hookimpl
def resoto_check(settings: Settings, each: Each) -> Iterable[Finding]:
    """The login, and the first page of each kind."""
    from resoto_plugin_onelogin import trial  # noqa: PLC0415  # see above

    return trial.check(settings[OneLoginSettings], each)


@hookimpl
def resoto_warm() -> str:
    """What the fork server imports."""
    return "resoto_plugin_onelogin.warm"
