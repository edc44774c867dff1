"""The calls that a message takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from resoto_plugin_slack.client import Client
from resoto_plugin_slack.kinds import PAGE
from resotolib.errors import Unreadable

UNKNOWN = "users_not_found"


def open_conversation(client: Client, user: str) -> str:
    """The id of the conversation between the bot and a user. Raises CollectError."""
    return str(_member(client.call("conversations.open", {"users": user}).data, "channel", "conversations.open")["id"])


def post(client: Client, channel: str, text: str) -> None:
    """Say something, once: an answer that fails to come does not say that nothing was said. Raises CollectError."""
    quiet = {"mrkdwn": "false", "unfurl_links": "false", "unfurl_media": "false"}
    client.call("chat.postMessage", {"channel": channel, "text": text, **quiet}, repeat=False)


def user_at(client: Client, address: str) -> Mapping[str, Any] | None:
    """The user with an e-mail address. Raises CollectError; None only when Slack says that there is nobody."""
    answer = client.call("users.lookupByEmail", {"email": address}, also=(UNKNOWN,))
    return _member(answer.data, "user", "users.lookupByEmail") if answer.ok else None


def users(client: Client) -> Iterator[Mapping[str, Any]]:
    """All users. Raises CollectError."""
    for page in client.pages("users.list", {"limit": PAGE}, "members"):
        yield from (user for user in page if isinstance(user, Mapping))


def _member(data: Mapping[str, Any] | None, member: str, method: str) -> Mapping[str, Any]:
    found = (data or {}).get(member)
    if not isinstance(found, Mapping) or not found.get("id"):
        raise Unreadable(method, f"the answer names no {member}")
    return found
