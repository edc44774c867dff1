"""What deletes, and what keeps from being deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.fakes.gcp.call import Call
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.remembering import remembered
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.store import Resource
from tests.fakes.gcp.writing import answer

_FULL: Mapping[tuple[str, str], tuple[str, int, str, str]] = {
    ("storage", "o"): ("b", 409, "conflict", "The bucket you tried to delete is not empty."),
    ("bigquery", "tables"): ("datasets", 400, "resourceInUse", "Dataset {} is still in use"),
    ("dns", "rrsets"): ("managedZones", 400, "containerNotEmpty", "The resource named '{}' is not empty"),
    ("spanner", "backups"): ("instances", 400, "failedPrecondition", "Cannot delete instance {}: it has backups."),
    ("cloudkms", "cryptoKeyVersions"): ("cryptoKeys", 400, "failedPrecondition", "CryptoKey {} still has versions."),
    ("cloudkms", "cryptoKeys"): ("keyRings", 400, "failedPrecondition", "KeyRing {} still has keys."),
    ("alloydb", "instances"): ("clusters", 400, "failedPrecondition", "Cluster {} still has instances."),
}
"""What keeps its container from being deleted: (service, what is below) -> (container, status, reason, message)."""

_NAMED: Mapping[str, tuple[str, str, str]] = {
    "TagKey": ("tagValues", "parent", "Cannot delete tag key still having tag values: {}"),
    "TagValue": ("tagBindings", "tagValue", "Cannot delete tag value still attached to resources: {}"),
}
"""What is kept by those that name it: schema -> (their collection, the member that names it, message)."""

_DESTROYED = frozenset({"DESTROYED", "IMPORT_FAILED", "GENERATION_FAILED"})
"""States of the versions of a key that have no key material."""

_HOLD = frozenset({"compute", "container"})
"""Services whose resources keep the networks and machines that they name."""

_LOCKS: Mapping[str, object] = {
    "deletionProtection": True,
    "deletionProtectionEnabled": True,
    "enableDropProtection": True,
    "deleteProtectionState": "DELETE_PROTECTION_ENABLED",
}
"""Members by which resources are protected from being deleted."""


def delete(call: Call) -> Json:
    """Remove a resource, unless something needs or protects it."""
    resource = call.store.find(call.service, call.name)
    _refuse_if_protected(resource)
    _refuse_if_not_destroyed(resource)
    _refuse_if_of_zone(call, resource)
    _refuse_if_used(call, resource)
    _refuse_if_full(call, resource)
    _refuse_if_named(call, resource)
    kept = remembered(call, resource)

    def effect() -> Json:
        if kept is not None:
            return call.store.put(*resource.key, kept).body
        if call.store.get(*resource.key) is not None:
            _remove(call, resource)
        return {}

    return answer(call, resource.body, effect)


def delete_user(call: Call) -> Json:
    """Remove a user of a database, whom the query names."""
    return delete(replace(call, name=f"{call.name}/{call.query.get('name', '')}"))


def delete_everywhere(call: Call) -> Json:
    """Remove what is rolled out, zone by zone: the verb is the last part of the path."""
    return delete(replace(call, name=call.name.rpartition("/")[0]))


def destroy(call: Call) -> Json:
    """Have the material of a version of a key destroyed, after a time in which it can be restored."""
    version = call.store.find(call.service, call.name)
    if version.body.get("state") not in ("ENABLED", "DISABLED"):
        raise ApiError(400, f"{version.name} is in the state {version.body.get('state')}.", "failedPrecondition")
    return call.store.put(*version.key, {**version.body, "state": "DESTROY_SCHEDULED"}).body


def delete_key(call: Call) -> Json:
    """Take a key away for good: it has to be switched off before, and can still be looked at."""
    key = call.store.find(call.service, call.name)
    if key.body.get("state") != "INACTIVE":
        raise ApiError(400, f"Cannot delete keys in the state {key.body.get('state')}.", "invalid")
    call.store.put(key.service, key.name, {**key.body, "state": "DELETED"})
    return {}


def _refuse_if_protected(resource: Resource) -> None:
    settings = resource.body.get("settings")
    for body in (resource.body, settings if isinstance(settings, dict) else {}):
        if any(body.get(member) == locked for member, locked in _LOCKS.items()):
            message = f"Invalid resource usage: '{resource.name} is protected against deletion.'."
            raise ApiError(400, message, "invalidResourceUsage")


def _refuse_if_not_destroyed(resource: Resource) -> None:
    if resource.kind == "CryptoKeyVersion" and resource.body.get("state") not in _DESTROYED:
        message = f"{resource.name} is in the state {resource.body.get('state')}; it has to be destroyed first."
        raise ApiError(400, message, "failedPrecondition")


def _refuse_if_of_zone(call: Call, resource: Resource) -> None:
    """A zone has its own servers and its start of authority as long as it is there."""
    if resource.kind != "ResourceRecordSet" or resource.body.get("type") not in ("NS", "SOA"):
        return
    zone = call.store.find("dns", resource.name.partition("/rrsets/")[0])
    if zone.body.get("dnsName") == resource.body.get("name"):
        message = f"A zone must contain exactly one record set of type '{resource.body['type']}' at the apex."
        raise ApiError(400, message, "invalidZoneApex")


def _refuse_if_used(call: Call, resource: Resource) -> None:
    if resource.service != "compute":
        return
    found = call.store.users_of(resource)
    users = [user.name for user in found if user.service in _HOLD and not _goes_along(user)]
    users += resource.body.get("users", [])
    users += [str(item.get("attachmentTarget")) for item in resource.body.get("associations", ())]
    if users:
        user = users[0].rpartition("/v1/")[2]
        message = f"The resource '{resource.name}' is already being used by '{user}'"
        raise ApiError(400, message, "resourceInUseByAnotherResource")


def _refuse_if_full(call: Call, resource: Resource) -> None:
    for (service, below), (container, status, reason, message) in _FULL.items():
        if service == resource.service and resource.name.split("/")[-2] == container:
            held = call.store.collection(service, f"{resource.name}/{below}")
            if any(row.body.get("type") not in ("NS", "SOA") for row in held):
                raise ApiError(status, message.format(resource.name), reason)


def _refuse_if_named(call: Call, resource: Resource) -> None:
    collection, member, message = _NAMED.get(resource.kind, ("", "", ""))
    if any(row.body.get(member) == resource.name for row in call.store.collection(resource.service, collection)):
        raise ApiError(400, message.format(resource.name), "failedPrecondition")


def _goes_along(user: Resource) -> bool:
    """Whether it ends with what it names: the routes that come with a network, memberships of groups."""
    route = user.kind == "Route" and str(user.body.get("name", "")).startswith("default-route-")
    return route or "/list" in user.name


def _remove(call: Call, resource: Resource) -> None:
    for user in call.store.users_of(resource):
        if _goes_along(user):
            call.store.remove(user)
    below = _belongings(call, resource)
    call.store.remove(resource)
    _release(call, resource)
    for other in below:
        if call.store.get(*other.key) is not None:
            _remove(call, other)


def _release(call: Call, resource: Resource) -> None:
    """What it used is not used by it any more; subscriptions outlive their topic."""
    if resource.kind == "Topic":
        for user in call.store.users_of(resource):
            if user.kind == "Subscription":
                call.store.put(user.service, user.name, {**user.body, "topic": "_deleted-topic_"})
    for used in resource.uses:
        other = call.store.get("compute", used)
        if other and resource.link in other.body.get("users", ()):
            users = [link for link in other.body["users"] if link != resource.link]
            call.store.put("compute", used, {**other.body, "users": users})


def _belongings(call: Call, resource: Resource) -> list[Resource]:
    """What is deleted with it: disks of a machine that say so, the group and the machines of a manager."""
    links: list[str] = []
    if resource.kind == "Instance":
        links = [str(disk.get("source")) for disk in resource.body.get("disks", ()) if disk.get("autoDelete")]
    elif resource.kind == "InstanceGroupManager":
        managed = call.store.collection("compute", f"{resource.name}/listManagedInstances")
        links = [str(resource.body.get("instanceGroup")), *(str(row.body.get("instance")) for row in managed)]
    found = (call.store.get("compute", link.partition("/compute/v1/")[2]) for link in links)
    return [other for other in found if other is not None]
