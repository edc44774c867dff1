"""Whether there is something to collect with: what can be said before anything is imported or called."""

from __future__ import annotations

from resoto_plugin_slack.settings import SlackSettings
from resotolib.collect.endpoint import check_endpoint
from resotolib.errors import NotConfigured

CLOUD = "slack"


def check(settings: SlackSettings) -> None:
    """Raise NotConfigured without a token, SettingsError for an address that is none."""
    if not any(settings.bot_token):
        raise NotConfigured(CLOUD, "--slack-bot-token must be given, or SLACK_BOT_TOKEN set")
    check_endpoint("--slack-endpoint-url", settings.endpoint_url or base_url(settings), "bot token")


def base_url(settings: SlackSettings) -> str:
    """The address that the names of methods are added to."""
    return (settings.endpoint_url or "https://slack.com/api").rstrip("/") + "/"
