"""Operations: what takes its time, and is applied when it is over."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.gcp.document import Method
from tests.fakes.gcp.errors import STATUS
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import CREATED, compute_link, number_for

if TYPE_CHECKING:
    from tests.fakes.gcp.call import Call

_TYPES = {
    "container": {"create": "CREATE_{}", "delete": "DELETE_{}", "": "UPDATE_CLUSTER"},
    "sqladmin": {"insert": "CREATE", "delete": "DELETE", "": "UPDATE"},
}
"""What services call their operations, by method; the empty one is for all others."""


@dataclass
class _Running:
    body: Json
    due: float
    effect: Callable[[], Json]
    failure: Rule | None

    @property
    def done(self) -> bool:
        return bool(self.body.get("done")) or self.body.get("status") in ("DONE", "done")

    @property
    def _end(self) -> Json:
        """What it says when it is over; Cloud DNS has no capitals and no time."""
        return (
            {"status": "done"} if self.body.get("kind") == "dns#operation" else {"status": "DONE", "endTime": CREATED}
        )

    def finish(self) -> None:
        """Apply it, or write down why not."""
        long_running = "done" in self.body
        if self.failure is None:
            result = {"@type": "type.googleapis.com/google.protobuf.Any", **self.effect()}
            self.body |= {"done": True, "response": result} if long_running else self._end
            return
        code = self.failure.reason or "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE"
        if long_running:
            self.body |= {"done": True, "error": {"code": 9, "message": f"{code}: {self.failure.message}"}}
            return
        self.body |= self._end
        error = {"code": code, "message": self.failure.message}
        if "clusterConditions" in self.body:
            self.body["error"] = {"code": 9, "message": self.failure.message}
            return
        self.body["error"] = {"errors": [error]}
        if self.body.get("kind") == "compute#operation":
            status = self.failure.status or 400
            self.body |= {"httpErrorStatusCode": status, "httpErrorMessage": STATUS.get(status, "BAD REQUEST")}


class Operations:
    """All operations, those that are over too."""

    def __init__(self) -> None:
        self._operations: dict[tuple[str, str], _Running] = {}

    def settle(self) -> None:
        """Finish what is due."""
        now = time.monotonic()
        for operation in list(self._operations.values()):
            if not operation.done and operation.due <= now:
                operation.finish()

    def clear(self) -> None:
        """Forget all of them."""
        self._operations.clear()

    def start(self, call: Call, target: Json, effect: Callable[[], Json]) -> Json:
        """Begin one; `effect` is run when it is over, and answers what its response is to be."""
        number = len(self._operations) + 1
        name = _name(call, f"operation-{1767322800000 + number}")
        body = _body(call, name, target)
        due = time.monotonic() + call.settings.operation_seconds
        self._operations[call.service, name] = _Running(body, due, effect, call.failure)
        return dict(body)

    def read(self, call: Call) -> Json:
        """How far it is; `wait` comes back when it is over."""
        name = call.name.removesuffix("/wait")
        running = self._operations.get((call.service, name))
        if running is None:
            return call.store.find(call.service, name).body
        if call.method.name == "wait" and not running.done:
            running.finish()
        return dict(running.body)

    def within(self, service: str, collection: str) -> list[tuple[str, Json]]:
        """Names and bodies of those of a scope, in order; a `-` in place of a parent means all of them."""
        fits = re.compile("/".join("[^/]+" if part == "-" else re.escape(part) for part in collection.split("/")))
        mine = ((key[1], running) for key, running in self._operations.items() if key[0] == service)
        return [(name, dict(running.body)) for name, running in mine if fits.fullmatch(name.rpartition("/")[0])]


def _name(call: Call, short: str) -> str:
    """Where the operation is found: of the service's places for operations the one that fits the resource best."""
    getters = (method.template for method in call.document.methods if is_reader(method) and method.name == "get")
    for template in sorted(getters, key=lambda template: -template.count("/")):
        *parts, noun, _ = template.split("/")
        given = call.name.split("/")[: len(parts)]
        fits = (part == value or part.startswith("{") for part, value in zip(parts, given, strict=False))
        if len(given) == len(parts) and all(fits):
            return "/".join([*given, noun, short])
    return f"operations/{short}"


def is_reader(method: Method) -> bool:
    """Whether the method reads or awaits an operation."""
    nested = bool(method.resources) and method.resources[-1].lower().endswith("operations")
    return nested and method.name in ("get", "wait")


def _body(call: Call, name: str, target: Json) -> Json:
    members: Iterable[str] = call.document.schemas.properties({"$ref": call.method.response})
    if "done" in members:
        return {"name": name, "done": False}
    link = str(target.get("selfLink") or target.get("name") or call.name)
    body: Json = {"name": name.rpartition("/")[2], "status": "RUNNING", "targetLink": link, "startTime": CREATED}
    body["operationType"] = _type(call.method)
    if call.service == "dns":
        return {"kind": "dns#operation", "id": body["name"], "status": "pending"}
    if call.service == "compute":
        body |= _compute(call, name, target)
    elif call.service == "container":
        body |= {"clusterConditions": [], "selfLink": call.document.path(name)}
    else:
        body |= {"kind": "sql#operation", "targetProject": call.project}
    return {key: value for key, value in body.items() if key in members}


def _compute(call: Call, name: str, target: Json) -> Json:
    body: Json = {"kind": "compute#operation", "id": number_for(name), "insertTime": CREATED, "progress": 0}
    body |= {"selfLink": compute_link(name), "targetId": str(target.get("id") or number_for(call.name))}
    body["user"] = call.principal.email
    if found := re.match(r"projects/[^/]+/(zone|region)s/[^/]+", name):
        body[found[1]] = compute_link(found[0])
    return body


def _type(method: Method) -> str:
    names = _TYPES.get(method.service)
    if names is None:
        return method.name
    return names.get(method.name, names[""]).format("NODE_POOL" if method.resources[-1] == "nodePools" else "CLUSTER")
