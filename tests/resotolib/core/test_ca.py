"""The core's certificate authority: fetched from whoever answers, believed only with a proof."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from resotolib.core.auth import Credentials
from resotolib.core.ca import fetch_authority
from resotolib.core.http import Core
from resotolib.core.socket import Socket
from resotolib.core.tls import FetchedTrust
from resotolib.errors import CoreRefused, CoreUnreachable, UntrustedCore
from resotoworker.localcore import LocalCore
from tests.resotolib.core.authority import Authority, Front, front

PSK = "nobody else knows this"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCore]:
    with LocalCore(tmp_path_factory.mktemp("core") / "core.sqlite", psk=PSK) as core:
        yield core


@pytest.fixture
def core(local: LocalCore, tmp_path: Path) -> Iterator[Front]:
    with front(Authority(), local.url, PSK, tmp_path) as running:
        yield running


def trust_in(core: Front, folder: Path) -> FetchedTrust:
    return FetchedTrust(folder / "authorities.pem", lambda: fetch_authority(core.url, PSK))


def hello(core: Front, trust: FetchedTrust) -> None:
    """A request and a websocket."""
    with Core(core.url, Credentials(PSK), trust, pauses=()) as client:
        client.check_ready()
        client.subscribe("w", ["collect"], 60)
    Socket.connect(f"wss://127.0.0.1:{core.port}/subscriber/w/handle", Credentials(PSK), trust).close()


def test_the_authority_is_trusted_once_proved(core: Front, tmp_path: Path) -> None:
    trust = trust_in(core, tmp_path)
    trust.prepare()
    hello(core, trust)


def test_the_system_is_trusted_too(core: Front, tmp_path: Path) -> None:
    trust = trust_in(core, tmp_path)
    trust.prepare()
    loaded = ssl.create_default_context(cafile=str(trust.for_requests())).get_ca_certs()
    assert len(loaded) > 20
    assert (tmp_path / "authorities.pem").stat().st_mode & 0o777 == 0o600


def test_nothing_is_said_before_the_proof(core: Front) -> None:
    fetch_authority(core.url, PSK)
    (head,) = core.asked
    assert "authorization" not in head.lower()


def test_another_key(core: Front) -> None:
    core.key = "another key"
    with pytest.raises(UntrustedCore, match=r"not signed with the --psk of this worker \(Signature"):
        fetch_authority(core.url, PSK)


def test_another_certificate_than_the_token_is_for(core: Front) -> None:
    core.claims = {"sha256_fingerprint": Authority().fingerprint}
    with pytest.raises(UntrustedCore, match="exchanges certificates"):
        fetch_authority(core.url, PSK)


def test_a_token_for_something_else(core: Front) -> None:
    core.claims = {}
    with pytest.raises(UntrustedCore, match="is for None"):
        fetch_authority(core.url, PSK)


def test_a_proof_that_is_old_by_our_clock(core: Front) -> None:
    core.ttl = -300
    with pytest.raises(UntrustedCore, match="has expired by the clock of this machine: set the clocks"):
        fetch_authority(core.url, PSK)


def test_no_token(core: Front) -> None:
    core.token = False
    with pytest.raises(UntrustedCore, match="--ca-cert"):
        fetch_authority(core.url, PSK)


def test_a_second_certificate_is_not_let_in(core: Front) -> None:
    proved, slipped_in = core.authority, Authority("mallory")

    class Both(Authority):
        fingerprint = proved.fingerprint
        pem = proved.pem + slipped_in.pem

    core.authority = Both()
    assert fetch_authority(core.url, PSK) == proved.pem


@pytest.mark.parametrize("text", ["", "hello", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"])
def test_no_certificate(core: Front, text: str) -> None:
    class Wordless(Authority):
        pem = text

    core.authority = Wordless()
    with pytest.raises(UntrustedCore, match="PEM"):
        fetch_authority(core.url, PSK)


def test_a_core_without_authority_is_for_the_system_to_vouch_for(core: Front, tmp_path: Path) -> None:
    core.status = 404
    trust = trust_in(core, tmp_path)
    trust.prepare()
    with (
        Core(core.url, Credentials(PSK), trust, pauses=()) as client,
        pytest.raises(CoreUnreachable, match=r"(?i)cert"),
    ):
        client.check_ready()


def test_a_core_that_starts(core: Front) -> None:
    core.status = 503
    with pytest.raises(CoreRefused, match="503"):
        fetch_authority(core.url, PSK)


def test_nobody_answers() -> None:
    with pytest.raises(CoreUnreachable, match="refused"):
        fetch_authority("https://127.0.0.1:1", PSK)


def test_a_core_with_a_new_authority_is_trusted_after_it_proved_it(
    core: Front, local: LocalCore, tmp_path: Path
) -> None:
    trust = FetchedTrust(tmp_path / "authorities.pem", lambda: fetch_authority(other.url, PSK), often=0)
    with front(core.authority, local.url, PSK, tmp_path) as other:
        trust.prepare()
        hello(other, trust)
    with front(Authority(), local.url, PSK, tmp_path) as other:
        with Core(other.url, Credentials(PSK), trust, pauses=(0.0,)) as client:
            client.create_graph("ck")
        hello(other, trust)
    with front(Authority(), local.url, PSK, tmp_path) as other:
        address = f"wss://127.0.0.1:{other.port}/subscriber/w/handle"
        with pytest.raises(CoreUnreachable, match=r"(?i)cert"):
            Socket.connect(address, Credentials(PSK), trust)
        Socket.connect(address, Credentials(PSK), trust).close()


def test_a_stranger_in_its_place_is_not_trusted(core: Front, tmp_path: Path) -> None:
    trust = FetchedTrust(tmp_path / "authorities.pem", lambda: fetch_authority(core.url, PSK), often=0)
    trust.prepare()
    core.key = "another key"
    with pytest.raises(UntrustedCore):
        trust.refused("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    trust.refused("Connection refused")
