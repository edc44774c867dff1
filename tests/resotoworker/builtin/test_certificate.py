"""The web server's certificate: signed by the core's authority, and again before it ends."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from resotolib.errors import CoreRefused
from resotoworker.builtin.certificate import WebCertificate, local_names, signer
from resotoworker.builtin.status import RunStatus
from resotoworker.builtin.web import WebServer
from tests.resotolib.core.authority import Authority, get

DAY = 24 * 3600.0
HOSTS = ("worker.example.com", "127.0.0.1", "::1")


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def certificate(folder: Path, clock: Clock, name: str = "worker") -> WebCertificate:
    return WebCertificate(name, HOSTS, folder, clock, look=0.02)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def presented(port: int) -> int:
    """The serial number of the certificate that a server shows."""
    text = ssl.get_server_certificate(("127.0.0.1", port))
    return x509.load_pem_x509_certificate(text.encode()).serial_number


def test_the_request_names_the_worker_and_its_hosts(tmp_path: Path) -> None:
    asked = x509.load_pem_x509_csr(certificate(tmp_path, Clock(), "w" * 80).request().encode())
    names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    key = asked.public_key()
    assert asked.is_signature_valid
    assert asked.subject.rfc4514_string() == "CN=" + "w" * 64
    assert names.get_values_for_type(x509.DNSName) == ["worker.example.com"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == 2048


def test_this_machine_is_known_by_its_names() -> None:
    names = local_names("https://127.0.0.1:8900", "192.0.2.7")
    assert {socket.gethostname(), "localhost", "127.0.0.1", "192.0.2.7"} <= set(names)


def test_it_is_renewed_a_day_before_it_ends(tmp_path: Path) -> None:
    authority, clock = Authority(), Clock()
    web = certificate(tmp_path, clock)
    server = WebServer("127.0.0.1", 0, RunStatus(), list, tls=web.context)
    with server, web.signed_by(lambda request: authority.sign(request, days=30)):
        until(lambda: len(authority.signed) == 1)
        clock.now += 28.9 * DAY
        time.sleep(0.2)  # ten looks at the clock
        early = len(authority.signed)
        first = presented(server.port)
        clock.now += 0.2 * DAY
        until(lambda: presented(server.port) != first)
    assert early == 1
    assert len(authority.signed) >= 2


def test_clients_that_trust_the_core_trust_the_web_server(tmp_path: Path) -> None:
    authority = Authority()
    (tmp_path / "root.pem").write_text(authority.pem)
    web = certificate(tmp_path, Clock())
    server = WebServer("127.0.0.1", 0, RunStatus(), list, tls=web.context)
    url = f"https://127.0.0.1:{server.port}/health"
    with server:
        with pytest.raises(requests.exceptions.SSLError):
            get(url, str(tmp_path / "root.pem"))
        own = presented(server.port)
        with web.signed_by(authority.sign):
            until(lambda: presented(server.port) != own)
        assert get(url, str(tmp_path / "root.pem")).text == "ok\n"


@pytest.mark.parametrize("answer", [(400, "no"), (404, "Not Found"), (200, "hello"), (200, "another")])
def test_a_core_that_does_not_sign_leaves_the_web_server_as_it_is(
    tmp_path: Path, answer: tuple[int, str], caplog: pytest.LogCaptureFixture
) -> None:
    another = certificate(tmp_path, Clock()).request()
    text = Authority().sign(another) if answer[1] == "another" else answer[1]
    web, asked = certificate(tmp_path, Clock()), threading.Event()

    def ask(_request: str) -> tuple[int, str]:
        asked.set()
        return answer[0], text

    server = WebServer("127.0.0.1", 0, RunStatus(), list, tls=web.context)
    with server, web.signed_by(signer(ask, "https://core")):
        own = presented(server.port)
        asked.wait(10)
        until(lambda: "keeps its certificate" in caplog.text)
        assert presented(server.port) == own


def test_a_refusal_names_the_core() -> None:
    with pytest.raises(CoreRefused, match="https://core refused with status 400: no"):
        signer(lambda _: (400, "no"), "https://core")("request")


def test_the_key_stays_in_memory(tmp_path: Path) -> None:
    certificate(tmp_path, Clock())
    assert list(tmp_path.iterdir()) == []


def test_a_client_that_does_not_shake_hands_holds_up_nobody(tmp_path: Path) -> None:
    web = certificate(tmp_path, Clock())
    with (
        WebServer("127.0.0.1", 0, RunStatus(), list, tls=web.context) as server,
        socket.create_connection(("127.0.0.1", server.port)),
    ):
        assert presented(server.port)
