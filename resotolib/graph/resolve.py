"""Finds the resource that a value names, the nearest first, and none where it could be several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resotolib.graph.graph import Node
from resotolib.graph.index import ANY_KIND, Attribute, Index
from resotolib.graph.mentions import KindNames, Mention
from resotolib.kinds.kind import EdgeRule, Kind

_ARN_PARTS = 6
_WHOLE = ("projects/", "folders/", "organizations/")
"""How names of Google's begin that say all: the same last part elsewhere is another resource."""

_ATTRIBUTES: Mapping[str, tuple[Attribute, ...]] = {
    "id": ("id",),
    "arn": ("arn", "id", "name"),
    "name": ("name", "id"),
    "any": ("arn", "id", "name"),
}


class Resolver:
    """Looks values up among the resources of one account, whose identifier is `account`."""

    def __init__(self, index: Index, names: KindNames, kinds: Mapping[str, Kind], account: str) -> None:
        self._index = index
        self._names = names
        self._kinds = kinds
        self._account = account

    def declared(self, rule: EdgeRule, value: str, region: str) -> Node | None:
        """The resource of the rule's kind: by the value itself, an ARN it lies below, or the last part of it."""
        attributes = _ATTRIBUTES[rule.match]
        for token in (value, *_above(value)):
            found = self._first(attributes, rule.kind, token, region)
            if found is not None:
                return found
        tail = self._tail(value)
        if tail is None:
            return None
        return self._first(("id", "name"), rule.kind, tail[0], tail[1] or region)

    def mentioned(self, kind: Kind, mention: Mention, region: str) -> Node | None:
        """The resource that a value found in a resource of `kind` names."""
        if not mention.strong:
            return self._named(kind, mention, region)
        for token in (mention.value, *_above(mention.value)):
            found = self._first(("arn", "id"), ANY_KIND, token, region)
            if found is not None:
                return found
        return self._named(kind, mention, region)

    def _named(self, kind: Kind, mention: Mention, region: str) -> Node | None:
        """By a member that names the kind; where it fits several, or is a bare word, only the same service counts."""
        fitting = self._names.of(mention.member)
        if len(fitting) > 1 or any(self._names.bare(mention.member, name) for name in fitting):
            fitting = tuple(name for name in fitting if self._kinds[name].service == kind.service)
        found = {
            node.id: node
            for node in (self._first(("id", "arn", "name"), name, mention.value, region) for name in fitting)
            if node is not None
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _first(self, attributes: tuple[Attribute, ...], kind: str, value: str, region: str) -> Node | None:
        found = (self._index.find(attribute, kind, value, region) for attribute in attributes)
        return next((node for node in found if node is not None), None)

    def _tail(self, value: str) -> tuple[str, str] | None:
        """The last part of a path, or of an ARN of this account, with the ARN's region; none of a whole name."""
        if value.startswith(_WHOLE):
            return None
        if not value.startswith("arn:"):
            return (value.rsplit("/", 1)[-1], "") if "/" in value else None
        parts = value.split(":", _ARN_PARTS - 1)
        if len(parts) < _ARN_PARTS or parts[4] not in ("", self._account):
            return None
        return parts[5].replace("/", ":").rsplit(":", 1)[-1], parts[3]


def _above(value: str) -> Iterator[str]:
    """The ARNs that an ARN lies below, nearest first: of a version its function, of an object its bucket."""
    if not value.startswith("arn:"):
        return
    while True:
        cut = max(value.rfind(":"), value.rfind("/"))
        value = value[:cut]
        if value.count(":") < _ARN_PARTS - 1:
            return
        yield value
