"""The Slack plugin's settings."""

from __future__ import annotations

from dataclasses import dataclass

from resotolib.settings import flag, group


@group("slack", "Slack")
@dataclass(frozen=True)
class SlackSettings:
    """Flags `--slack-…`: which workspaces, and what of them."""

    bot_token: tuple[str, ...] = flag(
        (), "Bot tokens of the workspaces to collect, one for each", secret=True, env=("SLACK_BOT_TOKEN",)
    )
    include_archived: bool = flag(default=False, help="Collect archived conversations and disabled user groups too")
    do_not_verify_cert: bool = flag(default=False, help="Take any certificate that the server shows")
    memberships: str = flag(
        "all",
        "Conversations whose members are read, with one API call for each",
        choices=("all", "active", "none"),
    )
    throttle_timeout: int = flag(
        120, "Seconds that one call waits for a rate limit before what it reads is given up", minimum=0
    )
    endpoint_url: str | None = flag(None, "Send all API calls to this address", default_text="https://slack.com/api/")
