"""TLS between core and worker, and what the key is not used for: the command as a process."""

from __future__ import annotations

import signal
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from resotolib.core.auth import bearer_token
from resotolib.errors import SettingsError
from resotoworker.localcore import LocalCore
from resotoworker.settings import WorkerSettings
from tests.resotolib.core.authority import Authority, Front, front, get
from tests.resotoworker.test_cli_serve import PSK, Bench, bench, core, rocks, start_collect
from tests.whole.realcore import needs_realcore, real_core

__all__ = ["bench", "core"]  # fixtures


@pytest.fixture
def secured(core: LocalCore, tmp_path: Path) -> Iterator[Front]:
    with front(Authority(), core.url, PSK, tmp_path) as running:
        yield running


def pem(authority: Authority, folder: Path) -> str:
    (folder / "root.pem").write_text(authority.pem)
    return str(folder / "root.pem")


def healthy(port: int, ca_cert: str) -> bool:
    """Is the worker well, and does its web server prove who it is?"""
    try:
        return get(f"https://127.0.0.1:{port}/health", ca_cert).status_code == 200
    except requests.ConnectionError:
        return False


@pytest.mark.parametrize(
    "uri", ["http://core.example.com:8900", "http://192.0.2.1", "http://10.0.0.1:8900", "http://localhost.example.com"]
)
def test_the_key_is_not_used_over_the_network_in_the_clear(uri: str) -> None:
    with pytest.raises(SettingsError, match=r"https.*--insecure-psk"):
        WorkerSettings(resotocore_uri=uri, psk=PSK)


def test_nor_for_websockets() -> None:
    with pytest.raises(SettingsError, match="ws://core:8900"):
        WorkerSettings(resotocore_uri="https://core:8900", resotocore_ws_uri="ws://core:8900", psk=PSK)


@pytest.mark.parametrize(
    "uri", ["http://localhost:8900", "http://127.0.0.3", "http://[::1]:8900", "http://0.0.0.0:8900", "https://core"]
)
def test_it_is_used_where_nobody_reads_it(uri: str) -> None:
    assert WorkerSettings(resotocore_uri=uri, psk=PSK).psk == PSK


@pytest.mark.parametrize(
    "uris",
    [{"resotocore_uri": "https://me:hush@core:8900"}, {"resotocore_ws_uri": "wss://me:hush@core:8900"}],
)
def test_an_address_holds_no_password(uris: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(uris)).replace("_", "-")) as refused:
        WorkerSettings(**uris)  # type: ignore[arg-type]  # of the fields named

    assert "hush" not in str(refused.value)


def test_it_is_used_anywhere_when_told_so() -> None:
    assert WorkerSettings(resotocore_uri="http://core:8900", psk=PSK, insecure_psk=True).psk == PSK


def test_without_key_anything_goes() -> None:
    assert WorkerSettings(resotocore_uri="http://core:8900").psk is None


def test_an_order_over_tls(bench: Bench, core: LocalCore, secured: Front, tmp_path: Path) -> None:
    program = bench.start(secured.url, RESOTOWORKER_PSK=PSK)
    ca_cert = pem(secured.authority, tmp_path)
    program.until(lambda: healthy(program.web, ca_cert))
    start_collect(core)
    program.until(lambda: rocks(core))
    url = f"https://127.0.0.1:{program.web}/metrics"
    stranger = get(url, ca_cert).status_code
    friend = get(url, ca_cert, Authorization=f"Bearer {bearer_token(PSK)}").status_code
    program.process.send_signal(signal.SIGTERM)
    assert program.ends() == 0
    assert (stranger, friend) == (401, 200)
    assert secured.authority.signed[0].subject.rfc4514_string() == "CN=worker"
    assert [path.name for path in (tmp_path / "state" / "tls").iterdir()] == ["authorities.pem"]


def test_a_web_server_may_stay_without_tls(bench: Bench, secured: Front) -> None:
    program = bench.start(secured.url, "--no-web-tls", RESOTOWORKER_PSK=PSK)
    program.until_healthy()
    assert secured.authority.signed == []


def test_a_core_with_another_key_is_no_core(bench: Bench, secured: Front) -> None:
    secured.key = "another key"
    program = bench.start(secured.url, RESOTOWORKER_PSK=PSK)
    assert program.ends() == 1
    assert "cannot be trusted" in program.log.read_text().splitlines()[-1]
    assert {head.partition(" HTTP")[0] for head in secured.asked} == {"GET /ca/cert"}


def test_a_named_authority_is_enough(bench: Bench, secured: Front, tmp_path: Path) -> None:
    secured.key = "another key"
    program = bench.start(secured.url, "--ca-cert", pem(secured.authority, tmp_path), RESOTOWORKER_PSK=PSK)
    program.until(lambda: healthy(program.web, pem(secured.authority, tmp_path)))
    assert not [head for head in secured.asked if head.startswith("GET /ca/cert")]


def test_no_verification_is_said_loudly(bench: Bench, secured: Front, tmp_path: Path) -> None:
    program = bench.start(secured.url, "--no-verify-certs", "--quiet", RESOTOWORKER_PSK=PSK)
    program.until(lambda: healthy(program.web, pem(secured.authority, tmp_path)))
    assert "SECURITY: --no-verify-certs" in program.log.read_text()


def test_a_core_that_comes_back_with_a_new_authority(bench: Bench, core: LocalCore, tmp_path: Path) -> None:
    with front(Authority(), core.url, PSK, tmp_path) as first:
        program = bench.start(first.url, "--no-web-tls", RESOTOWORKER_PSK=PSK)
        program.until_healthy()
    program.until(lambda: program.health()[0] == 503)
    with front(Authority(), core.url, PSK, tmp_path, port=first.port):
        program.until_healthy()
        start_collect(core)
        program.until(lambda: rocks(core))


@needs_realcore
def test_the_real_core(bench: Bench, tmp_path: Path) -> None:
    with real_core(tmp_path / "core.log", PSK, tls=True) as real:
        program = bench.start(real.url, RESOTOWORKER_PSK=PSK)
        program.until(lambda: healthy(program.web, str(real.verify)))
        real.post("/_test/workflow/collect")
        program.until(lambda: real.get("/_test/state")["merges"] and not real.get("/_test/state")["running_tasks"])
        kinds = {node["reported"]["kind"] for node in real.nodes()}
        presented = ssl.get_server_certificate(("127.0.0.1", program.web))
        program.process.send_signal(signal.SIGTERM)
        code = program.ends()
    assert "moon_rock" in kinds
    assert "BEGIN CERTIFICATE" in presented
    assert code == 0
