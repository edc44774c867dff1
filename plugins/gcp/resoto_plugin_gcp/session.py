"""The way to Google with one login: connections that are kept, the compute SDK, and plain REST for all else."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

import requests
from google.auth.transport.requests import AuthorizedSession
from requests.adapters import HTTPAdapter

from resoto_plugin_gcp.credentials import Login
from resoto_plugin_gcp.errors import Refused, read_answer
from resoto_plugin_gcp.routes import Route
from resotolib.collect.pace import Pace
from resotolib.errors import Unreadable

if TYPE_CHECKING:
    from resoto_plugin_gcp.compute import ComputeClients

COMPUTE = "compute"
TIMEOUT = 60.0
"""Seconds to connect, and to wait for the next bytes."""


class Session:
    """Calls with one login. May be used from any number of threads; closed by `with`."""

    def __init__(
        self, login: Login, *, endpoint_url: str | None = None, connections: int = 10, patience: float = 60.0
    ) -> None:
        self.login = login
        self._endpoint = endpoint_url.rstrip("/") if endpoint_url else None
        self._adapter = HTTPAdapter(pool_connections=64, pool_maxsize=connections, pool_block=False)
        self._rest: requests.Session = AuthorizedSession(login.credentials)  # type: ignore[no-untyped-call]  # the SDK ships no types
        for scheme in ("https://", "http://"):
            self._rest.mount(scheme, self._adapter)
        self._compute: ComputeClients | None = None
        self._patience = patience
        self._paces: dict[tuple[str, str], Pace] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Session({self.login.what})"

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._compute is not None:
            self._compute.close()
        self._rest.close()
        self._adapter.close()

    def pace(self, project: str, service: str) -> Pace:
        """How fast a service is asked about a project."""
        with self._lock:
            return self._paces.setdefault((project, service), Pace(self._patience))

    def send(self, route: Route, params: Mapping[str, Any], body: Mapping[str, Any] | None) -> dict[str, Any]:
        """Call an operation once. Raises Refused, or what the libraries raise when no answer came."""
        method = route.method
        if method.service == COMPUTE:
            from resoto_plugin_gcp import compute  # noqa: PLC0415  # two seconds, for those who need it

            operation = compute.find(method.operation)
            if operation is not None:
                return self._clients().call(operation, params, body, TIMEOUT)
        query = {name: value for name, value in params.items() if name not in route.variables and value is not None}
        return self._over_rest(method.http, route, route.path(params), query, body)

    def get(self, route: Route, name: str) -> dict[str, Any]:
        """Read what has this name at the service that the route belongs to."""
        return self._over_rest("GET", route, f"{route.base}{name}", {}, None)

    def _clients(self) -> ComputeClients:
        from resoto_plugin_gcp.compute import ComputeClients  # noqa: PLC0415  # as above

        with self._lock:
            if self._compute is None:
                self._compute = ComputeClients(self.login.credentials, self._endpoint, self._adapter)
            return self._compute

    def _over_rest(
        self, http: str, route: Route, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        method = route.method
        root = f"{self._endpoint}/{method.service}/" if self._endpoint else _root(method.root, path)
        content = None if body is None else dict(body)
        answer = self._rest.request(http, f"{root}{path}", params=_words(query), json=content, timeout=TIMEOUT)
        if not answer.ok:
            raise Refused(read_answer(answer.status_code, answer.content, answer.headers))
        if http == "DELETE" and not answer.content.strip():
            return {}
        return _parsed(answer.content, f"{method.service}:{method.operation}")


def _root(root: str, path: str) -> str:
    """Where the service is; some have an address a location."""
    if "{location}" not in root:
        return root
    parts = path.split("/")
    where = parts[parts.index("locations") + 1] if "locations" in parts else ""
    return root.replace("{location}-", "" if where in ("", "global", "-") else f"{where}-")


def _words(query: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they stand in a URL."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}


def _parsed(content: bytes, what: str) -> dict[str, Any]:
    if not content.strip():
        raise Unreadable(what, "the answer was empty")
    try:
        data = json.loads(content)
    except ValueError as error:
        raise Unreadable(what, f"the answer is no JSON: {error}") from error
    if not isinstance(data, dict):
        raise Unreadable(what, "the answer is no object")
    return data
