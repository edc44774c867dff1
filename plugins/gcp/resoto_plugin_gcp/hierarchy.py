"""What a project lies in: folders and the organization, asked for once a credential and handed on with the project."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.logins import MANAGER
from resotolib.errors import CollectError, NotPermitted

FOLDER, ORGANIZATION = "gcp_folder", "gcp_organization"

Item = Mapping[str, Any]


def above(api: Api, parent: str) -> Iterator[tuple[str, Item | CollectError]]:
    """Names and descriptions, from the inside out. What is above one that cannot be read is not known."""
    while parent:
        found = _read(api, parent)
        yield parent, found
        parent = "" if isinstance(found, CollectError) else str(found.get("parent") or "")


def write(api: Api, parent: str) -> str:
    """What is above, and what of it is denied, as text. What has failed in another way is tried again where it is
    needed.
    """
    return json.dumps(
        {
            name: list(found.args) if isinstance(found, CollectError) else found
            for name, found in above(api, parent)
            if isinstance(found, (Mapping, NotPermitted))
        }
    )


def read(text: str) -> dict[str, Item | NotPermitted]:
    """What `write` has written."""
    known = json.loads(text or "{}").items()
    return {name: NotPermitted(*found) if isinstance(found, list) else found for name, found in known}


def remember(api: Api, text: str) -> None:
    """Let `above` know what `write` has written."""
    for name, found in read(text).items():
        api.memory.get(("above", name), lambda found=found: found)  # type: ignore[misc]  # the loop's value, now


def _read(api: Api, name: str) -> Item | CollectError:
    try:
        found: Item | CollectError = api.memory.get(("above", name), lambda: _ask(api, name))
    except CollectError as error:
        return error
    return found


def _ask(api: Api, name: str) -> Item | NotPermitted:
    """What Google says, also that it may not be read: that is true for the rest of the run."""
    try:
        return api.call(MANAGER, f"{name.partition('/')[0]}.get", {"name": name})
    except NotPermitted as error:
        return error
