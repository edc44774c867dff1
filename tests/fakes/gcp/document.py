"""Google's discovery documents: which methods a service has, and which of them a request means."""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.fakes.gcp.schema import Json, Schemas
from tests.fakes.gcp.services import SERVICES

FOLDER = Path(__file__).with_name("documents")

_VERSION = re.compile(r"^(?:dns/)?v\d\w*[/:]")
_LIST = re.compile(r"(?:[Ll]ist|search|aggregated)(?![a-z])")
_FURTHER_PATHS = {
    "cloudresourcemanager.tagBindings.delete": "v3/tagBindings/{tagBindingsId}/tagValues/{tagValuesId}",
    "firestore.projects.databases.documents.listCollectionIds": (
        "v1/projects/{projectsId}/databases/{databasesId}/documents:listCollectionIds"
    ),
}
"""Paths that methods have by their interface definitions, and that the discovery documents leave out."""

_BINDINGS = "tagBindings"
"""The collection whose resources have names of two more parts: what is bound, encoded, and the value."""

_VARIABLE = re.compile(r"{\+?(\w+)}")


@dataclass(frozen=True)
class Method:
    """One method of a service.

    `path` is what follows the host, with {variables}; `template` the same without base path, version and verb: what
    names the collection or the resource. `resources` are the names of the resources it is nested in. `segments` are
    the parts of the path: the name of the variable or nothing, and the text, which after a variable is a verb.
    """

    id: str
    name: str
    service: str
    resources: tuple[str, ...]
    http: str
    path: str
    verb: str
    template: str
    parameters: Mapping[str, Json]
    request: str
    response: str
    wildcard: bool
    segments: tuple[tuple[str, str], ...]

    @property
    def variables(self) -> list[str]:
        """The names of the variables of the path, in order."""
        return _VARIABLE.findall(self.path)

    def read(self, parts: Sequence[str]) -> dict[str, str] | None:
        """The variables' values in a path of as many parts, None if it is not this method's."""
        values = {}
        for (variable, text), part in zip(self.segments, parts, strict=True):
            if not variable:
                if part != text:
                    return None
            elif part.endswith(text) and len(part) > len(text):
                values[variable] = unquote(part[: len(part) - len(text)])
            else:
                return None
        return values

    @property
    def is_list(self) -> bool:
        """Whether it answers with resources, page by page or all of them."""
        return bool(_LIST.match(self.name))

    @property
    def is_aggregated(self) -> bool:
        """Whether it answers with the resources of all scopes, each scope apart (compute only)."""
        return self.name == "aggregatedList"


@dataclass(frozen=True)
class Match:
    """A method, the name that the path gives to the collection or resource, and the variables' values."""

    method: Method
    name: str
    variables: Mapping[str, str]


class Document:
    """One service."""

    def __init__(self, service: str, raw: Json) -> None:
        self.service = service
        self.host = urlsplit(raw["rootUrl"]).netloc
        self.base: str = raw["servicePath"]
        self.schemas = Schemas(raw["schemas"])
        self.methods = tuple(_methods(service, raw, raw, ()))
        self._buckets: dict[tuple[str, int, str, str], list[Method]] = defaultdict(list)
        for method in self.methods:
            *_, above, last = "", *("" if variable else text for variable, text in method.segments)
            self._buckets[method.http, len(method.segments), above, last].append(method)
        for bucket in self._buckets.values():
            bucket.sort(key=lambda method: (len(method.variables), -len(method.path)))
        self.version = _version(self.methods)

    def match(self, http: str, path: str) -> Match | None:
        """The method that a path, still percent-encoded and without leading slash, means."""
        parts = path.split("/")
        *_, above, last = "", *parts
        for ending in ((above, last), ("", last), (above, ""), ("", "")):
            for method in self._buckets.get((http, len(parts), *ending), ()):
                values = method.read(parts)
                if values is not None:
                    return Match(method, name_of(self.base, path, method.verb, _part(method.name, method.verb)), values)
        return None

    def path(self, name: str) -> str:
        """The path of a resource, without leading slash."""
        return f"{self.base}{self.version}{name}"

    def getter(self, name: str) -> Method | None:
        """The method that reads the resource of that name."""
        found = self.match("GET", self.path(name))
        return found.method if found and found.method.name.lower().startswith("get") else None

    def lister(self, collection: str) -> Method | None:
        """The method that lists the collection of that name."""
        for http in ("GET", "POST"):
            for path in (collection, ":".join(collection.rsplit("/", 1)), f"{collection}:search"):
                found = self.match(http, self.path(path))
                if found and found.method.is_list:
                    return found.method
        return None

    def items(self, method: Method) -> str:
        """Which member of a list's answer holds the resources; empty when none does."""
        properties = self.schemas.properties({"$ref": method.response}) if method.response else {}
        arrays = [key for key, value in properties.items() if value.get("type") == "array"]
        own = method.resources[-1].lower() if method.resources else ""
        rich = [key for key in arrays if properties[key]["items"].get("type") != "string"]
        for candidate in ("items", *(key for key in arrays if key.lower() == own), *rich, *arrays):
            if candidate in arrays and candidate not in ("unreachable", "unreachables", "warnings"):
                return candidate
        return ""

    def item_schema(self, method: Method) -> Json:
        """The schema of what a list's answer holds; of an aggregated list too."""
        properties = self.schemas.properties({"$ref": method.response})
        if method.is_aggregated:
            scoped = self.schemas.properties(properties["items"]["additionalProperties"])
            return next(part["items"] for part in scoped.values() if part.get("type") == "array")
        found: Json = properties[self.items(method)]["items"]
        return found

    def collection_of(self, name: str) -> str:
        """The collection that a resource is listed in: mostly its name without the last part."""
        if name.startswith(f"{_BINDINGS}/"):
            return _BINDINGS
        getter = self.getter(name)
        above = name.rpartition("/")[0]
        of_two_parts = getter and re.search(r"{\w+}/{\w+}$", getter.template) and not self.lister(above)
        return above.rpartition("/")[0] if of_two_parts else above

    def schema_of(self, name: str) -> Json | None:
        """The schema of the resource of that name, None if the service has no such resource."""
        if (getter := self.getter(name)) and getter.response:
            members = self.schemas.properties({"$ref": getter.response})
            return dict(members["resource"]) if members.keys() == {"resource"} else {"$ref": getter.response}
        collection = self.collection_of(name)
        lister = self.lister(collection)
        return self.item_schema(lister) if lister and self.items(lister) else None


