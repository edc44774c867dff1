"""Google's discovery documents: the operations of a service and the schemas of what they answer."""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcp_builder.words import bare
from resotolib.errors import ModelError

FOLDER = Path(__file__).resolve().parents[3] / "tests" / "fakes" / "gcp" / "documents"

Schema = dict[str, Any]

_START = re.compile(r"^(?:[a-z]+/)?v\d+(?:(?:alpha|beta|b)\d+)?/")


@dataclass(frozen=True)
class Operation:
    """One method of a service; `name` is its id without the API's name, `path` is below the root URL.

    `template` is the path of the resource or collection without version, with all variables apart:
    `projects/{projectsId}/topics`. `wildcard`: it takes `-` in place of a parent.
    """

    service: str
    name: str
    http: str
    path: str
    template: str
    parameters: Mapping[str, Schema]
    request: str
    response: str
    wildcard: bool

    @property
    def collection(self) -> str:
        """What its name says that it is about: `projects.topics` of `projects.topics.list`."""
        return self.name.rpartition(".")[0]

    @property
    def verb(self) -> str:
        """The last word of its name."""
        return self.name.rpartition(".")[2]

    @property
    def variables(self) -> list[str]:
        """The parameters in the path, in order."""
        return re.findall(r"{\+?(\w+)}", self.path)


class Document:
    """One service."""

    def __init__(self, service: str, raw: Mapping[str, Any]) -> None:
        self.service = service
        self.root: str = raw["rootUrl"]
        self.operations = {one.name: one for one in _operations(service, raw, raw)}
        self._schemas: Mapping[str, Schema] = raw["schemas"]
        self._bare = Counter(bare(name) for name in self._schemas)

    def operation(self, name: str) -> Operation:
        """Raises ModelError when there is none of that name."""
        try:
            return self.operations[name]
        except KeyError:
            raise ModelError(f"{self.service}.{name}", "the discovery document has no such method.") from None

    def resolve(self, schema: Schema) -> Schema:
        """The schema itself, where it is only named."""
        return self._schemas[schema["$ref"]] if "$ref" in schema else schema

    def members(self, schema: Schema) -> dict[str, Schema]:
        """The members of an object; none of anything else."""
        found: dict[str, Schema] = self.resolve(schema).get("properties", {})
        return found

    def answer(self, operation: Operation) -> Schema:
        """The schema of what an operation answers."""
        return {"$ref": operation.response} if operation.response else {}

    def short(self, name: str) -> str:
        """A schema's name without the API's, where that tells it from the others."""
        return bare(name) if self._bare[bare(name)] == 1 else name

    def walk(self, schema: Schema, path: str) -> Schema:
        """The schema of the values at `path`. Raises KeyError naming the step that does not exist."""
        for step in (step for step in path.removesuffix("/").replace("[]", ".[]").split(".") if step):
            schema = self._step(self.resolve(schema), step)
        return schema

    def _step(self, schema: Schema, step: str) -> Schema:
        key = {"[]": "items", "*": "additionalProperties"}.get(step)
        found: Schema | None = schema.get(key) if key else schema.get("properties", {}).get(step)
        if found is None:
            raise KeyError(f"{step!r} is no member of {schema.get('id', 'what is there')}")
        return found


def _operations(service: str, raw: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Operation]:
    for method in node.get("methods", {}).values():
        flat = method.get("flatPath") or method["path"]
        whole = raw["servicePath"] + flat
        yield Operation(
            service=service,
            name=method["id"].partition(".")[2],
            http=method["httpMethod"],
            path=raw["servicePath"] + method["path"],
            template=_START.sub("", _START.sub("", whole.removeprefix(raw["servicePath"]))).partition(":")[0],
            parameters=method.get("parameters", {}),
            request=method.get("request", {}).get("$ref", ""),
            response=method.get("response", {}).get("$ref", ""),
            wildcard=bool(method.get("wildcard")),
        )
    for below in node.get("resources", {}).values():
        yield from _operations(service, raw, below)


def alike(document: Document, collection: str) -> Iterator[Operation]:
    """The methods that read one resource of the type that a collection has, wherever it is: in a zone, in a region."""
    getter = document.operations.get(f"{collection}.get")
    for operation in document.operations.values():
        if getter and operation.verb == "get" and operation.response == getter.response:
            yield operation


@functools.cache
def load(service: str) -> Document:
    """The document of a service, read once. Raises ModelError when there is none."""
    for path in FOLDER.glob(f"{service}.*.json.gz"):
        return Document(service, json.loads(gzip.decompress(path.read_bytes())))
    raise ModelError(service, f"there is no discovery document in {FOLDER}.")


def services() -> list[str]:
    """The services that there are documents of."""
    return sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.json.gz"))
