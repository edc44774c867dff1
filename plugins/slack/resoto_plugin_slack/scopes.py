"""What a token may do, and which of Slack's scopes each part of a collect needs."""

from __future__ import annotations

from collections.abc import Mapping

from resoto_plugin_slack.answer import Answer
from resoto_plugin_slack.errors import denied

TEAM, USERS, EMAIL, USERGROUPS = "team:read", "users:read", "users:read.email", "usergroups:read"
CHANNELS: Mapping[str, str] = {"public_channel": "channels:read", "private_channel": "groups:read"}
"""By type of conversation."""
COLLECT = (*CHANNELS.values(), TEAM, USERGROUPS, USERS, EMAIL)
CLEANUP = ("channels:manage", "groups:write", "usergroups:write")
NOTICE = ("chat:write", "im:write")
"""To tell owners what a cleanup did."""


class Granted:
    """The scopes of a token, from the answer to a call that was made with it."""

    def __init__(self, answer: Answer) -> None:
        header = answer.headers.get("x-oauth-scopes")
        self._scopes = None if header is None else {scope.strip() for scope in header.split(",")}

    def has(self, scope: str) -> bool:
        """Whether the token has a scope, for all we know: Slack need not have said."""
        return self._scopes is None or scope in self._scopes

    def require(self, scope: str, method: str) -> None:
        """Raise NotPermitted when it is known that the token has not got the scope: the call would be in vain."""
        if not self.has(scope):
            raise denied(method, "the token does not have the scope for it", scope)
