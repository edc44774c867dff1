"""One request, read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.gcp.document import Document, Method
from tests.fakes.gcp.login import Principal
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.schema import Checked, Json
from tests.fakes.gcp.state import Settings, State
from tests.fakes.gcp.store import Resource, Store


@dataclass(frozen=True)
class Call:
    """A method, the name it is called for (with the project's id), and what came with it.

    `failure`: how its operation is to fail, if it is.
    """

    document: Document
    method: Method
    name: str
    query: Mapping[str, str]
    body: Any
    principal: Principal
    state: State
    failure: Rule | None = None

    @property
    def store(self) -> Store:
        """What is in the cloud."""
        return self.state.store

    @property
    def settings(self) -> Settings:
        """How the server behaves."""
        return self.state.settings

    @property
    def service(self) -> str:
        """The name of the service."""
        return self.document.service

    @property
    def project(self) -> str:
        """The project's id, empty if the call is about none."""
        found = re.match(r"(?:projects|apps)/([^/]+)", self.name)
        return found[1] if found else ""

    def covers(self, scope: str) -> bool:
        """Whether the answer would hold resources of that scope."""
        kind, _, place = scope.partition("/")
        found = re.search(r"/(zones|regions|locations)/([^/]+)", self.name)
        if found:
            return found[2] in ("-", place)
        return kind == "locations" or self.method.is_aggregated

    def scopes(self) -> list[str]:
        """The scopes of a project that an aggregated list is about: global, its regions, its zones."""
        names = (
            row.name.removeprefix(f"projects/{self.project}/")
            for kind in ("regions", "zones")
            for row in self.store.collection("compute", f"projects/{self.project}/{kind}")
        )
        plural = self.name.rpartition("/")[2]
        every = self.query.get("includeAllScopes", "").lower() == "true"
        return [name for name in ("global", *names) if every or self._has(f"projects/{self.project}/{name}/{plural}/x")]

    def _has(self, name: str) -> bool:
        return self.document.schema_of(name) == self.document.item_schema(self.method)

    def locations(self) -> list[Resource]:
        """The locations that a service offers: those of the settings, and those where it has something."""
        within = f"{self.name}/"
        used = {
            row.name.removeprefix(within).partition("/")[0]
            for row in self.store.all(self.service, project=self.project)
            if row.name.startswith(within)
        }
        return [self._location(place) for place in sorted({*self.settings.regions, *used} - {"-"})]

    def _location(self, place: str) -> Resource:
        name = f"{self.name}/{place}"
        body: Json = {"name": name, "locationId": place}
        schema = self.document.item_schema(self.method).get("$ref", "")
        return Resource(self.service, name, self.name, self.project, Checked(body, schema), frozenset())
