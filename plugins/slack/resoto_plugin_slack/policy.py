"""What Slack has to allow: the scopes of the app's bot token."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from resoto_plugin_slack import scopes
from resoto_plugin_slack.flags import CLOUD
from resotolib.preflight import Permissions, Purpose

_WANTED: Mapping[Purpose, tuple[str, ...]] = {
    "collect": scopes.COLLECT,
    "cleanup": (*scopes.CLEANUP, *scopes.NOTICE),
}


def permissions(purposes: Collection[Purpose]) -> Permissions:
    """The scopes, and a manifest to make the app from. Nothing is tagged, so that needs none."""
    wanted = {purpose: tuple(sorted(_WANTED.get(purpose, ()))) for purpose in purposes}
    every = sorted({scope for scopes_ in wanted.values() for scope in scopes_})
    manifest = {
        "display_information": {"name": "resotoworker"},
        "features": {"bot_user": {"display_name": "resotoworker"}},
        "oauth_config": {"scopes": {"bot": every}},
    }
    return Permissions(CLOUD, wanted, (json.dumps(manifest, indent=2),) if every else ())
