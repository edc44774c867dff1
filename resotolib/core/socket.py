"""A websocket to the core that never makes its caller wait: it reads what is there and writes what fits."""

from __future__ import annotations

import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import websocket
from websocket import ABNF

from resotolib.core.address import host, on_this_machine
from resotolib.core.auth import Credentials, why_refused
from resotolib.core.tls import FetchedTrust, Trust
from resotolib.errors import CoreError, CoreRefused, CoreUnreachable, NotAuthorized

CONNECT_SECONDS = 10.0
MOST_BYTES = 64 * 2**20  # of one message: a node with its ancestors, or an action, is a few kilobytes
_DIGITS = 18  # more than a ping's number ever has
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Seconds between pings, and how long the other side may stay silent after one (or not take what we write)."""

    every: float = 20.0
    within: float = 10.0


class _Bounded(websocket.WebSocket):
    """`arrived`: bytes of the message that is coming in."""

    arrived = 0

    def _recv(self, bufsize: int) -> bytes:
        data: bytes = super()._recv(bufsize)  # type: ignore[no-untyped-call]  # its types are incomplete
        self.arrived += len(data)
        if self.arrived > MOST_BYTES:
            raise websocket.WebSocketPayloadException(f"a message is longer than {MOST_BYTES} bytes")
        return data


class Socket:
    """An open websocket, used by one thread. Raises CoreUnreachable once the connection is lost.

    A ping is numbered. The answer to it says that the core has read everything that was sent before: `confirmed` is
    the highest number that came back.
    """

    def __init__(self, address: str, raw: websocket.WebSocket, heartbeat: Heartbeat) -> None:
        raw.settimeout(0)
        self.address = address
        self.confirmed = 0
        self._raw: Any = raw  # its types are incomplete
        self._lost: CoreUnreachable | None = None
        self._heartbeat = heartbeat
        self._unsent = bytearray()
        self._message = bytearray()
        self._pings = 0
        now = time.monotonic()
        self._heard = self._written = self._pinged = now

    @classmethod
    def connect(
        cls, address: str, credentials: Credentials, trust: Trust | FetchedTrust, heartbeat: Heartbeat | None = None
    ) -> Socket:
        """Open one; waits for the handshake. Raises CoreUnreachable, CoreRefused or NotAuthorized."""
        headers = [f"{name}: {value}" for name, value in credentials.headers().items()]
        secure = {"context": trust.context()} if address.startswith("wss:") else {}
        try:
            raw = websocket.create_connection(
                address,
                timeout=CONNECT_SECONDS,
                header=headers,
                sslopt=secure,
                suppress_origin=True,
                redirect_limit=0,
                class_=_Bounded,
                **_way(address),
            )
        except websocket.WebSocketBadStatusException as refused:
            raise _refusal(address, refused) from refused
        except (websocket.WebSocketException, OSError) as broken:
            trust.refused(broken)
            raise CoreUnreachable(address, str(broken) or type(broken).__name__) from broken
        return cls(address, raw, heartbeat or Heartbeat())

    def fileno(self) -> int:
        """For a selector."""
        return int(self._raw.fileno())

    @property
    def wants_to_write(self) -> bool:
        """Is there something that did not fit yet?"""
        return bool(self._unsent)

    def send(self, text: str) -> None:
        """Queue a message."""
        self._queue(text.encode(), ABNF.OPCODE_TEXT)

    def ping(self) -> int:
        """Queue a ping and return its number."""
        self._pings += 1
        self._pinged = time.monotonic()
        self._queue(str(self._pings).encode(), ABNF.OPCODE_PING)
        return self._pings

    def flush(self) -> None:
        """Write what fits."""
        try:
            while self._unsent:
                count = self._raw.sock.send(self._unsent)
                del self._unsent[:count]
                self._written = time.monotonic()
        except _NOT_NOW:
            return
        except (OSError, AttributeError) as broken:  # the attribute is None once the library has closed it
            raise CoreUnreachable(self.address, f"the connection broke: {broken}") from broken

    def receive(self) -> list[bytes]:
        """All messages that have arrived completely; pings are answered. A loss is raised by the next `tend`."""
        messages: list[bytes] = []
        try:
            while True:
                frame = self._raw.recv_frame()
                self._heard = time.monotonic()
                self._take(frame, messages)
                if not self._message:
                    self._raw.arrived = 0
        except _NOT_NOW:
            self._heard = time.monotonic()
            return messages
        except (websocket.WebSocketException, OSError) as broken:
            self._lost = CoreUnreachable(self.address, f"the connection broke: {broken}")
            return messages

    def due(self) -> float:
        """The time (monotonic) at which `tend` has something to do."""
        if self._lost is not None:
            return 0.0
        moments = [self._pinged + self._heartbeat.every]
        if self._pings > self.confirmed:
            moments.append(max(self._pinged, self._heard) + self._heartbeat.within)
        if self._unsent:
            moments.append(self._written + self._heartbeat.within)
        return min(moments)

    def tend(self, now: float) -> None:
        """Ping when it is time; raises CoreUnreachable when the connection is lost or silent for too long."""
        if self._lost is not None:
            raise self._lost
        within = self._heartbeat.within
        if self._unsent and now >= self._written + within:
            raise CoreUnreachable(self.address, f"it takes nothing since {within:.0f} s")
        if self._pings > self.confirmed:
            if now >= max(self._pinged, self._heard) + within:
                raise CoreUnreachable(self.address, f"no answer to a ping within {within:.0f} s")
        elif now >= self._pinged + self._heartbeat.every:
            self.ping()

    def close(self) -> None:
        """Say goodbye if that is possible at once, and close."""
        if self._raw.sock is not None and not self._unsent:
            with suppress(OSError):  # nobody is there to say goodbye to
                self._raw.sock.send(ABNF.create_frame(b"\x03\xe8", ABNF.OPCODE_CLOSE).format())
        self._raw.shutdown()

    def _take(self, frame: Any, messages: list[bytes]) -> None:
        if frame.opcode in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY, ABNF.OPCODE_CONT):
            self._message += frame.data
            if frame.fin:
                if self._message.strip():
                    messages.append(bytes(self._message))
                self._message.clear()
        elif frame.opcode == ABNF.OPCODE_PING:
            self._queue(frame.data, ABNF.OPCODE_PONG)
        elif frame.opcode == ABNF.OPCODE_PONG:
            self._confirm(frame.data)
        else:
            raise websocket.WebSocketConnectionClosedException(f"closed by the core {_words(frame.data)}")

    def _confirm(self, data: bytes) -> None:
        """A number that was never sent confirms nothing."""
        if data.isdigit() and len(data) <= _DIGITS and int(data) <= self._pings:
            self.confirmed = max(self.confirmed, int(data))

    def _queue(self, data: bytes, opcode: int) -> None:
        if not self._unsent:
            self._written = time.monotonic()
        self._unsent += ABNF.create_frame(data, opcode).format()


def _way(address: str) -> dict[str, Any]:
    """What stays on this machine passes no proxy of the environment; the library heeds one option with the other."""
    name = host(address)
    return {"http_proxy_host": name, "http_no_proxy": [name]} if on_this_machine(address) else {}


def _refusal(address: str, refused: websocket.WebSocketBadStatusException) -> CoreError:
    if refused.status_code == 401:
        return NotAuthorized(address, why_refused(str((refused.resp_headers or {}).get("date", ""))))
    body = (refused.resp_body or b"").decode(errors="replace").strip()
    return CoreRefused(address, refused.status_code, body[:500])


def _words(data: bytes) -> str:
    """A close frame's code and text (RFC 6455, 5.5.1)."""
    if len(data) < 2:
        return "without a reason"
    return f"({int.from_bytes(data[:2], 'big')} {data[2:].decode(errors='replace')})".replace(" )", ")")
