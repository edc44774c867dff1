"""Reads all there is of one kind: its list, and what the list does not say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from resoto_plugin_onelogin import api
from resoto_plugin_onelogin.api import Item
from resoto_plugin_onelogin.session import Session
from resotolib.errors import CollectError, ModelError, ScopeTimeout, Stopped, Unreadable
from resotolib.kinds.kind import Call, Kind
from resotolib.kinds.moments import iso


@dataclass(slots=True)
class Listing:
    """What was read of a kind; with an error it is a part of what there is."""

    kind: Kind
    items: list[Item] = field(default_factory=list)
    errors: list[CollectError] = field(default_factory=list)


def read(session: Session, kind: Kind, parent: str = "") -> Listing:
    """Read a kind; `parent` is the id of what it is listed from. Raises only when the run must end."""
    listing = Listing(kind)
    reading = kind.reading
    if reading is None or reading.list is None:
        raise ModelError(kind.name, "it does not say how it is read.")
    call = replace(reading.list, operation=reading.list.operation.replace("$parent.id", parent))
    try:
        for item in HOOKS.get(reading.hook, _plain)(session, call, listing, parent):
            listing.items.append(item)
    except (Stopped, ScopeTimeout):
        raise
    except CollectError as error:
        listing.errors.append(error)
    return listing


Hook = Callable[[Session, Call, Listing, str], Iterator[Item]]


def _plain(session: Session, call: Call, listing: Listing, parent: str) -> Iterator[Item]:  # noqa: ARG001  # a hook
    for page in api.pages(session, call):
        yield from page


def _users(session: Session, call: Call, listing: Listing, parent: str) -> Iterator[Item]:
    """Whoever made the credentials is a user: an account without any has not been read."""
    for item in _plain(session, call, listing, parent):
        yield {**item, "+name": _name(item), "+password_age": _age(item.get("password_changed_at"))}
    if not listing.items:
        raise Unreadable(call.operation, "the answer is an account without users, not even its owner")


def _mappings(session: Session, call: Call, listing: Listing, parent: str) -> Iterator[Item]:
    """Those that are switched on and those that are not, with the roles that they give."""
    for enabled in ("true", "false"):
        for item in _plain(session, replace(call, params={"enabled": enabled}), listing, parent):
            actions = [action for action in item.get("actions") or () if isinstance(action, Mapping)]
            given = (action.get("value") or () for action in actions if action.get("action") == "add_role")
            yield {**item, "+roles": [role for value in given for role in _several(value)]}


def _privileges(session: Session, call: Call, listing: Listing, parent: str) -> Iterator[Item]:
    """With whom they are assigned to; one whose assignments cannot be read is there without them."""
    for item in _plain(session, call, listing, parent):
        for member in ("users", "roles"):
            try:
                item[f"+{member}"] = list(api.members(session, f"{call.operation}/{item.get('id')}/{member}", member))
            except (Stopped, ScopeTimeout):
                raise
            except CollectError as error:
                listing.errors.append(error)
        yield item


def _devices(session: Session, call: Call, listing: Listing, parent: str) -> Iterator[Item]:
    """The devices of a user, whose ids are told apart by the user's."""
    for item in _plain(session, call, listing, parent):
        device = item.get("device_id")
        yield {**item, "+id": "" if device is None else f"{parent}:{device}", "+user": parent}


HOOKS: Mapping[str, Hook] = {
    "users": _users,
    "mappings": _mappings,
    "privileges": _privileges,
    "devices": _devices,
}


def _name(item: Item) -> str | None:
    """What people call a user; None where nothing is known but the id."""
    whole = " ".join(str(item[part]) for part in ("firstname", "lastname") if item.get(part))
    return next(filter(None, (item.get("username"), item.get("email"), whole)), None)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _age(changed: Any) -> str | None:
    """Whole days, so that a user does not change with every look at it."""
    try:
        moment = datetime.strptime(iso(changed), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except (TypeError, ValueError):
        return None
    return f"{max((datetime.now(timezone.utc) - moment).days, 0)}d"
