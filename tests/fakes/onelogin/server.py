"""The API of OneLogin on a free loopback port.

    with OneLoginServer(make_tenant()) as onelogin:
        settings = OneLoginSettings(client_id=ID, client_secret=SECRET, endpoint_url=onelogin.url)
        onelogin.fault("/api/2/apps", 503); onelogin.scope = "users"
        onelogin.requests                                  # (method, path, query) of every call

What is not documented is not here: unknown paths are 404, a cursor that is none is 400.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.onelogin import paging
from tests.fakes.onelogin.paging import Reply
from tests.fakes.onelogin.tenant import Row, Tenant

ID, SECRET = "client-0123456789", "secret-0123456789abcdef"
CAPS = {"users": 50, "roles": 650, "apps": 1000, "mappings": 1000}
UNASKED = ("role_ids", "custom_attributes")
"""What is in the list of users only when it is asked for."""
READ_USERS = ("users", "roles", "groups")


class OneLoginServer:
    """OneLogin for the time of a `with` block.

    `client` and `secret` are the credentials; `scope` is theirs: "manage", "all" or "users".
    """

    def __init__(self, tenant: Tenant, *, page_size: int = 1000, quota: int = 5000, port: int = 0) -> None:
        """`page_size`: at most so many a page, where the API does not have less; `quota`: calls in an hour."""
        self.tenant, self.quota = tenant, quota
        self.client, self.secret = ID, SECRET
        self.scope = "manage"
        self.reset_in = 3600
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self._page_size = page_size
        self._tokens: set[str] = set()
        self._faults: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> OneLoginServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fault(
        self, path: str, status: int, body: Any = None, *, times: int = 1, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer calls of a path otherwise; in turn, then as usual."""
        self._faults[path].extend(
            [(status, {"message": "as ordered"} if body is None else body, dict(headers or {}))] * times
        )

    def called(self, path: str) -> int:
        """How often a path was called."""
        return sum(path == called for _, called, _ in self.requests)

    def answer(self, method: str, path: str, query: dict[str, str], authorization: str, body: bytes) -> Reply:
        """One request."""
        with self._lock:
            self.requests.append((method, path, query))
            if self._faults[path]:
                return self._faults[path].popleft()
            if path == "/auth/oauth2/v2/token":
                return self._token(authorization, body)
            if authorization.removeprefix("bearer ") not in self._tokens:
                return _refusal(path, 401, "Unauthorized")
            limits = self._limits()
            if self.quota < 0:
                return 429, {"statusCode": 429, "message": "rate limit exceeded"}, limits
            status, answer, headers = self._route(path, query)
            return status, answer, {**limits, **headers}

    def _limits(self) -> dict[str, str]:
        self.quota -= 1
        left = str(max(self.quota, 0))
        return {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": left, "X-RateLimit-Reset": str(self.reset_in)}

    def _token(self, authorization: str, body: bytes) -> Reply:
        if (
            authorization.replace("client_secret: ", "client_secret:")
            != f"client_id:{self.client}, client_secret:{self.secret}"
        ):
            return _refusal("/auth", 401, "Authentication Failure")
        if json.loads(body or b"{}").get("grant_type") != "client_credentials":
            return _refusal("/auth", 400, "grant_type is incorrect/absent")
        token = secrets.token_hex(16)
        self._tokens.add(token)
        made = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        account = {} if self.tenant.account is None else {"account_id": self.tenant.account}
        return (
            200,
            {"access_token": token, "created_at": made, "expires_in": 36000, "token_type": "bearer", **account},
            {},
        )

    def _route(self, path: str, query: Mapping[str, str]) -> Reply:
        parts = path.strip("/").split("/")
        if parts[0] != "api" or len(parts) < 3:
            return _refusal(path, 404, "No Route Exists")
        if not self._allowed(parts[2]):
            return _refusal(path, 403, "Insufficient scope")
        try:
            return self._served(parts, query) or _refusal(path, 404, "No Route Exists")
        except ValueError as error:
            return _refusal(path, 400, str(error))

    def _served(self, parts: list[str], query: Mapping[str, str]) -> Reply | None:
        match parts:
            case ["api", "2", ("users" | "roles" | "apps" | "mappings") as what]:
                return self._listed(what, query)
            case ["api", "2", "mfa", "users", user, "devices"]:
                return 200, self.tenant.devices.get(int(user), []), {}
            case ["api", "1", "groups"]:
                return paging.by_body(self.tenant.groups, query, min(self._page_size, 50))
            case ["api", "1", "privileges"]:
                return 200, self.tenant.privileges, {}
            case ["api", "1", "privileges", privilege, ("users" | "roles") as what]:
                assigned = self.tenant.assigned.get((privilege, what), [])
                return paging.by_link(assigned, query, self._page_size, what)
        return None

    def _allowed(self, what: str) -> bool:
        needed = {"manage": True, "all": what != "privileges", "users": what in READ_USERS}
        return needed[self.scope]

    def _listed(self, what: str, query: Mapping[str, str]) -> Reply:
        rows: list[Row] = getattr(self.tenant, what)
        if what == "mappings":
            wanted = query.get("enabled", "true") == "true"
            rows = [row for row in rows if row["enabled"] is wanted]
        fields = {"id", *query.get("fields", "").split(",")} if "fields" in query else set()
        unasked = UNASKED if what == "users" else ("users", "admins") if what == "roles" else ()
        rows = [
            {name: value for name, value in row.items() if (name in fields if fields else name not in unasked)}
            for row in rows
        ]
        return paging.by_headers(rows, query, min(CAPS[what], self._page_size))


def _refusal(path: str, status: int, message: str) -> Reply:
    """An error in the form of the API's version."""
    if path.startswith("/api/2"):
        return status, {"statusCode": status, "name": "Error", "message": message}, {}
    return status, {"status": {"error": True, "code": status, "type": "error", "message": message}}, {}


def _handler(server: OneLoginServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
            """Silence."""

        def do_GET(self) -> None:
            """Any request."""
            length = int(self.headers.get("Content-Length") or 0)
            path, _, query = self.path.partition("?")
            words = dict(parse_qsl(query, strict_parsing=bool(query)))
            authorization = self.headers.get("Authorization", "")
            status, body, headers = server.answer(self.command, path, words, authorization, self.rfile.read(length))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815  # the standard library's name

    return Handler
