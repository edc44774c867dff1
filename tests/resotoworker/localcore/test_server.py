"""The embedded core as an object and as a command: it starts, it stops, and what it said it knows survives a kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import websocket

from resotolib.errors import CoreUnreachable, SettingsError
from resotoworker.localcore import LocalCore
from resotoworker.localcore.cli import main, read_psk
from tests.resotoworker.localcore.contract.client import MODEL, Client, account

SECONDS = 20.0


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def answers(url: str) -> bool:
    """Whether a core is ready there."""
    try:
        with requests.get(f"{url}/system/ready", timeout=5) as answer:
            return answer.text == "ok"
    except requests.ConnectionError:
        return False


def filled(client: Client) -> None:
    """Give a core a graph."""
    client.ask("POST", "/graph/ck").raise_for_status()
    client.ask("PATCH", "/graph/ck/model", MODEL).raise_for_status()
    client.merged("ck", account("a", "v1", "v2"))


@contextmanager
def command(*arguments: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """`resotocore-local` as a process."""
    line = [sys.executable, "-m", "resotoworker.localcore.cli", *arguments]
    process = subprocess.Popen(line, env={**os.environ, **environ}, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_it_leaves_no_thread_and_no_socket(tmp_path: Path) -> None:
    before = set(threading.enumerate())

    with LocalCore(tmp_path / "core.sqlite") as core:
        assert answers(core.url)
        connection = websocket.create_connection(core.url.replace("http", "ws") + "/events", timeout=SECONDS)

    assert set(threading.enumerate()) <= before
    assert not answers(core.url)
    connection.close()


def test_it_stops_while_clients_are_connected(tmp_path: Path) -> None:
    with LocalCore(tmp_path / "core.sqlite") as core:
        client = Client(core.url)
        client.ask("POST", "/subscriber/w/collect").raise_for_status()
        connection = client.connect("/subscriber/w/handle")
        started = time.monotonic()

    assert time.monotonic() - started < 5
    connection.close()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with (
        LocalCore(tmp_path / "one.sqlite") as core,
        pytest.raises(CoreUnreachable, match=rf"127.0.0.1:{core.port}.*choose another port"),
        LocalCore(tmp_path / "two.sqlite", port=core.port),
    ):
        pass


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "core.sqlite"
    path.write_text("this is a letter, " * 100)

    with pytest.raises(CoreUnreachable, match="cannot be used: file is not a database"), LocalCore(path):
        pass


def test_the_graph_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "core.sqlite"
    with LocalCore(path) as core:
        filled(Client(core.url))

    with LocalCore(path) as core:
        client = Client(core.url)
        assert client.ids("ck", "is(t_volume) sort id") == ["v1", "v2"]
        assert client.merged("ck", account("a", "v1", "v2")) == {}


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_a_run_goes_on_after_a_restart(tmp_path: Path, port: int, kill: signal.Signals) -> None:
    arguments = ("--port", str(port), "--database", str(tmp_path / "core.sqlite"))
    client = Client(f"http://127.0.0.1:{port}")
    with command(*arguments) as process:
        until(lambda: answers(client.url))
        filled(client)
        client.ask("POST", "/subscriber/w/collect?timeout=60").raise_for_status()
        with client.socket("/subscriber/w/handle") as link:
            run = client.ask("POST", "/workflow/collect").json()["id"]
            first = link.receive()
            process.send_signal(kill)
            process.wait(SECONDS)

    with command(*arguments):
        until(lambda: answers(client.url))
        assert client.ids("ck", "is(t_volume) sort id") == ["v1", "v2"]
        with client.socket("/subscriber/w/handle") as link:
            again = link.receive()
            link.answer(again)
            until(lambda: client.ask("GET", "/workflows").json()[0]["state"] == "done")

    assert first["data"] == {"timing": {}, "task": run, "step": "collect"}
    assert again["data"] == {"task": run, "step": "collect"}


def test_the_command_ends_with_zero_when_told_to_stop(tmp_path: Path, port: int) -> None:
    with command("--port", str(port), "--database", str(tmp_path / "core.sqlite")) as process:
        until(lambda: answers(f"http://127.0.0.1:{port}"))
        process.send_signal(signal.SIGTERM)

        assert process.wait(SECONDS) == 0


def test_the_key_may_come_from_a_file(tmp_path: Path, port: int) -> None:
    secret = tmp_path / "key"
    secret.write_text("hunter2\n")
    arguments = ("--port", str(port), "--database", str(tmp_path / "core.sqlite"))
    with command(*arguments, RESOTOCORE_LOCAL_PSK_FILE=str(secret)):
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(url))

        assert requests.get(f"{url}/graph", timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"_FILE": "nowhere"}, "RESOTOCORE_LOCAL_PSK_FILE names the file nowhere, which cannot be read"),
        ({"_FILE": os.devnull}, f"RESOTOCORE_LOCAL_PSK_FILE names the file {os.devnull}, which is empty"),
        ({"_FILE": os.devnull, "": "hunter2"}, "RESOTOCORE_LOCAL_PSK and RESOTOCORE_LOCAL_PSK_FILE are both set"),
    ],
    ids=["not there", "empty", "in two places"],
)
def test_a_key_that_got_lost_is_a_wrong_setting_and_never_none(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=f"^{sentence}"):
        read_psk({f"RESOTOCORE_LOCAL_PSK{end}": value for end, value in environ.items()})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "65536"], "argument --port: '65536' is no port: give a number from 0 to 65535"),
        (["--port", "x"], "argument --port: 'x' is no port"),
        (["--interval-collect", "-1"], "argument --interval-collect: '-1' are no seconds: give a number"),
        (["--interval-collect", "nan"], "argument --interval-collect: 'nan' are no seconds"),
        (["--interval-collect", "often"], "argument --interval-collect: 'often' are no seconds"),
    ],
)
def test_a_number_that_makes_no_sense_is_a_wrong_setting(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path, port: int) -> None:
    file = tmp_path / "file"
    file.touch()

    with command("--port", str(port), "--database", str(file / "core.sqlite")) as process:
        _, printed = process.communicate(timeout=SECONDS)

    assert process.returncode == 1
    assert printed.decode().startswith(f"resotocore-local: Core at {file}/core.sqlite cannot be reached: this file")


def test_a_wrong_setting_ends_the_command_with_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RESOTOCORE_LOCAL_PSK_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setattr(sys, "argv", ["resotocore-local"])

    assert main([]) == 2
    assert "RESOTOCORE_LOCAL_PSK_FILE names" in capsys.readouterr().err


def test_an_interval_collects_again_and_again_once_somebody_collects(tmp_path: Path) -> None:
    with LocalCore(tmp_path / "core.sqlite", interval_collect=0.1) as core:
        client = Client(core.url)
        client.ask("POST", "/subscriber/w/collect").raise_for_status()
        assert client.ask("GET", "/workflows").json() == []
        with client.socket("/subscriber/w/handle") as worker:
            tasks = set()
            for _ in range(3):
                action = worker.receive()
                worker.answer(action)
                tasks.add(action["data"]["task"])

    assert len(tasks) == 3


def test_a_number_that_sqlite_cannot_hold_is_the_fault_of_the_request(tmp_path: Path) -> None:
    with LocalCore(tmp_path / "core.sqlite") as core:
        answer = Client(core.url).ask("POST", f"/subscriber/w/collect?timeout={'9' * 30}")

    assert (answer.status_code, answer.text.partition("\n")[0]) == (400, "Error: OverflowError")


def test_readiness_is_text(tmp_path: Path) -> None:
    with LocalCore(tmp_path / "core.sqlite", psk="hunter2") as core:
        found = [requests.get(core.url + path, timeout=5).text for path in ("/system/ready", "/system/ping")]

    assert found == ["ok", "pong"]


def test_the_core_does_not_show_its_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with LocalCore(tmp_path / "core.sqlite", psk="hunter2") as core:
        requests.get(f"{core.url}/graph", headers={"Authorization": "Bearer wrong"}, timeout=5)

    assert "hunter2" not in caplog.text
    assert "hunter2" not in json.dumps(repr(vars(core)))
