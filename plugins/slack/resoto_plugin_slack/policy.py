"""What Slack has to allow: the scopes of the app's bot token."""

from __future__ import annotations

import json
from collections.abc import Collection

from resoto_plugin_slack import scopes
from resoto_plugin_slack.flags import CLOUD
from resotolib.preflight import Permissions, Purpose


def permissions(purposes: Collection[Purpose]) -> Permissions:
    """The scopes, and a manifest to make the app from. Nothing is tagged or cleaned up, so that needs none."""
    wanted: dict[Purpose, tuple[str, ...]] = {
        purpose: tuple(sorted(scopes.COLLECT)) if purpose == "collect" else () for purpose in purposes
    }
    manifest = {
        "display_information": {"name": "resotoworker"},
        "features": {"bot_user": {"display_name": "resotoworker"}},
        "oauth_config": {"scopes": {"bot": sorted(scopes.COLLECT)}},
    }
    return Permissions(CLOUD, wanted, (json.dumps(manifest, indent=2),) if "collect" in purposes else ())
