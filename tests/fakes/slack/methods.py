"""What Slack's methods answer; what is wrong with a call is an answer too."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.slack.world import World
from tests.fakes.slack.writing import WRITING, Arguments, Body, refusal

SCOPES: Mapping[str, tuple[str, ...]] = {
    "auth.test": (),
    "team.info": ("team:read",),
    "users.list": ("users:read",),
    "usergroups.list": ("usergroups:read",),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "chat.postMessage": ("chat:write",),
    "users.lookupByEmail": ("users:read.email",),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.archive": ("channels:manage", "groups:write"),
    "usergroups.disable": ("usergroups:write",),
}
"""Of the methods that are served: scopes of which one has to be there."""
A_MINUTE: Mapping[str, int] = {
    "team.info": 50,
    "users.list": 20,
    "usergroups.list": 20,
    "conversations.list": 20,
    "conversations.members": 100,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.archive": 20,
    "usergroups.disable": 20,
    "users.lookupByEmail": 50,
    "chat.postMessage": 60,
}
TYPES = {"public_channel": "channels:read", "private_channel": "groups:read"}


def needed(method: str, arguments: Arguments, world: World) -> tuple[str, ...]:
    """The scopes that a call needs, all of them; public and private conversations need one each."""
    if method == "conversations.list":
        return tuple(TYPES[type_] for type_ in _types(arguments))
    private = {channel["id"] for channel in world.channels if channel["is_private"]}
    if method in ("conversations.info", "conversations.archive") and arguments.get("channel") in private:
        return SCOPES[method][1:]
    return SCOPES[method][:1]


def answer(method: str, world: World, arguments: Arguments, scopes: set[str]) -> Body:
    """What a method answers to a call that is allowed."""
    return WRITING[method](world, arguments) if method in WRITING else _read(method, world, arguments, scopes)


def _read(method: str, world: World, arguments: Arguments, scopes: set[str]) -> Body:
    match method:
        case "auth.test":
            team = world.team
            user = {"user": "resoto", "user_id": "U99999", "bot_id": "B99999"}
            return {"ok": True, "url": "https://acme.slack.com/", "team": team["name"], "team_id": team["id"], **user}
        case "team.info":
            return {"ok": True, "team": world.team}
        case "users.list":
            return _page([_shown(user, scopes) for user in world.users], arguments, "members", "user")
        case "usergroups.list":
            return {"ok": True, "usergroups": _usergroups(world, arguments)}
        case "conversations.list":
            return _page(_channels(world, arguments), arguments, "channels", "team")
        case _:
            members = world.members.get(arguments.get("channel", ""))
            return refusal("channel_not_found") if members is None else _page(members, arguments, "members", "user")


def _shown(user: Body, scopes: set[str]) -> Body:
    if "users:read.email" in scopes:
        return user
    return {**user, "profile": {name: value for name, value in user["profile"].items() if name != "email"}}


def _usergroups(world: World, arguments: Arguments) -> list[Body]:
    hidden = {"users": "include_users", "user_count": "include_count"}
    left_out = {member for member, argument in hidden.items() if not _on(arguments, argument)}
    return [
        {name: value for name, value in group.items() if name not in left_out}
        for group in world.usergroups
        if _on(arguments, "include_disabled") or not group["date_delete"]
    ]


def _channels(world: World, arguments: Arguments) -> list[Body]:
    types, exclude = _types(arguments), _on(arguments, "exclude_archived")
    return [
        channel
        for channel in world.channels
        if ("private_channel" if channel["is_private"] else "public_channel") in types
        and not (exclude and channel["is_archived"])
    ]


def _types(arguments: Arguments) -> list[str]:
    return arguments.get("types", "public_channel").split(",")


def _on(arguments: Arguments, name: str) -> bool:
    return arguments.get(name, "").lower() in ("1", "true")


def _page(rows: Sequence[Any], arguments: Arguments, member: str, what: str) -> Body:
    """Cursors are in base64 and end in `=`."""
    limit = int(arguments.get("limit", "100"))
    if not 1 <= limit <= 1000:
        return refusal("invalid_limit")
    at = 0
    if arguments.get("cursor"):
        try:
            at = int(base64.b64decode(arguments["cursor"], validate=True).decode().partition(":")[2])
        except ValueError:
            return refusal("invalid_cursor")
    cursor = base64.b64encode(f"{what}:{at + limit}".encode()).decode() if at + limit < len(rows) else ""
    return {"ok": True, member: list(rows[at : at + limit]), "response_metadata": {"next_cursor": cursor}}
