"""A core made by hand, for what real ones do seldom: it refuses, breaks off, stays silent, sends half a message."""

from __future__ import annotations

import base64
import hashlib
import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10

Answer = tuple[int, str]


@dataclass
class Request:
    """What a client asked for; `peer` is its port, the same for requests over one connection."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    peer: int = 0


class Peer:
    """The server's end of a websocket, with nothing done by itself."""

    def __init__(self, raw: socket.socket, request: Request) -> None:
        self.raw = raw
        self.request = request
        self.raw.settimeout(10)

    def send(self, message: Any) -> None:
        """Send a message, as JSON unless it is text."""
        self.frame(TEXT, (message if isinstance(message, str) else json.dumps(message)).encode())

    def frame(self, opcode: int, data: bytes, *, last: bool = True) -> None:
        """Send a frame."""
        self.raw.sendall(encoded(opcode, data, last=last))

    def read(self) -> tuple[int, bytes]:
        """The next frame; raises ConnectionError at the end."""
        head = self._exactly(2)
        length = head[1] & 0x7F
        if length >= 126:
            length = int.from_bytes(self._exactly(2 if length == 126 else 8), "big")
        mask = self._exactly(4) * (length // 4 + 1)
        masked = int.from_bytes(self._exactly(length), "big") ^ int.from_bytes(mask[:length], "big")
        return head[0] & 0x0F, masked.to_bytes(length, "big")

    def message(self) -> Any:
        """The next message; pings are answered meanwhile."""
        while True:
            opcode, data = self.read()
            if opcode == PING:
                self.frame(PONG, data)
            elif opcode == CLOSE:
                raise ConnectionError("closed")
            elif opcode == TEXT:
                return json.loads(data)

    def hold(self) -> None:
        """Answer pings until the client is gone."""
        with suppress(OSError):
            while True:
                self.message()

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            chunk = self.raw.recv(count - len(data))
            if not chunk:
                raise ConnectionError("gone")
            data += chunk
        return bytes(data)


def encoded(opcode: int, data: bytes, *, last: bool = True) -> bytes:
    """A frame as a server sends it."""
    head = bytes([opcode | (0x80 if last else 0)])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 1 << 16:
        return head + bytes([126]) + len(data).to_bytes(2, "big") + data
    return head + bytes([127]) + len(data).to_bytes(8, "big") + data


@dataclass
class FakeCore:
    """`answer` makes the answer to a request; `scripts` says, in order, what the actions' websockets do.

    `ahead`: seconds that its clock is ahead of ours.
    """

    port: int = 0
    tls: bool = False
    requests: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Answer] = lambda _request: (200, "{}")
    scripts: queue.SimpleQueue[Callable[[Peer], None]] = field(default_factory=queue.SimpleQueue)
    tasks: Callable[[Peer], None] = Peer.hold
    refusals: list[int] = field(default_factory=list)
    ahead: float = 0.0
    open: list[socket.socket] = field(default_factory=list)

    @property
    def http(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    @property
    def websocket(self) -> str:
        return f"ws{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def asked(self, method: str, path: str = "") -> list[Request]:
        """The requests of this method whose path begins so."""
        return [request for request in self.requests if request.method == method and request.path.startswith(path)]

    def script(self, peer: Peer) -> None:
        if peer.request.path.startswith("/work/queue"):
            return self.tasks(peer)
        try:
            play = self.scripts.get_nowait()
        except queue.Empty:
            play = Peer.hold
        return play(peer)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    core: FakeCore

    def do(self) -> None:
        request = Request(self.command, self.path, dict(self.headers.items()), self._body(), self.client_address[1])
        self.core.requests.append(request)
        if self.headers.get("Upgrade") == "websocket":
            self.close_connection = True
            return self._upgrade(request)
        status, text = self.core.answer(request)
        return self._reply(status, text)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do  # noqa: N815  # the names that the base class looks for

    def _reply(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _upgrade(self, request: Request) -> None:
        if self.core.refusals and "/work/queue" not in self.path:
            return self._reply(self.core.refusals.pop(0), "not now")
        key = self.headers["Sec-WebSocket-Key"].encode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key + _MAGIC).digest()).decode())
        self.end_headers()
        with suppress(ConnectionError):
            self.core.script(Peer(self.connection, request))
        return None

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((time.time() if timestamp is None else timestamp) + self.core.ahead)

    def setup(self) -> None:
        super().setup()
        self.core.open.append(self.connection)

    def log_message(self, *_: Any) -> None:
        """Silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is nothing to print."""


@contextmanager
def fake_core(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[FakeCore]:
    """Run one; all its connections are cut at the end."""
    core = FakeCore(tls=tls is not None)
    server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"core": core}))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    core.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield core
    finally:
        server.shutdown()
        thread.join()
        for connection in core.open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        server.server_close()


def until(true: Callable[[], Any], seconds: float = 10) -> Any:
    """Wait for something to become true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found
