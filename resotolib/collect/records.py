"""Items of a vendor's answers as records: identity, tags, typed properties; compiled once a kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resotolib.errors import ModelError, Unbound
from resotolib.graph.graph import Node, node_id
from resotolib.kinds.bindings import Template
from resotolib.kinds.kind import Call, Kind, Property, Reading
from resotolib.kinds.moments import iso
from resotolib.kinds.paths import Getter, getter, items
from resotolib.kinds.values import Parser, tag_reader, text


@dataclass(slots=True, eq=False)
class Record:
    """One resource as it was read. `tags` is None while they are not known; `item` is what the vendor answered.

    `arn` is a name that is unique in the world, "" where there is none; the node has it as its property `address`.
    `by_arn`: the ARN identifies the resource, whatever its id.
    """

    kind: Kind
    region: str
    id: str
    name: str
    arn: str
    tags: dict[str, str] | None
    properties: dict[str, Any]
    item: Any
    zone: str = ""
    parent: Record | None = None
    node: Node | None = None
    address: str = "arn"
    by_arn: bool = False

    def values(self) -> dict[str, Any]:
        """What bindings take from the record."""
        return {"id": self.id, "name": self.shown_name, "arn": self.arn or None, "reported": self.properties}

    @property
    def shown_name(self) -> str:
        """The name, the tag `Name`, or the id."""
        return self.name or (self.tags or {}).get("Name", "") or self.id

    @property
    def is_gone(self) -> bool:
        """Whether the vendor only remembers it: it says of itself that it is deleted."""
        deletion = self.kind.deletion
        value = self.properties.get(deletion.gone_property) if deletion else None
        return deletion is not None and value is not None and not {"*", text(value)}.isdisjoint(deletion.gone)

    def reported(self) -> dict[str, Any]:
        """The `reported` section of the node."""
        own = {"kind": self.kind.name, "id": self.id, "name": self.shown_name, "tags": self.tags or {}}
        return {**own, **({self.address: self.arn} if self.arn else {}), **self.properties}

    def show_tags(self) -> None:
        """Bring tags that were read late, and the name that they may give, into the node."""
        if self.node is not None:
            self.node.reported["tags"] = self.tags or {}
            self.node.reported["name"] = self.shown_name

    def make_node(self, account: str) -> Node:
        """The node of the graph. What only a parent tells apart is identified by its ARN, or together with it."""
        identity, metadata = self.arn if self.by_arn and self.arn else self.id, {}
        if self.parent is not None:
            identity = self.arn or f"{self.parent.id}\x1e{self.id}"
            metadata["parent"] = self.parent.as_parent_of(self.kind)
        id_ = node_id(self.kind.name, self.kind.cloud, account, self.region, identity)
        self.node = Node(id_, self.kind.name, self.reported(), metadata)
        return self.node

    def settle(self, *, keep_item: bool) -> None:
        """Let go of what is in the node by now; the vendor's answer too, unless other kinds are made of it."""
        if self.node is not None:
            self.properties = self.node.reported
        if not keep_item:
            self.item = None

    def as_parent_of(self, kind: Kind) -> dict[str, Any]:
        """What calls that change a resource listed from this one are bound with."""
        reported = {name: self.properties[name] for name in parent_members(kind) if name in self.properties}
        return {**self.values(), "reported": reported}


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a kind, prepared: bound with values, and what it returns taken apart."""

    call: Call
    template: Template
    each: Any  # a function from an answer to its items

    @classmethod
    def of(cls, call: Call) -> Step:
        """Prepare a call."""
        return cls(call, Template(call.params), items(call.items))


class KindReader:
    """How items of one kind become records. Compiled once, shared by all threads."""

    def __init__(
        self, kind: Kind, address: str = "arn", *, by_arn: bool = False, properties: Iterable[Property] | None = None
    ) -> None:
        """`properties`: what to read in place of the kind's own. Raises ModelError for a kind without identity."""
        reading, identity = kind.reading or Reading(), kind.identity
        if identity is None:
            raise ModelError(kind.name, "it does not say what identifies it.")
        self.kind = kind
        self.address, self.by_arn = address, by_arn
        self.hook = reading.hook
        self.parent = reading.parent
        self.made_of_parents = reading.list is None and bool(reading.parent)
        self.list = Step.of(reading.list) if reading.list else None
        self.service = reading.list.service if reading.list else kind.service
        self.detail = Step.of(reading.detail.call) if reading.detail else None
        self.batch = reading.detail.batch if reading.detail else 1
        tags = kind.tags
        self.tag_call = Step.of(tags.read) if tags and tags.read and not tags.path else None
        self.bulk_tags = bool(tags and (tags.update or tags.hook) and not tags.path and not tags.read)
        self.parse_tags = tag_reader(tags.form if tags else "")
        self._tags = getter(tags.path) if tags and tags.path else None
        self._parser = Parser(kind.properties if properties is None else properties, kind.shapes)
        self._id, self._name, self._zone = getter(identity.id), _optional(identity.name), _optional(identity.zone)
        self._arn_template = Template({"arn": identity.arn}) if "{$" in identity.arn else None
        self._arn = None if self._arn_template else _optional(identity.arn)
        times = {"ctime": identity.ctime, "mtime": identity.mtime, "atime": identity.atime}
        self._times = tuple((name, getter(path)) for name, path in times.items() if path)

    def record(
        self, item: Any, region: str, place: Mapping[str, str], parent: Record | None, dropped: list[str]
    ) -> Record | None:
        """The record of an item; None when nothing identifies it, which `dropped` then says."""
        id_ = _word(self._id(item))
        if not id_:
            dropped.append("id")
            return None
        properties = self._parser.parse(item, dropped)
        for name, get in self._times:
            _add_time(properties, name, get(item), dropped)
        name = _word(self._name(item)) if self._name else ""
        zone = _word(self._zone(item)) if self._zone else ""
        tags = self._known_tags(item)
        record = Record(self.kind, region, id_, name, "", tags, properties, item, zone, parent)
        record.address, record.by_arn = self.address, self.by_arn
        record.arn = self._arn_of(record, place)
        return record

    def _known_tags(self, item: Any) -> dict[str, str] | None:
        if self._tags is not None:
            return self.parse_tags(self._tags(item))
        return None if self.tag_call or self.bulk_tags else {}

    def _arn_of(self, record: Record, place: Mapping[str, str]) -> str:
        if self._arn_template is None:
            return _word(self._arn(record.item)) if self._arn else ""
        parent = record.parent.values() if record.parent else {}
        try:
            return str(self._arn_template.bind({**place, **record.values(), "parent": parent})["arn"])
        except Unbound:
            return ""


def _optional(path: str) -> Getter | None:
    return getter(path) if path else None


def _word(value: Any) -> str:
    """The value, or the first of several, as text."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return "" if value is None else text(value)


def _add_time(properties: dict[str, Any], name: str, value: Any, dropped: list[str]) -> None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if value is None or value == "":
        return
    try:
        properties[name] = iso(value)
    except (ValueError, TypeError, OverflowError, OSError):
        dropped.append(name)


def parent_members(kind: Kind) -> tuple[str, ...]:
    """The properties of its parent that the calls which change a resource, or look it up in its list, need."""
    calls: Iterable[Call | None] = (
        kind.reading.list if kind.reading else None,
        *((kind.tags.read, kind.tags.update, kind.tags.remove) if kind.tags else ()),
        kind.deletion.call if kind.deletion else None,
    )
    names = {name for call in calls if call for name in Template(call.params).bindings}
    start = "parent.reported."
    return tuple(sorted(name.removeprefix(start) for name in names if name.startswith(start)))


def declares_parent(record: Record) -> bool:
    """Whether the kind itself says how it is linked to the kind that it is listed from."""
    above = record.parent.kind.name if record.parent else ""
    return any(rule.kind == above and rule.default for rule in record.kind.edges)
