"""Slack on a free loopback port.

    with SlackServer(make_world()) as slack:
        settings = SlackSettings(bot_token=(TOKEN,), endpoint_url=slack.url)
        slack.fault("users.list", 503); slack.scopes.discard("groups:read")
        slack.requests                                     # (method, arguments) of every call

An answer that is not of the type that Slack publishes fails the call with status 500 and stands in `faulty`.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.slack import methods
from tests.fakes.slack.schema import faults
from tests.fakes.slack.world import World
from tests.fakes.slack.writing import refusal

TOKEN = "xoxb-0000000000-abcdefghijkl"
READ_SCOPES = ("channels:read", "groups:read", "team:read", "usergroups:read", "users:read", "users:read.email")
ALL_SCOPES = (*READ_SCOPES, "channels:manage", "chat:write", "groups:write", "im:write", "usergroups:write")
Reply = tuple[int, Any, Mapping[str, str]]


class SlackServer:
    """Slack for the time of a `with` block. Other workspaces than the first: `worlds[token]`."""

    def __init__(self, world: World, *, minute: float = 0.0, port: int = 0) -> None:
        """`minute`: seconds in which calls are counted for the limits of Slack's tiers; 0: nobody counts."""
        self.worlds = {TOKEN: world}
        self.scopes = set(ALL_SCOPES)
        self.tell_scopes = True
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.faulty: list[str] = []
        self.limited = 0
        self._minute = minute
        self._begun: defaultdict[str, deque[float]] = defaultdict(deque)
        self._faults: defaultdict[str, deque[Reply | None]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_port}/api"

    def __enter__(self) -> SlackServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def world(self) -> World:
        """The first workspace."""
        return self.worlds[TOKEN]

    def fault(
        self,
        method: str,
        status: int,
        body: Any = None,
        *,
        times: int = 1,
        after: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer calls of a method otherwise, in turn and `after` so many as usual, then as usual again."""
        reply = (status, {"ok": False} if body is None else body, dict(headers or {}))
        self._faults[method].extend([None] * after + [reply] * times)

    def called(self, method: str) -> int:
        """How often a method was called."""
        return sum(method == called for called, _ in self.requests)

    def answer(self, method: str, arguments: dict[str, str], token: str) -> Reply:
        """One call."""
        with self._lock:
            self.requests.append((method, arguments))
            fault = self._faults[method].popleft() if self._faults[method] else None
            if fault is not None:
                return fault
            refused = self._refused(method, arguments, token)
            if refused is not None:
                return refused
            body = methods.answer(method, self.worlds[token], arguments, self.scopes)
            found = faults(method, body)
            if found:
                self.faulty.extend(f"{method}{what}" for what in found)
                return 500, {"ok": False, "error": "the answer is not of its type"}, {}
            return 200, body, {"X-OAuth-Scopes": ",".join(sorted(self.scopes))} if self.tell_scopes else {}

    def _refused(self, method: str, arguments: dict[str, str], token: str) -> Reply | None:
        if method not in methods.SCOPES:
            return 200, refusal("unknown_method", req_method=method), {}
        if token not in self.worlds:
            return 200, refusal("invalid_auth" if token else "not_authed"), {}
        for scope in methods.needed(method, arguments, self.worlds[token]):
            if scope not in self.scopes:
                provided = ",".join(sorted(self.scopes))
                return 200, refusal("missing_scope", needed=scope, provided=provided), {}
        return self._too_often(method, arguments.get("channel", ""))

    def _too_often(self, method: str, channel: str) -> Reply | None:
        """Messages are counted by channel and second, other calls by method and minute."""
        most, period, what = methods.A_MINUTE.get(method), self._minute, method
        if most is None or not self._minute:
            return None
        if method == "chat.postMessage":
            most, period, what = 1, self._minute / most, f"{method} {channel}"
        begun, now = self._begun[what], time.monotonic()
        while begun and begun[0] <= now - period:
            begun.popleft()
        if len(begun) < most:
            begun.append(now)
            return None
        self.limited += 1
        seconds = str(max(1, round(begun[0] + period - now + 0.5)))
        return 429, refusal("ratelimited"), {"Retry-After": seconds}


def _handler(server: SlackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
            """Silence."""

        def do_POST(self) -> None:
            """Any call: the SDK posts them all, as forms."""
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            method = self.path.partition("?")[0].rpartition("/")[2]
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, body, headers = server.answer(method, dict(parse_qsl(content)), token)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
