"""Whether there is something to collect with: what can be said before anything is imported or called."""

from __future__ import annotations

import logging
from ipaddress import ip_address
from urllib.parse import urlsplit

from resoto_plugin_slack.settings import SlackSettings
from resotolib.errors import NotConfigured, SettingsError

CLOUD = "slack"

log = logging.getLogger(__name__)


def check(settings: SlackSettings) -> None:
    """Raise NotConfigured without a token, SettingsError for an address that is none."""
    if not any(settings.bot_token):
        raise NotConfigured(CLOUD, "--slack-bot-token must be given, or SLACK_BOT_TOKEN set")
    parts = urlsplit(base_url(settings))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"--slack-endpoint-url is {settings.endpoint_url!r}: give an address with https://.")
    if parts.scheme == "http" and not _loopback(parts.hostname):
        log.warning("--slack-endpoint-url sends the bot token to %s without encryption", parts.hostname)


def base_url(settings: SlackSettings) -> str:
    """The address that the names of methods are added to."""
    return (settings.endpoint_url or "https://slack.com/api").rstrip("/") + "/"


def _loopback(hostname: str) -> bool:
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost"
