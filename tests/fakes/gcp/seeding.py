"""Puts resources into the cloud, with the members that every resource of its service has filled in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.fakes.gcp.document import Document, load
from tests.fakes.gcp.errors import SeedError
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.services import SERVICES
from tests.fakes.gcp.store import Resource, Store

CREATED = "2026-01-02T03:04:05.000-07:00"
CREATED_UTC = "2026-01-02T03:04:05.000000Z"
NO_LABELS = "42WmSpB8rSM="
"""The fingerprint that the compute API gives to no labels at all."""

_ROOT = "https://www.googleapis.com"
_SHORT_NAMES = frozenset({"bigquery", "compute", "container", "dns", "sqladmin", "storage"})
"""Services whose resources have names of their own instead of full paths, where methods take those part by part."""

_SHORT_NAMED = frozenset(
    {("cloudbuild", "triggers"), ("logging", "exclusions"), ("logging", "metrics"), ("logging", "sinks")}
)
"""Collections in which that is so too, by service."""


@dataclass(frozen=True)
class Seed:
    """A resource to be: service, name (its path below base path and version) and what its body says beside the usual.

    `project`: whose it is, where the name does not say so (buckets).
    """

    service: str
    name: str
    body: Mapping[str, Any] = field(default_factory=dict)
    project: str = ""

    def json(self) -> Json:
        """For the control API."""
        return asdict(self)


def compute_link(name: str) -> str:
    """The link of a compute resource, as the API itself writes it."""
    return f"{_ROOT}/compute/v1/{name}"


def number_for(name: str) -> str:
    """The numeric id of a resource of that name."""
    return str(int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:15], 16))


def fingerprint(value: Any) -> str:
    """What the API gives as fingerprint or etag of a value."""
    if not value:
        return NO_LABELS
    text = json.dumps(value, sort_keys=True).encode()
    return base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()[:8]).decode()


def plant(store: Store, seed: Seed) -> Resource:
    """Put it in. Raises SeedError if Google's document does not allow it, or its project is not there."""
    if seed.service not in SERVICES:
        raise SeedError(f"There is no document of a service {seed.service!r}; there are: {', '.join(SERVICES)}.")
    document = load(seed.service)
    name = store.canonical(seed.name)
    schema = document.schema_of(name)
    if schema is None:
        raise SeedError(f"{seed.service} has no resource of the name {name}.")
    members = document.schemas.properties(schema)
    usual = usual_members(document, name, seed.body, members)
    resource = store.put(seed.service, name, {**usual, **seed.body}, seed.project)
    if seed.service == "cloudresourcemanager" and name.startswith("projects/") and name.count("/") == 1:
        _enable_all(store, resource)
    elif resource.project and store.get("cloudresourcemanager", f"projects/{resource.project}") is None:
        store.remove(resource)
        raise SeedError(f"{seed.service} {name}: there is no project {resource.project!r}; seed it first.")
    return resource


def usual_members(document: Document, name: str, body: Mapping[str, Any], members: Mapping[str, Json]) -> Json:
    """What every resource of its service says of itself: name, id, link, place, times, fingerprints."""
    short, service = name.rpartition("/")[2], document.service
    usual: Json = {"name": short if _is_short(document, name) else name, "createTime": CREATED_UTC}
    usual |= {"kind": members.get("kind", {}).get("default", f"{service}#resource"), "updateTime": CREATED_UTC}
    usual |= _called_like(name)
    if service == "compute":
        usual |= _compute(name, body, members)
    elif service == "storage":
        usual |= {"id": short, "selfLink": f"{_ROOT}/storage/v1/{name}", "metageneration": "1", "etag": "CAE="}
        usual |= {"timeCreated": CREATED_UTC, "updated": CREATED_UTC}
    elif service == "cloudresourcemanager":
        usual |= _hierarchy(name, short)
    elif service == "bigquery":
        usual |= _bigquery(name)
    elif "/serviceAccounts/" in name:
        usual |= {"email": short, "uniqueId": number_for(name), "projectId": name.split("/")[1]}
    else:
        usual |= {"selfLink": f"https://{document.host}/{document.path(name)}", "id": short, **_place(name)}
    return {key: value for key, value in usual.items() if key in members and _allowed(members[key], value)}


