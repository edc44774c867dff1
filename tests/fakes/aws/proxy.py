"""Stands between a client and the fake cloud, on real sockets, and answers chosen calls itself: denied, throttled, …"""

from __future__ import annotations

import http.client
import json
import re
import threading
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Request:
    """One call as it came over the wire. `operation` is empty for REST services, which `path` tells apart."""

    service: str
    region: str
    key_id: str
    operation: str
    path: str
    body: str
    target: str = ""


@dataclass
class Rule:
    """Which calls are answered, how often (-1: always), and with what.

    `service` is the name in the signature, `other_than` a key that was not used for it. `containing` is looked for in
    path and body. `each` is how often the same
    call is answered, and `percent` of the different calls are: always the same ones; the first `skip` calls are not.
    A rule with `change`, `until` or `pause` passes a call on: it changes the answer, waits for the event before, or
    sends a byte every so many seconds.
    """

    code: str = ""
    status: int = 200
    operation: str = ""
    service: str = ""
    region: str = ""
    containing: str = ""
    other_than: str = ""
    message: str = ""
    raw: bytes | None = None
    times: int = -1
    each: int = -1
    percent: int = 100
    skip: int = 0
    change: Callable[[bytes], bytes] | None = None
    until: threading.Event | None = None
    pause: float = 0.0
    met: Counter[Request] = field(default_factory=Counter)

    def fits(self, request: Request) -> bool:
        """Whether this call is one of them."""
        return (
            self.times != 0
            and self.met[request] != self.each
            and zlib.crc32(repr(request).encode()) % 100 < self.percent
            and self.operation in ("", request.operation)
            and self.service in ("", request.service)
            and self.region in ("", request.region)
            and (not self.other_than or self.other_than != request.key_id)
            and self.containing in f"{request.path} {request.body}"
        )


class Proxy:
    """A proxy on a free loopback port for the time of a `with` block."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.requests: list[Request] = []
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.url = ""
        self.forgotten = threading.Event()
        """Set when the rules that hold answers back no longer count."""

    def __enter__(self) -> Proxy:
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None
        self.forget()
        self._server.shutdown()
        self._server.server_close()

    def forget(self) -> None:
        """Let everything through again, and start counting anew."""
        with self._lock:
            for rule in self._rules:
                if rule.until is not None:
                    rule.until.set()
            self.forgotten.set()
            self.forgotten = threading.Event()
            self._rules.clear()
            self.requests.clear()

    def add(self, rule: Rule) -> None:
        """Answer what the rule fits; earlier rules go first."""
        with self._lock:
            self._rules.append(rule)

    def deny(
        self,
        operation: str = "",
        *,
        service: str = "",
        region: str = "",
        containing: str = "",
        message: str = "You may not do this.",
    ) -> None:
        """Answer as AWS does when a policy does not allow the call."""
        code = "UnauthorizedOperation" if service == "ec2" else "AccessDenied"
        self.add(Rule(code, 403, operation, service, region, containing, message))

    def throttle(self, operation: str = "", *, service: str = "", region: str = "", times: int = -1) -> None:
        """Answer as AWS does when it is asked too often."""
        self.add(Rule("Throttling", 400, operation, service, region, message="Rate exceeded", times=times))

    def asked(self, operation: str) -> list[Request]:
        """The calls of an operation that have come so far."""
        with self._lock:
            return [request for request in self.requests if request.operation == operation]

    def rule_for(self, request: Request) -> Rule | None:
        """The rule that answers a call, which is noted."""
        with self._lock:
            self.requests.append(request)
            for rule in self._rules:
                if rule.fits(request) and rule.skip:
                    rule.skip -= 1
                elif rule.fits(request):
                    rule.times -= rule.times > 0
                    rule.met[request] += 1
                    return rule
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner: Proxy

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""

    def setup(self) -> None:
        super().setup()
        self._upstream = http.client.HTTPConnection(self.owner.upstream.netloc)

    def finish(self) -> None:
        self._upstream.close()
        super().finish()

    def handle_call(self) -> None:
        """Answer by rule, or pass on."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = self._parse(body)
        rule = self.owner.rule_for(request)
        if rule is None or rule.change or rule.until or rule.pause:
            self._pass_on(body, rule or Rule())
        else:
            self._reply(rule.status, _headers(rule), rule.raw if rule.raw is not None else _error(rule, request))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_call  # noqa: N815  # the base class's names

    def _parse(self, body: bytes) -> Request:
        scope = _SCOPE.search(self.headers.get("Authorization", ""))
        text = body.decode("utf-8", "replace")
        target = self.headers.get("X-Amz-Target", "")
        operation = target.rpartition(".")[2]
        if not operation and "/operation/" in self.path:
            operation = self.path.rpartition("/")[2]
        if not operation:
            operation = parse_qs(text).get("Action", [""])[0]
        key, region, service = scope.group("key", "region", "service") if scope else ("", "", "")
        return Request(service, region, key, operation, self.path, text, target)

    def _pass_on(self, body: bytes, rule: Rule) -> None:
        forgotten = self.owner.forgotten
        if rule.until is not None:
            rule.until.wait()
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        self._upstream.request(self.command, self.path, body, {**headers, "Content-Length": str(len(body))})
        answer = self._upstream.getresponse()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
        text = answer.read()
        with suppress(ConnectionError):  # who waited too long is gone
            self._reply(answer.status, kept, rule.change(text) if rule.change else text, rule.pause, forgotten)

    def _reply(
        self, status: int, headers: dict[str, str], body: bytes, pause: float = 0, until: threading.Event | None = None
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        while until is not None and pause and body and not until.wait(pause):
            self.wfile.write(body[:1])
            body = body[1:]
        if self.command != "HEAD":
            self.wfile.write(body)


def _headers(rule: Rule) -> dict[str, str]:
    return {"x-amzn-RequestId": "proxy", "x-amzn-ErrorType": rule.code}


def _error(rule: Rule, request: Request) -> bytes:
    """The error in the words of the service's protocol."""
    if request.service == "s3":
        text = f"<Error><Code>{rule.code}</Code><Message>{rule.message}</Message></Error>"
    elif request.target or not request.operation:
        text = json.dumps({"__type": rule.code, "message": rule.message})
    elif request.service == "ec2":
        error = f"<Error><Code>{rule.code}</Code><Message>{rule.message}</Message></Error>"
        text = f"<Response><Errors>{error}</Errors><RequestID>proxy</RequestID></Response>"
    else:
        error = f"<Error><Code>{rule.code}</Code><Message>{rule.message}</Message></Error>"
        text = f"<ErrorResponse>{error}<RequestId>proxy</RequestId></ErrorResponse>"
    return text.encode()
