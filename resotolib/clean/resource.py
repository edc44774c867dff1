"""A resource as the core's cleanup query returns it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from resotolib.errors import MessageError


@dataclass(frozen=True, slots=True)
class Resource:
    """One node of the core. `id` is the core's; `name` is for people; `node` is what the core sent."""

    id: str
    kind: str
    name: str
    cloud: str
    account: str
    region: str
    flagged: bool
    cleaned: bool
    protected: bool
    node: Mapping[str, Any] = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.name


def parse(node: Mapping[str, Any]) -> Resource:
    """Read a node of a search result. Raises `MessageError` when it is none."""
    reported = _mapping(node, "reported")
    id_, kind = node.get("id"), reported.get("kind")
    if not isinstance(id_, str) or not isinstance(kind, str):
        raise MessageError("the core", "a node of the cleanup query has no id or no kind")
    metadata = _mapping(node, "metadata")
    return Resource(
        id=id_,
        kind=kind,
        name=_label(kind, reported, id_),
        cloud=ancestor(node, "cloud"),
        account=ancestor(node, "account"),
        region=ancestor(node, "region"),
        flagged=_mapping(node, "desired").get("clean") is True,
        cleaned=metadata.get("cleaned") is True,
        protected=metadata.get("protected") is True,
        node=node,
    )


def ancestor(node: Mapping[str, Any], level: str) -> str:
    """The id of the node's cloud, account, region or zone; "" when the core does not say.

    Later cores send complete or short nodes, early ones the id alone, some of them below `metadata`.
    """
    for place in (node, _mapping(node, "metadata")):
        found = _mapping(_mapping(place, "ancestors"), level)
        value = _mapping(found, "reported").get("id", found.get("id"))
        if isinstance(value, str):
            return value
    return ""


def _label(kind: str, reported: Mapping[str, Any], id_: str) -> str:
    own = str(reported.get("id") or id_)
    name = str(reported.get("name") or "")
    return f"{kind} {own}" if name in ("", own) else f"{kind} {own} ({name})"


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}
