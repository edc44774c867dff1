"""Stands between a worker and its core, on real sockets: refuses, holds back, cuts, repeats and makes things up."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

CHUNK = 65536
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CONNECTION = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)


@dataclass
class CoreRule:
    """Requests whose first line contains `line`, so often (-1: always).

    With `status` they are answered with it. Else they are passed on: after `until` is set, and cut when `after` bytes
    of the request have gone; with both, `after` bytes go at once, and it is cut when `until` is set. With `mute` the
    core gets all of it, and is cut off when it answers.
    """

    line: str
    status: int = 0
    times: int = -1
    until: threading.Event | None = None
    after: int = -1
    mute: bool = False
    met: threading.Event = field(default_factory=threading.Event)


@dataclass(eq=False)
class Pair:
    """The two ends of a websocket's way. `last` is what the core sent that was longer than a ping."""

    line: str
    worker: socket.socket
    core: socket.socket
    last: bytes = b""

    def close(self) -> None:
        for end in (self.worker, self.core):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class CoreProxy:
    """A proxy on a free loopback port, for the time of a `with` block. Every request has a connection of its own."""

    def __init__(self, core: str) -> None:
        self.core = core
        self.lines: list[str] = []
        self.down = False
        """Nobody is there: connections are closed at once."""
        self.change: Callable[[bytes], bytes] = bytes
        """What becomes of the head of each request."""
        self.change_answer: Callable[[bytes], bytes] = bytes
        """What becomes of the first bytes of each answer."""
        self._rules: list[CoreRule] = []
        self._websockets: list[Pair] = []
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> CoreProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.forget()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def add(self, rule: CoreRule) -> CoreRule:
        """Treat what the rule fits as it says; earlier rules go first."""
        with self._lock:
            self._rules.append(rule)
        return rule

    def forget(self) -> None:
        """Let everything through again."""
        self.down, self.change, self.change_answer = False, bytes, bytes
        with self._lock:
            for rule in self._rules:
                if rule.until is not None:
                    rule.until.set()
            self._rules.clear()
            self.lines.clear()

    def cut(self) -> int:
        """Cut all websockets; how many there were."""
        with self._lock:
            pairs, self._websockets = self._websockets, []
        for pair in pairs:
            pair.close()
        return len(pairs)

    def send(self, data: bytes) -> None:
        """Send bytes to the worker over the websocket of actions, as if the core had."""
        for pair in self._of_actions():
            pair.worker.sendall(data)

    def last(self) -> bytes:
        """The last message over the websocket of actions, as it came."""
        return next(pair.last for pair in self._of_actions())

    def websockets(self) -> int:
        """How many are open."""
        with self._lock:
            return len(self._websockets)

    def _of_actions(self) -> list[Pair]:
        with self._lock:
            return [pair for pair in self._websockets if "/subscriber/" in pair.line]

    def _accept(self) -> None:
        while True:
            try:
                worker, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(worker,), daemon=True).start()

    def _serve(self, worker: socket.socket) -> None:
        with worker, suppress(OSError):
            head, rest = _head(worker)
            if self.down or not head:
                return
            line = head.partition(b"\r\n")[0].decode()
            websocket = b"upgrade: websocket" in head.lower()
            if not websocket:
                head = _CONNECTION.sub(b"", head) + b"\r\nConnection: close"
            rule = self._rule(line)
            if rule.status:
                _drain(worker, head, rest)
                worker.sendall(
                    f"HTTP/1.1 {rule.status} No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno".encode()
                )
                return
            if rule.until is not None and rule.after < 0:
                rule.until.wait()
            self._pass_on(Pair(line, worker, self._dial()), self.change(head) + b"\r\n\r\n" + rest, rule, websocket)

    def _rule(self, line: str) -> CoreRule:
        with self._lock:
            self.lines.append(line)
            for rule in self._rules:
                if rule.times != 0 and rule.line in line:
                    rule.times -= rule.times > 0
                    rule.met.set()
                    return rule
        return CoreRule("")

    def _dial(self) -> socket.socket:
        target = urlsplit(self.core)
        return socket.create_connection((target.hostname or "", target.port or 0), timeout=10)

    def _pass_on(self, pair: Pair, first: bytes, rule: CoreRule, websocket: bool) -> None:
        pair.core.settimeout(None)
        answer = _silence if rule.mute else partial(_answers, change=self.change_answer)
        back = threading.Thread(target=answer, args=(pair,), daemon=True)
        with pair.core:
            if websocket:
                with self._lock:
                    self._websockets.append(pair)
            back.start()
            try:
                _forward(pair, first, rule)
            finally:
                if rule.after >= 0 or websocket:
                    pair.close()
                else:
                    with suppress(OSError):
                        pair.core.shutdown(socket.SHUT_WR)
                back.join()
                with self._lock:
                    if pair in self._websockets:
                        self._websockets.remove(pair)


def _forward(pair: Pair, data: bytes, rule: CoreRule) -> None:
    left = rule.after
    while data and left != 0:
        part = data if left < 0 else data[:left]
        pair.core.sendall(part)
        left -= len(part) if left > 0 else 0
        data = pair.worker.recv(CHUNK) if left != 0 else b""
    if rule.after >= 0 and rule.until is not None:
        rule.until.wait()


def _answers(pair: Pair, change: Callable[[bytes], bytes]) -> None:
    with suppress(OSError):
        while data := pair.core.recv(CHUNK):
            if b'"message_type"' in data:
                pair.last = data
            pair.worker.sendall(change(data))
            change = bytes
    pair.close()


def _silence(pair: Pair) -> None:
    """The core has answered, and nobody hears it."""
    with suppress(OSError):
        pair.core.recv(CHUNK)
    pair.close()


def _head(worker: socket.socket) -> tuple[bytes, bytes]:
    """The head without the empty line at its end, and what has come of the body."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = worker.recv(CHUNK)
        if not more:
            return b"", b""
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _drain(worker: socket.socket, head: bytes, body: bytes) -> None:
    """Read the body to its end: who is answered before would take it for a broken connection."""
    length = _LENGTH.search(head)
    chunked = b"chunked" in head.lower()
    while (length and len(body) < int(length.group(1))) or (chunked and not body.endswith(b"0\r\n\r\n")):
        more = worker.recv(CHUNK)
        if not more:
            return
        body += more
