"""Slack for resotoworker: the hooks, nothing else.

The SDK is imported only where something is collected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from resoto_plugin_slack.settings import SlackSettings
from resotolib.hookspecs import hookimpl
from resotolib.log import Mask

if TYPE_CHECKING:
    from resotolib.actions import ActionHandler
    from resotolib.collect.collector import Collector
    from resotolib.kinds.kind import Kind
    from resotolib.preflight import Each, Finding, Permissions, Purpose
    from resotolib.settings import Settings


@hookimpl
def resoto_settings() -> type[SlackSettings]:
    """The flags `--slack-…`."""
    return SlackSettings


@hookimpl
def resoto_kinds() -> Sequence[Kind]:
    """What there is in a workspace."""
    from resoto_plugin_slack.kinds import KINDS  # noqa: PLC0415  # see above

    return KINDS


@hookimpl
def resoto_collectors(settings: Settings) -> Sequence[Collector]:
    """One collector. Raises NotConfigured without a token."""
    from resoto_plugin_slack import flags  # noqa: PLC0415  # see above
    from resoto_plugin_slack.collector import SlackCollector  # noqa: PLC0415  # see above

    own = settings[SlackSettings]
    flags.check(own)
    return (SlackCollector(own),)


@hookimpl
def resoto_actions(settings: Settings) -> Sequence[ActionHandler]:
    """The message to owners of resources after a cleanup, if there is a token to send it with."""
    from resoto_plugin_slack.notice.handler import Notice  # noqa: PLC0415  # see above
    from resotolib import actions  # noqa: PLC0415  # see above

    own = settings[SlackSettings]
    if not any(own.bot_token):
        return ()
    return (actions.ActionHandler(actions.POST_CLEANUP, Notice(own, Mask(settings.secret_values()))),)


@hookimpl
def resoto_permissions(settings: Settings, purposes: Collection[Purpose]) -> Permissions:  # noqa: ARG001  # the hook's
    """The scopes of the bot token."""
    from resoto_plugin_slack import policy  # noqa: PLC0415  # see above

    return policy.permissions(purposes)


@hookimpl
def resoto_check(settings: Settings, each: Each) -> Iterable[Finding]:
    """The tokens, their scopes, and the first page of each list."""
    from resoto_plugin_slack import trial  # noqa: PLC0415  # see above

    return trial.check(settings[SlackSettings], each)


@hookimpl
def resoto_warm() -> str:
    """What the fork server imports."""
    return "resoto_plugin_slack.warm"
