"""What there is in a made-up workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.people import email

Row = dict[str, Any]
TEAM_ID = "T0001"


@dataclass
class World:
    """Objects as Slack gives them, in the order of its lists."""

    team: Row
    users: list[Row] = field(default_factory=list)
    channels: list[Row] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=dict)
    usergroups: list[Row] = field(default_factory=list)


def make_world(users: int = 450, channels: int = 230, big: int = 310) -> World:
    """A workspace in which every list has more than one page; the second channel has `big` members.

    Every tenth channel is private, every 23rd archived, every 40th user a bot; two groups of six are disabled.
    """
    people = [_user(number) for number in range(users)]
    rooms = [_channel(number) for number in range(channels)]
    ids = [user["id"] for user in people]
    members = {room["id"]: [ids[(number + step) % users] for step in range(3)] for number, room in enumerate(rooms)}
    if channels > 1:
        members[rooms[1]["id"]] = ids[:big]
    for room in rooms:
        room["num_members"] = len(members[room["id"]])
    icon = {"image_original": "https://images.example.test/icon.png"}
    team = {"id": TEAM_ID, "name": "Acme", "domain": "acme", "email_domain": "example.test", "icon": icon}
    return World(team, people, rooms, members, [_usergroup(number) for number in range(6)])


def user_id(number: int) -> str:
    """Of the user with this number."""
    return f"U{number:05d}"


def channel_id(number: int) -> str:
    """Of the channel with this number."""
    return f"C{number:05d}"


def _user(number: int) -> Row:
    name = f"user{number}"
    profile: Row = {
        "email": email(number),
        "first_name": "User",
        "last_name": str(number),
        "display_name": name,
        "display_name_normalized": name,
        "real_name": f"User {number}",
        "real_name_normalized": f"User {number}",
        "phone": "",
        "title": "Engineer",
        "status_text": "away",
        "status_emoji": ":palm_tree:",
        "status_expiration": 0,
        "image_24": "https://images.example.test/24.png",
    }
    if number % 30 == 29:
        profile |= {"guest_invited_by": user_id(0), "guest_expiration_ts": 1800000000}
    return {
        "id": user_id(number),
        "team_id": TEAM_ID,
        "name": name,
        "real_name": f"User {number}",
        "deleted": number % 50 == 49,
        "color": "9f69e7",
        "is_bot": number % 40 == 39,
        "is_app_user": False,
        "is_admin": number == 0,
        "is_owner": number == 0,
        "is_primary_owner": number == 0,
        "is_restricted": number % 30 == 29,
        "is_ultra_restricted": False,
        "has_2fa": number % 3 == 0,
        "tz": "Europe/Berlin",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "updated": 1700000000 + number,
        "profile": profile,
    }


def _channel(number: int) -> Row:
    private = number % 10 == 9
    return {
        "id": channel_id(number),
        "name": f"channel-{number}",
        "name_normalized": f"channel-{number}",
        "is_channel": not private,
        "is_group": private,
        "is_private": private,
        "is_archived": number % 23 == 22,
        "is_general": number == 1,
        "is_im": False,
        "is_mpim": False,
        "is_member": True,
        "is_shared": False,
        "creator": user_id(0),
        "created": 1690000000 + number,
        "updated": 1690000000000 + number,
        "unlinked": 0,
        "previous_names": [],
        "topic": {"value": "Everything", "creator": user_id(0), "last_set": 1690000000},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def _usergroup(number: int) -> Row:
    return {
        "id": f"S{number:05d}",
        "team_id": TEAM_ID,
        "name": f"Group {number}",
        "handle": f"group-{number}",
        "description": "People",
        "is_usergroup": True,
        "is_subteam": True,
        "is_external": False,
        "is_idp_group": number == 1,
        "date_create": 1690000000,
        "date_update": 1690000001,
        "date_delete": 1695000000 if number > 3 else 0,
        "created_by": user_id(0),
        "updated_by": user_id(0),
        "user_count": 2,
        "users": [user_id(number), user_id(number + 1)],
        "prefs": {"channels": [channel_id(1)], "groups": [channel_id(9)]},
    }
