"""The web server towards strangers: what it shows to whom, and what it lets itself be made to do."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from resotolib.core.auth import bearer_token
from resotoworker.builtin.server import Limits
from resotoworker.builtin.status import RunStatus
from resotoworker.builtin.web import WebServer

PSK = "nobody else knows this"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer("127.0.0.1", 0, RunStatus(), list, psk=PSK) as running:
        yield running


def status(server: WebServer, path: str, token: str | None = None, scheme: str = "Bearer") -> int:
    headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
    return requests.get(f"http://127.0.0.1:{server.port}{path}", headers=headers, timeout=10).status_code


def connect(server: WebServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def dribble(client: socket.socket, until: float) -> None:
    """Send a request byte by byte."""
    while time.monotonic() < until:
        client.sendall(b"G")
        time.sleep(0.05)


@pytest.mark.parametrize("path", ["/", "/metrics", "/nothing", "//metrics", "/health/../metrics"])
def test_strangers_see_nothing(server: WebServer, path: str) -> None:
    assert status(server, path) == 401


def test_health_is_for_everybody(server: WebServer) -> None:
    assert status(server, "/health") == 200


def test_a_refusal_says_what_to_send(server: WebServer) -> None:
    answer = requests.get(f"http://127.0.0.1:{server.port}/metrics", timeout=10)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "--psk" in answer.text


@pytest.mark.parametrize("path", ["/", "/metrics"])
@pytest.mark.parametrize("ttl", [60, None])
def test_a_token_opens_it(server: WebServer, path: str, ttl: int | None) -> None:
    assert status(server, path, bearer_token(PSK, ttl=ttl), "bearer") == 200


@pytest.mark.parametrize("token", [bearer_token(PSK, ttl=-10), bearer_token("another key"), "no.token.atall", ""])
def test_other_tokens_do_not(server: WebServer, token: str) -> None:
    assert status(server, "/metrics", token) == 401


def test_a_token_in_the_address_is_none(server: WebServer) -> None:
    assert status(server, f"/metrics?token={bearer_token(PSK)}") == 401


def test_a_token_of_another_scheme_is_none(server: WebServer) -> None:
    assert status(server, "/metrics", bearer_token(PSK), "Basic") == 401


def test_below_a_path_only_its_health_is_open() -> None:
    with WebServer("127.0.0.1", 0, RunStatus(), list, psk=PSK, path="/worker/") as server:
        assert [status(server, path) for path in ("/worker/health", "/health", "/worker")] == [200, 401, 401]


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (number, b"x" * 1000) for number in range(80)) + b"\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 80_000,
        b"GET /" + b"x" * 80_000,
    ],
    ids=["headers", "header", "line"],
)
def test_a_request_that_is_too_large_is_refused(server: WebServer, request_: bytes) -> None:
    with connect(server) as client:
        try:
            client.sendall(request_)
            answer = client.recv(100)
        except ConnectionError:  # what was not read is thrown away, and the answer with it
            answer = b""
    assert answer == b"" or answer.split()[1] in (b"431", b"414")
    assert status(server, "/health") == 200


def test_a_client_that_sends_byte_by_byte_is_cut_off() -> None:
    with WebServer("127.0.0.1", 0, RunStatus(), list, limits=Limits(seconds=0.6)) as server:
        began = time.monotonic()
        with connect(server) as client, pytest.raises(ConnectionError):
            dribble(client, began + 10)
        seconds = time.monotonic() - began
    assert 0.5 < seconds < 5


def test_there_are_places_for_so_many_clients_only() -> None:
    limits = Limits(seconds=1.5, clients=3)
    with WebServer("127.0.0.1", 0, RunStatus(), list, limits=limits) as server, ExitStack() as stack:
        silent = [stack.enter_context(connect(server)) for _ in range(3)]
        turned_away = status(server, "/health")
        ends = [client.recv(100) for client in silent]
        back = status(server, "/health")
    assert (turned_away, ends, back) == (503, [b""] * 3, 200)
