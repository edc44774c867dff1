"""Who may come in: holders of the key, and no other site's pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import websocket

from resotolib.core.auth import Credentials
from resotoworker.localcore import LocalCore
from tests.resotoworker.localcore.contract.client import Client

PSK = "a secret"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Somebody without a key."""
    with LocalCore(tmp_path_factory.mktemp("guard") / "core.sqlite", psk=PSK) as core:
        yield Client(core.url)


@pytest.fixture(scope="module")
def friend(stranger: Client) -> Client:
    """Somebody with the key."""
    return Client(stranger.url, Credentials(PSK).headers())


@pytest.mark.parametrize(
    ("host", "psk", "asked", "status"),
    [
        ("127.0.0.1", None, "attacker.example:8900", 403),
        ("localhost", None, "attacker.example", 403),
        ("127.0.0.1", None, "[", 403),
        ("127.0.0.1", None, "localhost:8900", 200),
        ("127.0.0.1", None, "[::1]:8900", 200),
        ("127.0.0.1", PSK, "core.example", 200),
        ("0.0.0.0", None, "core.example", 200),
    ],
)
def test_a_name_that_was_made_to_point_to_this_machine_is_not_ours(
    tmp_path: Path, host: str, psk: str | None, asked: str, status: int
) -> None:
    with LocalCore(tmp_path / "core.sqlite", host=host, psk=psk) as core:
        answer = Client(core.url, {**Credentials(psk).headers(), "Host": asked}).ask("GET", "/graph")

    assert answer.status_code == status


def test_who_knows_the_key_comes_in(friend: Client) -> None:
    assert friend.ask("POST", "/graph/ck").status_code == 200
    with friend.socket("/events"):
        pass


@pytest.mark.parametrize("psk", [None, "another secret"])
@pytest.mark.parametrize("path", ["/graph", "/subscribers", "/cli/execute", "/nowhere"])
def test_others_do_not(stranger: Client, psk: str | None, path: str) -> None:
    answer = Client(stranger.url, Credentials(psk).headers()).ask("GET", path)

    assert (answer.status_code, answer.text) == (401, "401: Unauthorized")


@pytest.mark.parametrize("path", ["/events", "/work/queue", "/subscriber/x/handle"])
def test_nor_by_websocket(stranger: Client, path: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        stranger.connect(path)

    assert refused.value.status_code == 401


def test_readiness_is_told_to_everybody(stranger: Client) -> None:
    assert [stranger.ask("GET", path).text for path in ("/system/ready", "/system/ping")] == ["ok", "pong"]


@pytest.mark.parametrize("path", ["/", "/ui/search", "/ui/node/root"])
def test_the_page_asks_for_the_key(stranger: Client, path: str) -> None:
    answer = stranger.ask("GET", path)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_a_wrong_key_is_said_to_be_one(stranger: Client) -> None:
    answer = requests.post(f"{stranger.url}/login", {"psk": "a guess"}, timeout=10)

    assert answer.status_code == 403
    assert "This is not the key" in answer.text
    assert "a guess" not in answer.text
    assert not answer.cookies


def test_who_has_logged_in_sees_the_page_and_nothing_else(stranger: Client) -> None:
    answer = requests.post(f"{stranger.url}/login", {"psk": PSK}, timeout=10, allow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    browser = Client(stranger.url, {"Cookie": cookie.partition(";")[0]})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert PSK not in cookie
    assert browser.ask("GET", "/").status_code == 200
    assert browser.ask("GET", "/graph").status_code == 401


@pytest.mark.parametrize("cookie", ["resotocore_local=x", "resotocore_local=", "a=b; c", "resotocore_local=a.b.c"])
def test_any_other_cookie_does_not_help(stranger: Client, cookie: str) -> None:
    assert Client(stranger.url, {"Cookie": cookie}).ask("GET", "/").status_code == 303


@pytest.mark.parametrize("path", ["/graph/ck", "/login", "/ui/start/collect"])
def test_pages_of_other_sites_may_send_nothing(friend: Client, path: str) -> None:
    evil = Client(friend.url, {**friend.headers, "Origin": "http://evil.example"})

    assert evil.ask("POST", path).status_code == 403


def test_nor_may_they_listen(friend: Client) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        friend.connect("/events", origin="http://evil.example")
    assert refused.value.status_code == 403

    friend.connect("/events", origin=friend.url).close()


def test_a_core_without_a_key_asks_nobody(tmp_path: pytest.TempPathFactory) -> None:
    with LocalCore(f"{tmp_path}/core.sqlite") as core:
        client = Client(core.url)
        assert client.ask("GET", "/graph").status_code == 200
        assert "everybody may look" in client.ask("GET", "/login").text
