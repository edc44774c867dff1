"""Operations: what Google has accepted and not done yet, asked about where the first call went."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.errors import Refused, Said, translate
from resoto_plugin_gcp.links import normalise
from resoto_plugin_gcp.routes import Route

FIRST, MOST = 0.1, 5.0
"""Seconds between two questions: at first, and at most."""

_SCOPES = (("zone", "zoneOperations.get"), ("region", "regionOperations.get"), ("", "globalOperations.get"))
_STATUS = {3: 400, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409, 13: 500, 14: 503, 16: 401}
"""HTTP statuses of the codes of google.rpc.Code."""


@dataclass(slots=True)
class Operation:
    """One operation as it was last seen. `route`: the call that started it."""

    api: Api
    route: Route
    body: Mapping[str, Any]

    @classmethod
    def of(cls, api: Api, route: Route, answer: Mapping[str, Any]) -> Operation | None:
        """The operation that an answer is; None when the call was done at once."""
        named = "name" in answer and ("done" in answer or "status" in answer or "/operations/" in str(answer["name"]))
        return cls(api, route, answer) if "Operation" in route.method.response and named else None

    @property
    def done(self) -> bool:
        """Whether it is over, well or not."""
        return self.body.get("done") is True or self.body.get("status") == "DONE"

    def wait(self, seconds: float) -> bool:
        """Ask until it is over; whether it was in time. Raises a CollectError if it failed."""
        end = time.monotonic() + seconds
        for delay in _delays():
            if self.check():
                return True
            if time.monotonic() + delay > end:
                return False
            time.sleep(delay)
        return False

    def check(self) -> bool:
        """Ask once, unless it is known to be over. Raises a CollectError if it failed."""
        if not self.done:
            self.body = self._read()
        if self.done and self.body.get("error"):
            method = self.route.method
            refused = Refused(_said(self.body))
            what = f"{method.service}:{method.operation} in project {self.api.project}"
            raise translate(refused, what) from refused
        return self.done

    def _read(self) -> dict[str, Any]:
        service, name = self.route.method.service, str(self.body["name"])
        if service == "compute":
            for member, operation in _SCOPES:
                if member == "" or self.body.get(member):
                    scope = {member: str(self.body[member]).rpartition("/")[2]} if member else {}
                    return self.api.call(service, operation, {"project": self.api.project, "operation": name, **scope})
        if service == "sqladmin":
            return self.api.call(service, "operations.get", {"project": self.api.project, "operation": name})
        if "/" not in name:
            link = normalise(str(self.body.get("selfLink", name)), self.api.project, self.api.number)
            name = link.removeprefix(self.route.base)  # GKE: its operations' own names say neither project nor place
        return self.api.read(self.route, name)


def _delays() -> Iterator[float]:
    delay = FIRST
    while True:
        yield delay
        delay = min(2 * delay, MOST)


def _said(body: Mapping[str, Any]) -> Said:
    """Why it failed, in the forms of all services."""
    error = body["error"]
    parts = error.get("errors") or [error]
    reasons = frozenset(str(part["code"]) for part in parts if part.get("code"))
    message = "; ".join(f"{part.get('code', '')}: {part.get('message', '')}" for part in parts)
    code = next((part["code"] for part in parts if isinstance(part.get("code"), int)), 0)
    status = int(body.get("httpErrorStatusCode") or _STATUS.get(code, 400))
    return Said(status, message, reasons | ({"FAILED_PRECONDITION"} if code == 9 else frozenset()))
