"""TLS to the core: who is trusted, for requests and websockets alike."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotolib.core.socket import Socket
from resotolib.core.tls import Trust
from resotolib.errors import CoreUnreachable, SettingsError
from tests.resotolib.core.fakecore import FakeCore, Peer, fake_core


@dataclass
class Secured:
    """A core behind TLS and the file of the certificate to trust."""

    core: FakeCore
    ca_cert: str


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "core")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_cert, key_file = folder / "ca.pem", folder / "key.pem"
    ca_cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_cert, key_file)
    with fake_core(tls=context) as core:
        yield Secured(core, str(ca_cert))


def _say_much(peer: Peer) -> None:
    peer.send(json.dumps("x" * 100_000))
    peer.hold()


def hello(core: FakeCore, trust: Trust) -> bytes:
    """A request, and a message over a websocket that is larger than a TLS record."""
    with Core(core.http, Credentials(None), trust) as client:
        client.create_graph("ck")
    core.scripts.put(_say_much)
    opened = Socket.connect(core.websocket + "/subscriber/w/handle", Credentials(None), trust)
    messages: list[bytes] = []
    deadline = time.monotonic() + 10
    while not messages and time.monotonic() < deadline:
        messages = opened.receive()
        time.sleep(0.01)
    opened.close()
    return messages[0]


def test_the_named_authority_is_trusted(secured: Secured) -> None:
    assert len(hello(secured.core, Trust(secured.ca_cert))) == 100_002


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")  # who asks for it is warned
def test_anybody_is_trusted_when_told_so(secured: Secured) -> None:
    assert len(hello(secured.core, Trust(verify=False))) == 100_002


def test_others_are_not_trusted(secured: Secured) -> None:
    with (
        Core(secured.core.http, Credentials(None), pauses=()) as core,
        pytest.raises(CoreUnreachable, match=r"(?i)cert"),
    ):
        core.create_graph("ck")
    with pytest.raises(CoreUnreachable, match=r"(?i)cert"):
        Socket.connect(secured.core.websocket + "/subscriber/w/handle", Credentials(None), Trust())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--ca-cert .*nothing: there is no such file"):
        Trust(str(tmp_path / "nothing"))


def test_a_file_without_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(SettingsError, match=r"--ca-cert .*empty.pem holds no certificate"):
        Trust(str(tmp_path / "empty.pem"))