def name_of(base: str, path: str, verb: str = "", part: str = "") -> str:
    """What a path names: without base path, version and verb; a slash or percent sign inside a part stays encoded.

    `part` is added at the end: a list that only its verb tells from others has a collection of its own.
    """
    below = _VERSION.sub("", path.removeprefix(base), count=1)
    below = below.removesuffix(f":{verb}") if verb else below
    whole = below.startswith(f"{_BINDINGS}/")  # names that are encoded themselves, and once more as a part of the path
    kept = below if whole else below.replace("%25", "%2525")
    name = unquote(kept.replace("%2F", "%252F").replace("%2f", "%252F"))
    return f"{name}/{part}" if part else name


def _part(name: str, verb: str) -> str:
    return verb if _LIST.match(name) and verb not in ("search", "aggregated") else ""


def _segment(part: str) -> tuple[str, str]:
    found = _VARIABLE.match(part)
    return (found[1], part[found.end() :]) if found else ("", part)


def _version(methods: tuple[Method, ...]) -> str:
    """What stands between the base path and the names of resources, such as `v1/`."""
    for method in methods:
        if found := _VERSION.match(method.path):
            return found[0].replace(":", "/")
    return ""


def _methods(service: str, raw: Json, node: Json, resources: tuple[str, ...]) -> Iterator[Method]:
    for name, method in node.get("methods", {}).items():
        further = _FURTHER_PATHS.get(method["id"])
        for path in (method.get("flatPath") or method["path"], *([further] if further else [])):
            yield _method(service, raw, method, (*resources, name), raw["servicePath"] + path)
    for name, below in node.get("resources", {}).items():
        yield from _methods(service, raw, below, (*resources, name))


def _method(service: str, raw: Json, method: Json, names: tuple[str, ...], path: str) -> Method:
    verb = path.partition("}:")[2] or path.rpartition("/")[2].partition(":")[2]
    *resources, name = names
    return Method(
        id=method["id"],
        name=name,
        service=service,
        resources=tuple(resources),
        http=method["httpMethod"],
        path=path,
        verb=verb,
        template=name_of(raw["servicePath"], path, verb, _part(name, verb)),
        parameters={**raw.get("parameters", {}), **method.get("parameters", {})},
        request=method.get("request", {}).get("$ref", ""),
        response=method.get("response", {}).get("$ref", ""),
        wildcard=bool(method.get("wildcard")),
        segments=tuple(_segment(part) for part in path.split("/")),
    )


@functools.cache
def load(service: str) -> Document:
    """The document of a service, read once. Raises KeyError for a service that is not served."""
    packed = (FOLDER / f"{service}.{SERVICES[service]}.json.gz").read_bytes()
    raw: dict[str, Any] = json.loads(gzip.decompress(packed))
    return Document(service, raw)
