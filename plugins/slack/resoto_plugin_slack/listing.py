"""Reads all there is of one sort: users with bots, user groups, conversations with their members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from resoto_plugin_slack import scopes
from resoto_plugin_slack.client import Client, Item
from resoto_plugin_slack.errors import ABSENT
from resoto_plugin_slack.kinds import BOT, CONVERSATION, PAGE, USER, USERGROUP
from resoto_plugin_slack.scopes import Granted
from resoto_plugin_slack.settings import SlackSettings
from resotolib.errors import CollectError, ScopeTimeout, Stopped, Unreadable
from resotolib.kinds.kind import Call

SLACKBOT = "USLACKBOT"


@dataclass(slots=True)
class Listing:
    """What was read, by kind; with an error it is a part of what there is."""

    kinds: tuple[str, ...]
    items: list[tuple[str, Item]] = field(default_factory=list)
    errors: list[CollectError] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """Reads with one token, as the settings say."""

    client: Client
    granted: Granted
    settings: SlackSettings

    def read(self, task: Task) -> Listing:
        """Do one task. Raises only when the run must end."""
        listing = Listing(task.kinds)
        try:
            for kind, item in task.read(self, task.call):
                listing.items.append((kind, item))
        except (Stopped, ScopeTimeout):
            raise
        except CollectError as error:
            listing.errors.append(error)
        return listing

    def members(self, conversation: Item) -> tuple[str, list[str], CollectError | None]:
        """Id of a conversation, its members, and why they are not all.

        A public one that is not found has gone since it was listed; of a private one that may be the app alone.
        """
        found: list[str] = []
        id_ = str(conversation["id"])
        query = {"channel": id_, "limit": PAGE}
        gone = ABSENT if conversation.get("is_private") is False else ()
        try:
            for page in self.client.pages("conversations.members", query, "members", also=gone):
                found.extend(str(member) for member in page)
        except (Stopped, ScopeTimeout):
            raise
        except CollectError as error:
            return id_, found, error
        return id_, found, None

    def counts(self, conversation: Item) -> bool:
        """Whether the members of a conversation are to be read, and there are any."""
        wanted = self.settings.memberships
        return wanted == "all" or (wanted == "active" and not conversation.get("is_archived"))


@dataclass(frozen=True)
class Task:
    """What one call and its pages bring: items of the kinds."""

    kinds: tuple[str, ...]
    call: Call
    read: Callable[[Reader, Call], Iterator[tuple[str, Item]]]


def tasks(settings: SlackSettings) -> tuple[Task, ...]:
    """Everything to begin with. The types of conversations are listed apart, since each has a scope of its own."""
    exclude = {} if settings.include_archived else {"exclude_archived": "true"}
    disabled = {"include_disabled": "true"} if settings.include_archived else {}
    groups = {"include_users": "true", "include_count": "true", **disabled}
    channels = [
        Call("slack", "conversations.list", {"limit": PAGE, "types": type_, **exclude}, "channels")
        for type_ in scopes.CHANNELS
    ]
    return (
        Task((USER, BOT), Call("slack", "users.list", {"limit": PAGE}, "members"), _users),
        Task((USERGROUP,), Call("slack", "usergroups.list", groups, "usergroups"), _usergroups),
        *(Task((CONVERSATION,), call, _conversations) for call in channels),
    )


def scope_of(call: Call) -> str:
    """The scope that a listing needs."""
    if call.operation == "conversations.list":
        return scopes.CHANNELS[str(call.params["types"])]
    return scopes.USERS if call.operation == "users.list" else scopes.USERGROUPS


def _items(reader: Reader, call: Call) -> Iterator[Item]:
    reader.granted.require(scope_of(call), call.operation)
    for page in reader.client.pages(call.operation, call.params, call.items):
        for item in page:
            if not isinstance(item, Mapping):
                raise Unreadable(call.operation, f"an item is no object but {type(item).__name__}")
            yield dict(item)


def _users(reader: Reader, call: Call) -> Iterator[tuple[str, Item]]:
    """Whoever made the token is a user: a workspace without any has not been read."""
    nobody = True
    for item in _items(reader, call):
        nobody = False
        profile: Any = item.get("profile")
        expires = profile.get("guest_expiration_ts") if isinstance(profile, Mapping) else None
        item["+guest_expiration"] = expires or None  # 0 stands for never
        yield BOT if item.get("is_bot") or item.get("id") == SLACKBOT else USER, item
    if nobody:
        raise Unreadable(call.operation, "the answer is a workspace without users")


def _usergroups(reader: Reader, call: Call) -> Iterator[tuple[str, Item]]:
    for item in _items(reader, call):
        yield USERGROUP, usergroup(item)


def _conversations(reader: Reader, call: Call) -> Iterator[tuple[str, Item]]:
    for item in _items(reader, call):
        yield CONVERSATION, conversation(item)


def usergroup(item: Mapping[str, Any]) -> Item:
    """A user group as its kind reads it."""
    return {**item, "+is_disabled": bool(item.get("date_delete"))}


def conversation(item: Mapping[str, Any]) -> Item:
    """A conversation as its kind reads it."""
    texts: Item = {}
    for member in ("topic", "purpose"):
        text: Any = item.get(member)
        if isinstance(text, Mapping) and not text.get("last_set"):  # 0 stands for never
            texts[member] = {name: value for name, value in text.items() if name != "last_set"}
    return {**item, **texts}
