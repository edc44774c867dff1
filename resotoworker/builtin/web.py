"""The worker's own web server: `/health`, `/metrics` and a status page. It sleeps until somebody asks."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any

from prometheus_client import make_wsgi_app

from resotoworker.builtin.access import Access
from resotoworker.builtin.metrics import registry
from resotoworker.builtin.page import status_page
from resotoworker.builtin.server import Limits, bind
from resotoworker.builtin.status import RunStatus

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class WebServer:
    """Serves on threads of its own inside `with`. `health()` names what is wrong, nothing if all is well.

    `mask` takes secrets out of the page: answers of a cloud may repeat them.
    With `psk`, all but /health needs a token that is signed with it. With `tls` it speaks HTTPS.
    """

    def __init__(
        self,
        host: str,
        port: int,
        status: RunStatus,
        health: Callable[[], Sequence[str]],
        *,
        path: str = "/",
        version: str = "",
        psk: str | None = None,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        mask: Callable[[str], str] = str,
    ) -> None:
        """Bind to the address; port 0 finds a free one. Raises SettingsError when that is not possible."""
        self._server = bind(host, port, tls, limits or Limits())
        self._server.set_app(_guarded(_application(status, health, path, version, mask), Access(psk), path))
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._wake()
        self._thread.join()
        self._server.server_close()

    def _serve(self) -> None:
        # handle_request sleeps until a client connects; serve_forever would look for a stop twice a second
        while not self._stopped.is_set():
            self._server.handle_request()

    def _wake(self) -> None:
        host = str(self._server.server_address[0])
        local = {"::": "::1", "0.0.0.0": "127.0.0.1"}.get(host, host)  # noqa: S104  # compared, not bound
        with socket.create_connection((local, self.port), timeout=5):
            log.debug("Web server stops")


def _guarded(application: Application, access: Access, path: str) -> Application:
    """The application, for those who may; /health for everybody."""
    health = "/" + f"{path.strip('/')}/health".lstrip("/")

    def guarded(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = str(environ.get("PATH_INFO", "/")).rstrip("/")
        if asked == health or access.allows(str(environ.get("HTTP_AUTHORIZATION", ""))):
            return application(environ, start_response)
        text = (
            "Send Authorization: Bearer <token>, signed with the worker's --psk. Only /health is open to everybody.\n"
        )
        return _answer(start_response, "401 Unauthorized", "text/plain", text, ("WWW-Authenticate", "Bearer"))

    return guarded


def _application(
    status: RunStatus, health: Callable[[], Sequence[str]], path: str, version: str, mask: Callable[[str], str]
) -> Application:
    root = "/" + path.strip("/")
    metrics: Application = make_wsgi_app(registry(status, health, version))

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = str(environ.get("PATH_INFO", "/")).rstrip("/") or "/"
        below = asked[len(root.rstrip("/")) :] or "/" if (asked + "/").startswith(root.rstrip("/") + "/") else ""
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return _answer(start_response, "405 Method Not Allowed", "text/plain", "Only GET is understood here.\n")
        if below == "/metrics":
            return metrics(environ, start_response)
        if below == "/health":
            return _health(start_response, [mask(reason) for reason in health()])
        if below == "/":
            page = mask(status_page(status.runs(), health(), version))
            return _answer(start_response, "200 OK", "text/html", page)
        return _answer(start_response, "404 Not Found", "text/plain", "Try /, /health or /metrics.\n")

    return application


def _health(start_response: StartResponse, reasons: Sequence[str]) -> list[bytes]:
    if not reasons:
        return _answer(start_response, "200 OK", "text/plain", "ok\n")
    lines = "".join(json.dumps({"reason": reason}) + "\n" for reason in reasons)
    return _answer(start_response, "503 Service Unavailable", "application/x-ndjson", lines)


def _answer(
    start_response: StartResponse, status: str, content_type: str, text: str, *more: tuple[str, str]
) -> list[bytes]:
    body = text.encode(errors="backslashreplace")  # a cloud's answer may hold half of a character
    headers = [
        ("Content-Type", f"{content_type}; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
        ("X-Content-Type-Options", "nosniff"),
        *more,
    ]
    start_response(status, headers)
    return [body]
