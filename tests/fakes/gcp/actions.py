"""What single methods do."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from tests.fakes.gcp.call import Call
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.paging import cut
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import service_on
from tests.fakes.gcp.store import Resource
from tests.fakes.gcp.writing import answer

_STATUS: Mapping[str, str] = {"start": "RUNNING", "resume": "RUNNING", "stop": "TERMINATED", "suspend": "SUSPENDED"}


def permitted(call: Call) -> Json:
    """Which permissions the caller has: all but those whose calls a rule denies.

    A method's id without `projects.` and `locations.` is mostly its permission.
    """
    asked = (call.body or {}).get("permissions", [])
    denied = {permission for permission in asked if call.state.rules.denies(permission, call.name)}
    for method in call.state.rules.denied_methods():
        denied.add(re.sub(r"\b(projects|locations|zones|regions)\.(?=\w+\.)", "", method))
    return {"permissions": [permission for permission in asked if permission not in denied]}


def generate_token(call: Call) -> Json:
    """A token of another account."""
    body = call.body or {}
    if not body.get("scope"):
        raise ApiError(400, "Request must have at least one scope.")
    email = call.name.rpartition("/")[2]
    token = call.state.logins.issue("impersonation", call.state.logins.account(email))
    expires = time.gmtime(time.time() + call.settings.token_seconds)
    return {"accessToken": token, "expireTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", expires)}


def switch_service(call: Call) -> Json:
    """Switch an API of a project on or off."""
    host = call.name.rpartition("/")[2]
    state = "ENABLED" if call.method.name == "enable" else "DISABLED"

    def effect() -> Json:
        service_on(call.store, call.name, call.store.number_of(call.project), host, state=state)
        return {}

    return answer(call, {"name": call.name}, effect)


def subscribers(call: Call) -> Json:
    """The names of a topic's subscriptions."""
    users = call.store.users_of(_target(call))
    names = [user.name for user in users if user.kind == "Subscription"]
    page, following = cut(names, call.query, call.name, call.settings.page_size)
    return {"subscriptions": list(page), **({"nextPageToken": following} if following else {})}


def collection_ids(call: Call) -> Json:
    """The names of the collections of documents below a document, or at the root of a database."""
    within = f"{call.name.rpartition('/')[0]}/"
    documents = call.store.all(call.service, "Document", call.project)
    names = {row.name.removeprefix(within).partition("/")[0] for row in documents if row.name.startswith(within)}
    asked = {key: str(value) for key, value in (call.body or {}).items()}
    page, following = cut(sorted(names), asked, call.name, call.settings.page_size)
    return {"collectionIds": list(page), **({"nextPageToken": following} if following else {})}


def _target(call: Call) -> Resource:
    """The resource whose method it is: the verb is the last part of the path."""
    return call.store.find(call.service, call.name.rpartition("/")[0])


def _changed(call: Call, resource: Resource, **members: object) -> Json:
    def effect() -> Json:
        return call.store.put(resource.service, resource.name, {**resource.body, **members}).body

    return answer(call, resource.body, effect)


def protect(call: Call) -> Json:
    """Keep a machine from being deleted, or let it be."""
    on = call.query.get("deletionProtection", "true").lower() == "true"
    return _changed(call, call.store.find(call.service, call.name.rpartition("/")[0]), deletionProtection=on)


def set_status(call: Call) -> Json:
    """Start, stop, suspend or resume a machine."""
    return _changed(call, _target(call), status=_STATUS[call.method.name])


def remove_peering(call: Call) -> Json:
    """End a network's part of a peering."""
    network = _target(call)
    name = (call.body or {}).get("name")
    kept = [peering for peering in network.body.get("peerings", ()) if peering.get("name") != name]
    return _changed(call, network, peerings=kept)


def remove_association(call: Call) -> Json:
    """Take a firewall policy off a network."""
    policy = _target(call)
    associations = policy.body.get("associations", ())
    kept = [item for item in associations if item.get("name") != call.query.get("name")]
    if len(kept) == len(associations):
        raise ApiError(
            400, f"Invalid value for field 'name': there is no association {call.query.get('name')}.", "invalid"
        )
    return _changed(call, policy, associations=kept)
