"""What is in the cloud: resources by service and name, checked when they are put in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.gcp.document import Document, load
from tests.fakes.gcp.errors import SeedError, not_found
from tests.fakes.gcp.schema import Checked, Json

Key = tuple[str, str]

_PROJECT = re.compile(r"^(?:projects|apps)/([^/]+)")
_LINK = re.compile(r"^(?:https?://[^/]+/(?:compute/v1/)?|//[^/]+/)?(?P<name>projects/.+)$")
_BACK = frozenset(
    [
        "selfLink",
        "selfLinkWithId",
        "users",
        "usedBy",
        "name",
        "parent",
        "zone",
        "region",
        "subnetworks",
        "status",
        "autoscaler",
        "linkedVpnTunnel",
        "value",
        "peerings",
        "instances",
    ]
)
"""Members that name the resource itself, its place, who uses it, or what may be deleted all the same."""


@dataclass(frozen=True)
class Resource:
    """One thing in the cloud. `name` is its path below base path and version, with the project's id."""

    service: str
    name: str
    collection: str
    project: str
    body: Checked
    uses: frozenset[str]

    @property
    def key(self) -> Key:
        """What it is stored under."""
        return self.service, self.name

    @property
    def kind(self) -> str:
        """The name of its schema."""
        return self.body.schema

    @property
    def link(self) -> str:
        """What its API calls it."""
        return str(self.body.get("selfLink") or self.name)

    @property
    def scope(self) -> str:
        """`zones/z`, `regions/r`, `locations/l` or `global`."""
        found = re.search(r"/((?:zones|regions|locations)/[^/]+)", self.name)
        return found[1] if found else "global"


class Store:
    """All resources. Names with a project's number mean the same as with its id."""

    def __init__(self) -> None:
        self._collections: dict[Key, dict[str, Resource]] = defaultdict(dict)
        self._resources: dict[Key, Resource] = {}
        self._users: dict[str, set[Key]] = defaultdict(set)
        self.project_ids: dict[str, str] = {}

    def canonical(self, name: str) -> str:
        """The name with the project's id where it has its number."""
        found = re.match(r"projects/(\d+)(?=/|$)", name)
        if found and found[1] in self.project_ids:
            return f"projects/{self.project_ids[found[1]]}{name[found.end() :]}"
        return name

    def number_of(self, project: str) -> str:
        """The number of a project; its id if it is not known."""
        return next((number for number, name in self.project_ids.items() if name == project), project)

    def put(self, service: str, name: str, body: Mapping[str, Any], project: str = "") -> Resource:
        """Store a resource in place of what had the name. Raises SeedError if the document does not allow it."""
        document = load(service)
        name = self.canonical(name)
        schema = document.schema_of(name)
        if schema is None:
            raise SeedError(f"{service} has no resource of the name {name}.")
        if wrong := list(document.schemas.complaints(schema, dict(body))):
            raise SeedError(f"{service} {name} is not a {schema.get('$ref', 'resource')}: {'; '.join(wrong[:5])}")
        known = self._resources.get((service, name))
        resource = Resource(
            service,
            name,
            known.collection if known else document.collection_of(name),
            project or _project_of(name) or (known.project if known else ""),
            Checked(body, schema.get("$ref", "")),
            frozenset(self.canonical(used) for used in _uses(body)) - {name},
        )
        self._forget(resource.key)
        self._remember(resource, document)
        return resource

    def _remember(self, resource: Resource, document: Document) -> None:
        if document.service == "cloudresourcemanager" and resource.name.startswith("projects/"):
            self.project_ids[resource.body["name"].removeprefix("projects/")] = resource.body["projectId"]
        self._resources[resource.key] = resource
        self._collections[resource.service, resource.collection][resource.name] = resource
        for used in resource.uses:
            self._users[used].add(resource.key)

    def _forget(self, key: Key) -> None:
        if old := self._resources.pop(key, None):
            del self._collections[old.service, old.collection][old.name]
            for used in old.uses:
                self._users[used].discard(key)

    def remove(self, resource: Resource) -> None:
        """Remove a resource and what is below it."""
        below = [
            key for key in self._resources if key[0] == resource.service and key[1].startswith(f"{resource.name}/")
        ]
        for key in [*below, resource.key]:
            self._forget(key)

    def get(self, service: str, name: str) -> Resource | None:
        """The resource of that name."""
        return self._resources.get((service, self.canonical(name)))

    def find(self, service: str, name: str) -> Resource:
        """The resource of that name. Raises the API's 404."""
        found = self.get(service, name)
        if found is None:
            raise not_found(name)
        return found

    def collection(self, service: str, name: str) -> list[Resource]:
        """What is in a collection, by name; a `-` in place of a parent means all of them."""
        name = self.canonical(name)
        if "/-" not in name:
            found = self._collections.get((service, name), {})
            return [found[key] for key in sorted(found)]
        pattern = re.compile(re.sub(r"/-(?=/|$)", "/[^/]+", re.escape(name).replace(r"\-", "-")))
        return [
            resource
            for key in sorted(self._collections)
            if key[0] == service and pattern.fullmatch(key[1])
            for resource in self.collection(service, key[1])
        ]

    def users_of(self, resource: Resource) -> list[Resource]:
        """Who names the resource in its body, by name."""
        return [self._resources[key] for key in sorted(self._users.get(resource.name, ())) if key in self._resources]

    def all(self, service: str = "", kind: str = "", project: str = "") -> Iterator[Resource]:
        """All resources, or those of a service, a kind, a project."""
        for resource in list(self._resources.values()):
            if service in ("", resource.service) and kind in ("", resource.kind) and project in ("", resource.project):
                yield resource


def _project_of(name: str) -> str:
    found = _PROJECT.match(name)
    return found[1] if found else ""


def _uses(value: Any, key: str = "") -> Iterator[str]:
    """The names of the resources that a body points to, back references left out."""
    if key in _BACK or (key.startswith("source") and key != "source"):
        return
    if isinstance(value, dict):
        for member, part in value.items():
            yield from _uses(part, member)
    elif isinstance(value, list):
        for part in value:
            yield from _uses(part, key)
    elif isinstance(value, str) and (found := _LINK.match(value)):
        yield found["name"]


def resource_json(resource: Resource) -> Json:
    """For the control API."""
    return {
        "service": resource.service,
        "name": resource.name,
        "collection": resource.collection,
        "kind": resource.kind,
        "project": resource.project,
        "body": resource.body,
    }
