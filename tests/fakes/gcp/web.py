"""HTTP for the cloud: Google's APIs, logins, the metadata server, and the control API below `/fake/`."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.gcp import metadata
from tests.fakes.gcp.control import Control
from tests.fakes.gcp.errors import ApiError, SeedError
from tests.fakes.gcp.login import oauth_body
from tests.fakes.gcp.rules import Rule

_TOKEN_PATHS = frozenset({"token", "v1/token", "sts/v1/token"})


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    control: Control

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""

    def handle_call(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path = parts.path.lstrip("/")
        try:
            if path.startswith("fake/"):
                self._reply(200, self.control.act(self.command, path.removeprefix("fake/"), body))
            elif path in _TOKEN_PATHS:
                self._token(body)
            elif path.startswith(metadata.ROOT) or not path:
                self._metadata(path)
            else:
                self._api(path, parts.query, body)
        except ApiError as error:
            self._reply(error.code, error.body(), error.headers)
        except SeedError as error:
            self._reply(400, {"seed": str(error)})

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_call  # noqa: N815  # the base class's names

    def _headers(self) -> dict[str, str]:
        return {name.title(): value for name, value in self.headers.items()}

    def _api(self, path: str, query: str, body: bytes) -> None:
        answer, rule = self.control.cloud.answer(self.command, path, query, self._headers(), body)
        if rule is not None and self._spoiled(rule):
            return
        self._reply(200, answer)

    def _spoiled(self, rule: Rule) -> bool:
        """Whether the rule leaves nothing to answer."""
        time.sleep(rule.delay)
        if rule.drop:
            self.close_connection = True
            self.connection.close()
        elif rule.raw is not None:
            self._send(rule.status or 200, "text/html", rule.raw.encode(), rule.headers)
        return rule.drop or rule.raw is not None

    def _token(self, body: bytes) -> None:
        state = self.control.state
        with state.lock:
            rule = state.rules.take("token", "")
            try:
                if rule and rule.status:
                    raise rule.error()
                answer = state.logins.exchange(body)
            except ApiError as error:
                self._reply(error.code, oauth_body(error), error.headers)
                return
        self._reply(200, answer)

    def _metadata(self, path: str) -> None:
        control = self.control
        flavor = {"Metadata-Flavor": "Google", "Server": "Metadata Server for VM"}
        machine = control.machine, control.machine_project
        answer = metadata.read(path or metadata.ROOT, self._headers(), control.state.logins, *machine)
        if isinstance(answer, str):
            self._send(200, "application/text", answer.encode(), flavor)
        else:
            self._reply(200, answer, flavor)

    def _reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json; charset=UTF-8", json.dumps(body).encode(), headers or {})

    def _send(self, status: int, kind: str, content: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def make_server(control: Control, port: int = 0) -> ThreadingHTTPServer:
    """The HTTP server, bound to the loopback; port 0 takes a free one."""
    handler = type("BoundHandler", (Handler,), {"control": control})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    return server
