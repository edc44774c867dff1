"""The few kinds that a list call alone does not make: sizes of machines, types in use, quotas, ancestors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resoto_plugin_gcp import hierarchy
from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.links import normalise
from resoto_plugin_gcp.routes import fitting
from resotolib.collect.records import KindReader, Record
from resotolib.errors import CollectError
from resotolib.kinds.kind import Call
from resotolib.kinds.paths import getter

MIB_A_GIB = 1024
MACHINE_TYPE = Call("compute", "machineTypes.get")

_MACHINE_STATUS = {
    "PENDING": "pending",
    "PROVISIONING": "pending",
    "STAGING": "pending",
    "RUNNING": "running",
    "REPAIRING": "busy",
    "PENDING_STOP": "busy",
    "STOPPING": "busy",
    "SUSPENDING": "busy",
    "DEPROVISIONING": "busy",
    "STOPPED": "stopped",
    "SUSPENDED": "stopped",
    "TERMINATED": "stopped",  # Google's word for a machine that is switched off, and can be switched on again
}
_DISK_STATUS = {"CREATING": "creating", "RESTORING": "creating", "DELETING": "deleting", "FAILED": "error"}


@dataclass(slots=True)
class Hooked:
    """What a hook has made, and what it could not read: the resources or types by link, each with the error.

    `parents`: what each item belongs to, where that is a part of its name; else empty.
    """

    items: list[Any]
    unread: list[tuple[str, CollectError]] = field(default_factory=list)
    parents: list[Record] = field(default_factory=list)


Hook = Callable[[Api, KindReader, Sequence[Any], Sequence[Record]], Hooked]
"""Takes the listed items, and the records of the kind that the kind is listed from."""


def machine_sizes(api: Api, _: KindReader, items: Sequence[Any], __: Sequence[Record]) -> Hooked:
    """Machines with their `+status` in neutral words, and what their type says: `+cores`, and `+memory` in GiB."""
    made = Hooked([])
    for item in items:
        link = normalise(str(item.get("machineType") or ""), api.project, api.number)
        try:
            size = _described(api, MACHINE_TYPE, link) if link else None
        except CollectError as error:
            made.unread.append((normalise(str(item.get("selfLink", "")), api.project, api.number), error))
            size = None
        more = {"+cores": size.get("guestCpus"), "+memory": int(size.get("memoryMb", 0)) / MIB_A_GIB} if size else {}
        status = _MACHINE_STATUS.get(str(item.get("status")), "unknown")
        made.items.append({**item, **more, "+status": status})
    return made


def disk_status(_: Api, __: KindReader, items: Sequence[Any], ___: Sequence[Record]) -> Hooked:
    """Disks with their `+status` in neutral words: whether one is in use, is what Google tells by its users."""
    return Hooked([{**item, "+status": _disk_status(item)} for item in items])


def _disk_status(item: Mapping[str, Any]) -> str:
    if item.get("status") == "READY":
        return "in-use" if item.get("users") else "available"
    return _DISK_STATUS.get(str(item.get("status")), "unknown")


def used_types(api: Api, reader: KindReader, _: Sequence[Any], parents: Sequence[Record]) -> Hooked:
    """The types that the parents name, each once: there are tens of thousands that nobody uses."""
    made = Hooked([])
    detail = reader.detail
    if detail is None:
        return made
    get = getter(str(detail.call.params["link"]).removeprefix("$item."))
    links = {normalise(str(found), api.project, api.number) for one in parents if (found := get(one.item))}
    for link in sorted(links):
        try:
            found = _described(api, detail.call, link)
        except CollectError as error:
            made.unread.append((link, error))
        else:
            if found is not None:
                made.items.append(found)
    return made


def quotas(_: Api, __: KindReader, ___: Sequence[Any], parents: Sequence[Record]) -> Hooked:
    """The quotas that regions come with."""
    found = [(quota, parent) for parent in parents for quota in parent.item.get("quotas") or ()]
    return Hooked([quota for quota, _ in found], parents=[parent for _, parent in found])


def ancestors(api: Api, reader: KindReader, _: Sequence[Any], parents: Sequence[Record]) -> Hooked:
    """The folders that the project lies in, or its organization."""
    made = Hooked([])
    own = f"{reader.kind.name.removeprefix('gcp_')}s/"
    for project in parents:
        for name, found in hierarchy.above(api, str(project.item.get("parent") or "")):
            if isinstance(found, CollectError):
                if name.startswith((own, "folders/")):  # above folders there is an organization
                    made.unread.append((name, found))
            elif name.startswith(own):
                made.items.append(found)
                made.parents.append(project)
    return made


def _described(api: Api, call: Call, link: str) -> Mapping[str, Any] | None:
    """What Google says of the resource with this link, asked once; None when it is of no such sort."""
    found = fitting(call.service, call.operation, link)
    if found is None:
        return None
    route, params = found
    made: Mapping[str, Any] = api.memory.get(
        (call.operation, link), lambda: api.call(call.service, route.method.operation, params)
    )
    return made


HOOKS: Mapping[str, Hook] = {
    "ancestors": ancestors,
    "disk_status": disk_status,
    "machine_sizes": machine_sizes,
    "quotas": quotas,
    "used_types": used_types,
}
"""By the name that `Reading.hook` gives."""
