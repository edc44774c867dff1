"""The cloud: takes a request, answers as Google would, and checks its own answers against Google's documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.gcp import errors
from tests.fakes.gcp.behaviour import act
from tests.fakes.gcp.call import Call
from tests.fakes.gcp.document import Document, Match, load
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.login import ANYONE, Principal
from tests.fakes.gcp.parameters import read_query
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import Seed, plant, title_of
from tests.fakes.gcp.services import SERVICES
from tests.fakes.gcp.state import Seen, State

_UNGUARDED = frozenset({"cloudresourcemanager", "serviceusage", "cloudbilling", "iamcredentials"})
"""Services that are asked about projects in which they need not be switched on."""


class Cloud:
    """One cloud. One request at a time is answered."""

    def __init__(self) -> None:
        self.state = State()

    def seed(self, *seeds: Seed) -> None:
        """Put resources in, in this order. Raises SeedError if Google's document does not allow one."""
        for seed in seeds:
            plant(self.state.store, seed)

    def find(self, http: str, path: str, host: str = "") -> tuple[Document, Match]:
        """The method that a request means: by its host, by `/SERVICE/` in front, or by the service's base path."""
        candidates = [(host.removesuffix(".googleapis.com"), path)]
        first, _, rest = path.partition("/")
        candidates += [(first, rest), (first, path)]
        for service, below in candidates:
            if service in SERVICES and (found := load(service).match(http, below)):
                return load(service), found
        raise ApiError(404, f"The requested URL /{path} was not found on this server.", "notFound")

    def answer(
        self, http: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Json, Rule | None]:
        """The body of the answer, and the rule that applies to the call. Raises ApiError for everything but a 200."""
        document, found = self.find(http, path, headers.get("Host", ""))
        state = self.state
        with state.lock:
            state.operations.settle()
            principal = ANYONE if state.settings.open else state.logins.caller(headers, document.host)
            call = self._read(document, found, query, body, principal)
            user_project = headers.get("X-Goog-User-Project", "")
            self._note(call, user_project)
            rule = state.rules.take(call.method.id, call.name)
            if rule and rule.status and rule.raw is not None:
                return {}, rule
            if rule and rule.status and not rule.late:
                raise rule.error()
            self._admit(call, user_project)
            result = act(replace(call, failure=rule) if rule and rule.late else call)
            return self._checked(call, result), rule

    def _read(self, document: Document, found: Match, query: str, body: bytes, principal: Principal) -> Call:
        method = found.method
        parameters = read_query(method, parse_qsl(query, keep_blank_values=True), found.variables)
        try:
            data = json.loads(body) if body.strip() else None
        except ValueError as error:
            raise ApiError(400, "Parse Error", "parseError") from error
        if data is not None and method.request:
            wrong = list(document.schemas.complaints({"$ref": method.request}, without_nulls(data)))
            if wrong:
                raise ApiError(400, f"Invalid JSON payload received. {'; '.join(wrong[:3])}", "badRequest")
        name = self.state.store.canonical(found.name)
        return Call(document, method, name, parameters, data, principal, self.state)

    def _note(self, call: Call, user_project: str) -> None:
        self.state.seen.append(Seen(call.method.id, call.name, call.query, call.principal.email, user_project))
        self.state.continued[call.method.id] += bool(call.query.get("pageToken"))

    def _admit(self, call: Call, user_project: str) -> None:
        """Raise the API's 403 or 404 if the caller or the service has no business in the project."""
        if user_project:
            project = self.state.store.canonical(f"projects/{user_project}").removeprefix("projects/")
            if self.state.store.get("cloudresourcemanager", f"projects/{project}") is None or not call.principal.sees(
                project
            ):
                raise errors.user_project_denied(user_project)
            self._service_on(call.document, project)
        if call.project in ("", "-"):
            return
        known = self.state.store.get("cloudresourcemanager", f"projects/{call.project}")
        if known is None and call.method.service == "compute":
            raise errors.not_found(f"projects/{call.project}")
        if known is None or not call.principal.sees(call.project):
            message = f"Permission '{call.method.id}' denied on resource '{call.name}' (or it may not exist)."
            raise ApiError(403, message, "forbidden")
        if call.method.service in _UNGUARDED:
            return
        if known.body.get("state") != "ACTIVE":
            message = f"Project {call.project} has been deleted."
            raise ApiError(403, message, "forbidden")
        self._service_on(call.document, call.project)
        self._known_scope(call)

    def _service_on(self, document: Document, project: str) -> None:
        service = self.state.store.get("serviceusage", f"projects/{project}/services/{document.host}")
        if service is not None and service.body.get("state") != "ENABLED":
            raise errors.service_disabled(document.host, title_of(document.host), self.state.store.number_of(project))

    def _known_scope(self, call: Call) -> None:
        """Compute knows its zones and regions."""
        found = re.match(r"(projects/[^/]+/(zone|region)s)/([^/]+)/", f"{call.name}/")
        if not found or call.method.service != "compute":
            return
        if self.state.store.get("compute", f"{found[1]}/{found[3]}") is None and self.state.store.collection(
            "compute", found[1]
        ):
            raise ApiError(400, f"Invalid value for field '{found[2]}': '{found[3]}'. Unknown {found[2]}.", "invalid")

    def _checked(self, call: Call, result: Any) -> Json:
        if call.method.response:
            wrong = list(call.document.schemas.complaints({"$ref": call.method.response}, result))
            if wrong:
                raise ApiError(500, f"The answer to {call.method.id} is not a {call.method.response}: {wrong[:5]}")
        answer: Json = result
        return answer


def without_nulls(value: Any) -> Any:
    """A member that is null is one that is not there, of whatever type it should be."""
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    return value
