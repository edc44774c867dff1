"""A small WSGI server that a client can neither hold up nor fill: bounded in threads, in time and in what it reads."""

from __future__ import annotations

import errno
import io
import logging
import socket
import socketserver
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from resotolib.errors import SettingsError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

log = logging.getLogger(__name__)

_NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT)
_FULL = b"HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 10\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """What clients may use: `seconds` for a request to arrive, and as many for its answer; `size` of it in bytes."""

    seconds: float = 10.0
    size: int = 64 * 1024
    clients: int = 32


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """Serves each client on a thread of its own, only so many at once. `tls` makes it speak HTTPS."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, limits: Limits) -> None:
        self.limits = limits
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._tls = tls
        self._places = threading.BoundedSemaphore(limits.clients)
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind, for `::` to IPv4 too, without asking the name service for our own name."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the client a thread, or send it away when all are taken."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        if self._tls is None:
            request.settimeout(0)
            request.send(_FULL)  # fits into the buffer of a new connection
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """On the client's thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands, on the client's thread, and serve."""
        request.settimeout(self.limits.seconds)
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        with self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the inherited signature
        """A client that goes away, or never sends its request, is no event."""
        log.debug("Request of %s failed", client_address, exc_info=True)  # noqa: LOG014  # called by one


class _TooLarge(Exception):
    """More was sent than a request of ours can have."""


class _Limited(io.RawIOBase):
    """Reads a request from a socket: no more bytes, and no longer, than a request may take as a whole."""

    def __init__(self, client: socket.socket, limits: Limits) -> None:
        self._client = client
        self._seconds = limits.seconds
        self._left = limits.size
        self._deadline = time.monotonic() + limits.seconds

    def readable(self) -> bool:
        """For the buffer around it."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """What is there; raises _TooLarge and TimeoutError."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the request did not arrive in time")
        if self._left <= 0:
            raise _TooLarge
        self._client.settimeout(seconds)
        count = self._client.recv_into(memoryview(buffer)[: self._left])
        self._client.settimeout(self._seconds)
        self._left -= count
        return count


class _Handler(WSGIRequestHandler):
    server: Server

    def setup(self) -> None:
        """Read within the limits."""
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_Limited(self.connection, self.server.limits))

    def handle(self) -> None:
        """Answer one request."""
        self.requestline, self.request_version, self.command = "", "HTTP/1.0", ""
        try:
            super().handle()
        except _TooLarge:
            self.send_error(431)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the inherited name
        """Requests are of interest to nobody but a debugger."""
        log.debug(format, *args)


def bind(host: str, port: int, tls: ssl.SSLContext | None, limits: Limits) -> Server:
    """A server at this address; raises SettingsError when that is not possible."""
    try:
        return Server(host, port, tls, limits)
    except OSError as error:
        if host == "::" and error.errno in _NO_IPV6:
            log.info("There is no IPv6 here: the web server binds to 0.0.0.0")
            return bind("0.0.0.0", port, tls, limits)  # noqa: S104  # what --web-host's default means
        raise SettingsError(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken, perhaps by another worker: give another --web-port."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} may only be used by root: give a --web-port of 1024 or more."
    return f"The web server cannot bind to --web-host {host}, --web-port {port}: {error.strerror or error}."
