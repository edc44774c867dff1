"""Fills a project with things of every kind that can be listed: made up, but what Google's documents allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.gcp.document import Document, Method, load
from tests.fakes.gcp.errors import SeedError
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import usual_members
from tests.fakes.gcp.services import SERVICES
from tests.fakes.gcp.store import Resource, Store
from tests.fakes.gcp.synthesis import Synthesis

LEFT_OUT = frozenset({"cloudresourcemanager", "serviceusage", "iamcredentials", "cloudbilling", "cloudasset"})
"""Services whose resources mean something to the server itself, or are not a project's."""

_NOT_MADE = re.compile(
    r"(?i)operations?\.|\.locations\.list$|tabledata|\.(zones|regions)\.list$|projects\.list|usable|referrers"
)
_GLOBAL = frozenset({"apikeys", "iam"})
"""Services that have one location, called global."""

_GONE = frozenset({"deleted", "deleteTime"})
"""Members by which resources say that they are deleted, which these are not."""

_VARIABLE = re.compile(r"{\w+}")


@dataclass
class Filler:
    """Where things are put: one project, and the places given."""

    store: Store
    project: str
    location: str = "us-central1"
    zone: str = "us-central1-a"
    count: int = 3
    filled: dict[str, list[Resource]] = field(default_factory=dict)

    def collection(self, method: Method) -> str | None:
        """The name of the collection in this project, with a parent of each kind made if there is none yet."""
        parts = method.template.split("/")
        done: list[str] = []
        for index, part in enumerate(parts):
            if not _VARIABLE.fullmatch(part):
                done.append(part)
                continue
            value = self._value(method, parts[: index + 1], done)
            if value is None:
                return None
            done.append(value)
        return "/".join(done)

    def _value(self, method: Method, template: list[str], done: list[str]) -> str | None:
        noun = done[-1] if done else ""
        if noun in ("projects", "apps"):
            return self.project
        if noun in ("zones", "regions", "locations"):
            place = "global" if method.service in _GLOBAL else self.location
            return self.zone if noun == "zones" else place
        above = "/".join(done)
        present = [row for row in self.store.collection(method.service, above) if row.project == self.project]
        if not present and above:
            parents = "/".join(template[:-1])
            makers = [other for other in listers(load(method.service)) if other.template == parents]
            present = self.fill(makers[0]) if makers else []
        return present[0].name.removeprefix(f"{above}/") if present else None

    def fill(self, method: Method) -> list[Resource]:
        """`count` resources in the collection that the method lists; those that are there already count."""
        name = self.collection(method)
        if name is None:
            return []
        known = self.filled.get(f"{method.service}:{name}")
        if known is None:
            document = load(method.service)
            known = [self._make(document, method, f"{name}/{_short(name, index)}") for index in range(self.count)]
            self.filled[f"{method.service}:{name}"] = known
        return known

    def _make(self, document: Document, method: Method, name: str) -> Resource:
        schema = document.schema_of(name) or document.item_schema(method)
        seed = name.rpartition("/")[2].rpartition("-")[2]
        value = Synthesis(document.schemas).value(schema, seed)
        present = self.store.get(document.service, name)
        if present is not None:
            return present
        value = {key: part for key, part in value.items() if key not in _GONE}
        body = _named(document, name, schema, value)
        return self.store.put(document.service, name, body, self.project)


def _named(document: Document, name: str, schema: Json, value: Json) -> Json:
    """The body with what each resource says of itself; some lists wrap their items: a finding is in a result."""
    members = document.schemas.properties(schema)
    wrapped = name.split("/")[-2].removesuffix("s")
    body = {**value, **usual_members(document, name, {}, members)}
    if isinstance(body.get(wrapped), dict):
        body[wrapped] = _named(document, name, members[wrapped], body[wrapped])
    return body


def _short(collection: str, index: int) -> str:
    noun = collection.rpartition("/")[2].lower()
    return f"{noun[:20].rstrip('s')}-{index}"


def listers(document: Document) -> Iterator[Method]:
    """The methods that list what belongs to a project, once a collection."""
    seen = set()
    for method in document.methods:
        fits = method.is_list and not method.is_aggregated and method.template not in seen and method.response
        mine = method.template.startswith(("projects/{", "apps/{", "b/{")) or method.template == "b"
        if not (fits and mine and document.items(method)) or _NOT_MADE.search(method.id):
            continue
        if document.item_schema(method).get("type") != "string":
            seen.add(method.template)
            yield method


def fill(
    store: Store,
    project: str,
    services: Iterable[str] = (),
    kinds: Iterable[str] = (),
    methods: Iterable[str] = (),
    **places: Any,
) -> list[Resource]:
    """Put `count` (3) resources into each collection of a project that can be listed, and answer them.

    `services`, `kinds` (names of schemas), `methods` (ids of list methods): only those; `location`, `zone`: where.
    Parents that are missing are made too, and are among the answer.
    """
    filler = Filler(store, project, **places)
    unknown = set(services) - set(SERVICES)
    if unknown:
        raise SeedError(f"There is no document of {', '.join(sorted(unknown))}.")
    wanted, listed = set(kinds), set(methods)
    services = services or sorted({method.partition(".")[0].replace("sql", "sqladmin") for method in listed})
    for service in services or sorted(set(SERVICES) - LEFT_OUT):
        document = load(service)
        for method in listers(document):
            fits = not wanted or document.item_schema(method).get("$ref") in wanted
            if fits and (not listed or method.id in listed):
                filler.fill(method)
    return [resource for resources in filler.filled.values() for resource in resources]
