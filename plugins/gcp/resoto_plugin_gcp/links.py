"""The names of resources: all spellings of a link become one, and a link says where its resource is."""

from __future__ import annotations

import re
from typing import Any

GLOBAL = "global"
"""The region of what is in none."""

_HOST = re.compile(r"(?:https?:)?//(?P<host>(?:[a-z0-9-]+\.)+googleapis\.com)/")
_BASE = re.compile(r"^(?:[a-z]+/)*?(?:v\d\w*|alpha|beta)/")
_ROOTS = ("projects/", "organizations/", "folders/", "billingAccounts/", "apps/", "services/", "b/")
_STORAGE = "storage.googleapis.com"
_PARTIAL = re.compile(r"(?:global|(?:zones|regions)/[^/]+)/[a-zA-Z]+/[^/]+")
_PLACE = re.compile(r"/(?:zones|regions|locations)/([^/]+)")
_ZONE = re.compile(r"(?P<region>[a-z]+(?:-[a-z]+)+\d+)-[a-z0-9]+")
_LONGEST = 1000


def normalise(value: str, project: str = "", number: str = "") -> str:
    """A link without scheme, host, base path and version: `projects/p/zones/z/disks/d`, `b/bucket`.

    `project` completes links that begin below the project; `number` is its number, which some APIs write in its place.
    What is no link of Google's stays as it is.
    """
    found = _HOST.match(value)
    if found:
        below = _BASE.sub("", value[found.end() :], count=1)
        if below.startswith(_ROOTS):
            value = below
        elif found["host"] == _STORAGE and "/" not in below:
            return f"b/{below}"
    elif project and _PARTIAL.fullmatch(value):
        return f"projects/{project}/{value}"
    if number and value.startswith(f"projects/{number}/"):
        return f"projects/{project}/{value.split('/', 2)[2]}"
    return value


def normalised(item: Any, project: str, number: str) -> Any:
    """The same item with all links in it normalised."""
    if isinstance(item, dict):
        return {key: normalised(value, project, number) for key, value in item.items()}
    if isinstance(item, list):
        return [normalised(value, project, number) for value in item]
    if isinstance(item, str) and "/" in item and len(item) < _LONGEST:
        return normalise(item, project, number)
    return item


def place(link: str) -> tuple[str, str]:
    """Region and zone that a link names, "" for what it does not name."""
    found = _PLACE.search(f"/{link}")
    return location(found[1]) if found else ("", "")


def location(name: str) -> tuple[str, str]:
    """Region and zone of a location: `us-central1-a` is a zone, `us-central1`, `us` and `nam5` are regions."""
    name = name.rsplit("/", 1)[-1]
    zone = _ZONE.fullmatch(name)
    return (zone["region"], name) if zone else (name, "")
