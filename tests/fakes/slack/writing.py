"""The methods that change a workspace, or look at one thing in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.slack.world import Row, World

Arguments = Mapping[str, str]
Body = dict[str, Any]


def refusal(error: str, **more: Any) -> Body:
    """An error as Slack tells it."""
    return {"ok": False, "error": error, **more}


def _open(world: World, arguments: Arguments) -> Body:
    user = _find(world.users, arguments.get("users"))
    if user is None:
        return refusal("user_not_found")
    return refusal("user_disabled") if user["deleted"] else {"ok": True, "channel": {"id": f"D{user['id']}"}}


def _post(world: World, arguments: Arguments) -> Body:
    channel, text = arguments.get("channel", ""), arguments.get("text", "")
    if _find(world.users, channel.removeprefix("D")) is None:
        return refusal("channel_not_found")
    if not text or len(text) > 40_000:
        return refusal("msg_too_long" if text else "no_text")
    world.posts.append((channel.removeprefix("D"), text))
    stamp = f"{1700000000 + len(world.posts)}.000100"
    return {"ok": True, "channel": channel, "ts": stamp, "message": {"type": "message", "text": text, "ts": stamp}}


def _lookup(world: World, arguments: Arguments) -> Body:
    address = arguments.get("email", "").casefold()
    found = [user for user in world.users if user["profile"].get("email", "").casefold() == address]
    return {"ok": True, "user": found[0]} if found and not found[0]["deleted"] else refusal("users_not_found")


def _info(world: World, arguments: Arguments) -> Body:
    channel = _find(world.channels, arguments.get("channel"))
    if channel is None or (channel["is_private"] and not channel["is_member"]):
        return refusal("channel_not_found")
    return {"ok": True, "channel": {name: value for name, value in channel.items() if name != "num_members"}}


def _archive(world: World, arguments: Arguments) -> Body:
    channel = _find(world.channels, arguments.get("channel"))
    if channel is None:
        return refusal("channel_not_found")
    for refused, word in (
        (channel["is_archived"], "already_archived"),
        (channel["is_general"], "cant_archive_general"),
        (not channel["is_member"], "not_in_channel"),
    ):
        if refused:
            return refusal(word)
    channel["is_archived"] = True
    return {"ok": True}


def _disable(world: World, arguments: Arguments) -> Body:
    group = _find(world.usergroups, arguments.get("usergroup"))
    if group is None:
        return refusal("no_such_subteam")
    group["date_delete"] = group["date_delete"] or 1800000000
    shown = {name: value for name, value in group.items() if name not in ("users", "user_count")}
    return {"ok": True, "usergroup": shown}


def _find(rows: list[Row], identity: str | None) -> Row | None:
    return next((row for row in rows if row["id"] == identity), None)


WRITING: Mapping[str, Callable[[World, Arguments], Body]] = {
    "conversations.open": _open,
    "chat.postMessage": _post,
    "users.lookupByEmail": _lookup,
    "conversations.info": _info,
    "conversations.archive": _archive,
    "usergroups.disable": _disable,
}
