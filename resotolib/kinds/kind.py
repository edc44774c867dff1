"""The kind language: what a kind of resource is, how it is read, shaped, linked and changed.

A `Kind` is data. Plugins derive it from their vendor's API description or write it down; engines interpret it.

Paths are dotted member names as the vendor spells them, `[]` steps into a list and `*` into the values of a map:
`State.Name`, `Reservations[].Instances[]`, `DistributionList.Items[]`. A path leads to any number of values: a list
type (`x[]`) takes them all, everything else the first. The empty path is the item itself. A path in single quotes is
a constant (`'classic'`). A first step that starts with `+` (`+cores`) is a member that the plugin adds, mostly by the
kind's hook. A slash at the end (`machineType/`) takes the last part of the name or link that is there.

Bindings are strings in `Call.params` that are replaced before the call: `$id`, `$name`, `$arn`, `$account`, `$region`,
`$partition`, `$reported.<property>`, `$parent.<id|name|arn|reported.property>`, and for tag calls `$tags` (in the form
of `Tags.form`), `$keys` (list of tag keys), `$key` and `$value` (one call a tag). A detail call knows `$item`, the
listed item (a list of plain strings has strings as items), and `$item.<path>`, a member of it, beside account, region,
partition and parent; nothing else is known yet then. In a call that removes tags `$tags` is the keys in the same form,
without values. A binding is the whole string, or stands in braces inside a longer one: `arn:{$partition}:s3:::{$id}`.
A list holding one binding makes a list of one, or is that list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Extent = Literal["global", "regional", "zonal"]
Match = Literal["id", "arn", "name", "any", "all"]
Role = Literal["directory", "workplace", "cloud"]
Collected = Literal["always", "full", "named"]
TagForm = Literal["", "map", "Key/Value", "key/value", "TagKey/TagValue", "tagKey/tagValue"]


@dataclass(frozen=True, slots=True)
class Property:
    """One typed property: `name` in the graph, `type` in the core's words, `path` in the vendor's answer.

    Types: string, int64, double, boolean, datetime, any, `x[]`, `dictionary[string, x]`, or the name of a `Shape`.
    `any` is the vendor's value as it is, in JSON's types. The paths in a shape start at the nested structure.
    """

    name: str
    type: str
    path: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A nested structure: a complex kind that is no aggregate root."""

    name: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the vendor's API; `items` is the path to what it returns."""

    service: str
    operation: str
    params: Mapping[str, Any] = field(default_factory=dict)
    items: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """The call that completes what a list returns.

    One item a call: what it returns is laid over the listed item; a listed string becomes its member `+item`.
    `batch` > 1: so many items a call; a list holding `$item` or `$item.<path>` is bound to all of them, and what it
    returns takes the place of the listed items.
    """

    call: Call
    batch: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """How the resources of a kind are found.

    `parent`: kind whose resources are needed to list this one (bindings `$parent.…`): a list call for each of them.
    `hook`: name of the plugin's own function for the few kinds that calls alone cannot read; it is given the items.
    """

    list: Call | None = None
    detail: Detail | None = None
    parent: str = ""
    hook: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Paths to the members that every resource has; `zone` names a zone.

    `arn` is a template when it has bindings in braces (`$id`, `$name`, `$account`, `$region`, `$partition`, `$parent`).
    Times are datetimes, ISO strings, or numbers: seconds, or milliseconds when they are above 10^11.
    """

    id: str
    name: str = ""
    arn: str = ""
    ctime: str = ""
    mtime: str = ""
    atime: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """An edge to the resource of kind `kind` that the value at `path` names.

    `outgoing`: the default edge runs from this resource to the other. `delete`: "" no delete edge; "this_first" this
    resource is deleted before the other; "other_first" the other way round. `match`: what of the other the value is;
    "all" has no path: every resource of that kind in the same account and region.
    """

    kind: str
    path: str
    match: Match = "any"
    outgoing: bool = False
    default: bool = True
    delete: Literal["", "this_first", "other_first"] = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """Where tags are in an item, and how they are read and changed.

    `path`: the map of tags, or with another form than "map" the tags one by one (`Tags[]`). `read`: the call for items
    that do not carry their tags; its `items` is such a path. `one_by_one`: a call for each tag (`$key`, `$value`).
    `hook`: name of the plugin's own function that changes tags where no call takes just a few of them.
    """

    path: str = ""
    form: TagForm = ""
    read: Call | None = None
    update: Call | None = None
    remove: Call | None = None
    one_by_one: bool = False
    hook: str = ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """How a resource is deleted. `hook`: what has to be done before (detach, empty, disable).

    `gone`: values of `gone_property` that mean that the resource does not exist any more; `*` is any value.
    """

    call: Call
    hook: str = ""
    gone_property: str = ""
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Says that resources of a kind are people, who are the same people wherever they have the same e-mail address.

    `addresses`: paths below the node's `reported` section, where the address may be. All addresses found there have to
    be one, or it is not known who this is. `role`: what people are here; an edge runs from the same person in a
    directory (where they are hired and sign in) to those in workplaces, and from both to those in clouds, so that edges
    of people never close a cycle.
    """

    role: Role
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource. `bases` names provider-neutral kinds (`kinds/base.py`) or others of the same plugin.

    `collected`: when its plugin collects it: always, only when all that there is is asked for (`full`), or only when
    the kind itself is (`named`), because there may be too many.
    """

    name: str
    bases: tuple[str, ...] = ("resource",)
    cloud: str = ""
    service: str = ""
    title: str = ""
    text: str = ""
    extent: Extent = "regional"
    properties: tuple[Property, ...] = ()
    shapes: tuple[Shape, ...] = ()
    identity: Identity | None = None
    reading: Reading | None = None
    edges: tuple[EdgeRule, ...] = ()
    tags: Tags | None = None
    deletion: Deletion | None = None
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aggregate_root: bool = True
    person: Person | None = None
    collected: Collected = "always"

    @property
    def collectable(self) -> bool:
        """Whether the kind can be listed; base kinds cannot."""
        return self.reading is not None
