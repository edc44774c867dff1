"""Which members are the id, the name, the link and the times of a resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gcp_builder.documents import Document, Operation, Schema
from gcp_builder.words import singular
from resotolib.kinds.kind import Identity
from resotolib.kinds.table import Line

_CREATED = ("creationTimestamp", "createTime", "createdTime", "creationTime", "timeCreated", "insertTime", "createdAt")
_CHANGED = ("updateTime", "updated", "lastModifiedTime", "modifyTime", "lastModified", "modifiedTime")
_FULL_NAMES = frozenset({"appengine"})
"""Services whose methods take the parts of a name one by one, and whose resources have it whole."""
_ACCOUNT = re.compile(r"{(project|projectId|projectsId|appsId)}")
_REGION = re.compile(r"{(region|regionsId|location|locationsId)}")


def find(line: Line, document: Document, members: Mapping[str, Schema], listing: Operation | None) -> Identity:
    """The identity of the items, as derived and overridden."""
    full = _is_full(document, members, listing)
    arn = line.get("arn", "selfLink" if "selfLink" in members else "name" if full else "")
    name = line.get("name", ("name/" if full else "name") if "name" in members else "")
    id_ = line.get("id", _id(document, members, full=full) or name or _called_like(listing, members))
    if not arn and listing is not None and line.options.get("arn") != "-":
        arn = _template(line, listing, "{$name}" if name else "{$id}")
    return Identity(
        id=id_,
        name=name,
        arn=arn,
        ctime=line.get("ctime", _first(_CREATED, members)),
        mtime=line.get("mtime", _first(_CHANGED, members)),
        zone=line.get("zone", "zone" if "zone" in members else ""),
    )


def _id(document: Document, members: Mapping[str, Schema], *, full: bool) -> str:
    """Compute's number, or the last part of the full name: that is what an API calls the id then."""
    if full and document.service != "compute":
        return "name/"
    return "id" if "id" in members else ""


def _called_like(listing: Operation | None, members: Mapping[str, Schema]) -> str:
    """A member called like what is listed: `imageVersionId` of image versions, `ruleName` of response policy rules."""
    noun = singular(listing.collection.rpartition(".")[2]).lower() if listing else ""
    for name in members:
        stem = re.sub(r"(Id|Name|Uuid)$", "", name)
        if noun.endswith(stem.lower()) and (stem != name or stem.lower() == noun):
            return name
    return ""


def _is_full(document: Document, members: Mapping[str, Schema], listing: Operation | None) -> bool:
    """Whether `name` is the whole path: then the method that reads one resource takes it as it is."""
    if listing is None or "name" not in members or "selfLink" in members:
        return False
    if listing.service in _FULL_NAMES:
        return True
    getter = document.operations.get(f"{listing.collection}.get")
    source = getter or listing
    return any("{+" in part for part in source.path.split("/"))


def _first(wanted: Iterable[str], members: Mapping[str, Schema]) -> str:
    return next((name for name in wanted if name in members), "")


def _template(line: Line, listing: Operation, last: str) -> str:
    """The link of items that have none: the path they are listed at, and their name."""
    collection = listing.template.replace("/aggregated/", "/")
    if line.get("parent"):
        return f"{{$parent.arn}}/{collection.rpartition('/')[2]}/{last}"
    return _REGION.sub("{$region}", _ACCOUNT.sub("{$account}", collection)) + f"/{last}"