def _is_short(document: Document, name: str) -> bool:
    """Whether a resource calls itself by the last part of its path."""
    if (document.service, name.split("/")[-2]) in _SHORT_NAMED or document.service == "container":
        return True
    getter = document.getter(name)
    return document.service in _SHORT_NAMES and not (getter and "projectsId" in getter.variables)


def _place(name: str) -> Json:
    """Where it is, for what does not say so by a link."""
    _, _, below = name.partition("/locations/")
    return {"location": below.partition("/")[0], "resourceName": name} if below else {"resourceName": name}


def _called_like(name: str) -> Json:
    """The last part of the path, by what is listed there: `ruleName`, `imageVersionId`, the `jobId` of a reference."""
    *_, collection, short = name.split("/")
    noun = f"{collection[:-3]}y" if collection.endswith("ies") else collection.removesuffix("s")
    reference = {"projectId": name.split("/")[1], f"{noun}Id": short}
    return {f"{noun}Id": short, f"{noun}Name": short, **({"reference": reference} if noun == "job" else {})}


def _allowed(member: Json, value: Any) -> bool:
    """Whether a usual member is of the type that this schema gives it: an `id` may be a number."""
    if member.get("format") in ("int64", "uint64"):
        return str(value).isdigit()
    return member.get("type") == "string" if isinstance(value, str) else "$ref" in member


def _bigquery(name: str) -> Json:
    """Things of a dataset are named by references."""
    parts = name.split("/")
    project, below = parts[1], dict(zip(parts[2::2], parts[3::2], strict=False))
    reference = {"projectId": project}
    for plural, singular in (
        ("datasets", "dataset"),
        ("tables", "table"),
        ("models", "model"),
        ("routines", "routine"),
        ("jobs", "job"),
    ):
        if plural in below:
            reference[f"{singular}Id"] = below[plural]
    noun = parts[-2].removesuffix("s")
    whole = ".".join(parts[3::2])
    return {f"{noun}Reference": reference, "id": f"{project}:{whole}", "selfLink": f"{_ROOT}/bigquery/v2/{name}"}


def _compute(name: str, body: Mapping[str, Any], members: Mapping[str, Json]) -> Json:
    parts = name.split("/")
    usual: Json = {"id": number_for(name), "creationTimestamp": CREATED, "selfLink": compute_link(name)}
    for plural, member in (("zones", "zone"), ("regions", "region")):
        if plural in parts[:-2]:
            usual[member] = compute_link("/".join(parts[: parts.index(plural) + 2]))
    usual["labelFingerprint"] = fingerprint(body.get("labels"))
    usual["fingerprint"] = fingerprint(body or name)
    return usual


def _hierarchy(name: str, short: str) -> Json:
    usual: Json = {"state": "ACTIVE", "createTime": CREATED_UTC, "updateTime": CREATED_UTC, "displayName": short}
    if name.startswith("projects/"):
        number = str(int(number_for(name)) % 10**12)
        usual |= {"name": f"projects/{number}", "projectId": short}
    return usual


def _enable_all(store: Store, project: Resource) -> None:
    number = project.body["name"].removeprefix("projects/")
    for service in SERVICES:
        host = service_host(service)
        name = f"projects/{project.body['projectId']}/services/{host}"
        if store.get("serviceusage", name) is None:
            service_on(store, name, number, host, state="ENABLED")


def service_on(store: Store, name: str, number: str, host: str, *, state: str) -> None:
    """Switch an API of a project on or off."""
    body = {
        "name": f"projects/{number}/services/{host}",
        "parent": f"projects/{number}",
        "config": {"name": host, "title": title_of(host)},
        "state": state,
    }
    store.put("serviceusage", name, body)


def title_of(host: str) -> str:
    """What people call the API."""
    return f"{host.partition('.')[0].capitalize()} API"


def service_host(service: str) -> str:
    """The host name of a service, under which it is switched on and off."""
    return f"{service}.googleapis.com"
