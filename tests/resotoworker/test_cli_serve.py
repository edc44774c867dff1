"""The command itself, as processes: from its start through orders of a core to its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotoworker.localcore import LocalCore
from tests.ports import free_port
from tests.resotoworker.installed import SitePackages

PSK = "nobody else knows this"
MOON = """
    import time
    from contextlib import nullcontext
    from dataclasses import dataclass
    from pathlib import Path

    from resotolib.collect.collector import Concurrency
    from resotolib.collect.completeness import Outcome, Reading
    from resotolib.collect.scope import Discovery, Scope
    from resotolib.graph.graph import Node, node_id
    from resotolib.hookspecs import hookimpl
    from resotolib.kinds.kind import Kind, Reading as KindReading
    from resotolib.settings import flag, group


    @group("moon", "Moon")
    @dataclass(frozen=True)
    class MoonSettings:
        gate: str | None = flag(None, "File to wait for")
        deaf: bool = flag(default=False, help="Do not listen when told to stop")


    class Writer:
        def change_tags(self, node, update, delete):
            return dict(update)


    @dataclass(frozen=True)
    class Moon:
        gate: str | None
        deaf: bool
        cloud: str = "moon"
        concurrency: Concurrency = Concurrency()

        def scopes(self):
            return Discovery((Scope("moon", "near", "near side"),))

        def collect(self, scope, run):
            reported = {"kind": "moon_account", "id": scope.id, "name": scope.name, "tags": {}}
            account = run.graph.add(
                Node(node_id("moon_account", "moon", scope.id, "", scope.id), "moon_account", reported), run.graph.cloud
            )
            reported = {"kind": "moon_rock", "id": "rock", "name": "rock", "tags": {}}
            run.graph.add(Node("rock", "moon_rock", reported), account)
            run.record(Reading("", "moon_rock", Outcome.COMPLETE))
            Path(self.gate + ".seen").touch() if self.gate else None
            while self.gate and not Path(self.gate).exists():
                time.sleep(0.02)
                if not self.deaf:
                    run.stop_if_told()

        def writer(self):
            return nullcontext(Writer())


    @hookimpl
    def resoto_settings():
        return MoonSettings

    @hookimpl
    def resoto_kinds():
        return [Kind("moon_account", ("account",), "moon"), Kind("moon_rock", ("resource",), "moon")]

    @hookimpl
    def resoto_collectors(settings):
        return [Moon(settings[MoonSettings].gate, settings[MoonSettings].deaf)]
"""


@dataclass
class Program:
    """A running worker. `log`: what it printed."""

    process: subprocess.Popen[bytes]
    log: Path
    web: int

    def health(self) -> tuple[int, str]:
        """Status and text of /health; 0 while there is no web server."""
        try:
            answer = requests.get(f"http://127.0.0.1:{self.web}/health", timeout=5)
        except requests.ConnectionError:
            return 0, ""
        return answer.status_code, answer.text

    def until_healthy(self) -> None:
        self.until(lambda: self.health()[0] == 200)

    def until(self, true: Callable[[], Any], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, f"it ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"it did not happen:\n{self.log.read_text()}"
            time.sleep(0.05)

    def ends(self, seconds: float = 30) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end:\n{self.log.read_text()}") from None


@dataclass
class Bench:
    """Where workers are started: the moon plugin is installed, `folder` is theirs."""

    folder: Path
    environ: dict[str, str]
    gate: Path
    programs: list[Program] = field(default_factory=list)

    def command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).with_name("resotoworker")), "--collector", "moon", *arguments]

    def start(self, core: str, *arguments: str, **environ: str) -> Program:
        web = free_port()
        log = self.folder / f"log-{len(self.programs)}"
        command = self.command(
            *("--resotocore-uri", core, "--web-host", "127.0.0.1", "--web-port", str(web)),
            *("--state-dir", str(self.folder / "state"), "--resotocore-subscriber-id", "worker"),
            *arguments,
        )
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env={**self.environ, **environ}, stdout=output, stderr=subprocess.STDOUT, cwd=self.folder
            )
        self.programs.append(Program(process, log, web))
        return self.programs[-1]

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    site = tmp_path / "site"
    site.mkdir()
    SitePackages(site).install("resoto-plugin-moon", "moon = moon_plugin", moon_plugin=MOON)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RESOTOWORKER_")}
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    made = Bench(tmp_path, {**inherited, "PYTHONPATH": path}, tmp_path / "gate")
    yield made
    for program in made.programs:
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait()


@pytest.fixture
def core(tmp_path: Path) -> Iterator[LocalCore]:
    with LocalCore(tmp_path / "core.sqlite", psk=PSK) as running:
        yield running


def get(core: LocalCore, path: str) -> Any:
    return requests.get(core.url + path, headers=Credentials(PSK).headers(), timeout=10).json()


def start_collect(core: LocalCore) -> None:
    requests.post(core.url + "/workflow/collect", headers=Credentials(PSK).headers(), timeout=10).raise_for_status()


def rocks(core: LocalCore) -> list[str]:
    with Core(core.url, Credentials(PSK)) as client:
        client.create_graph("ck")
        return [row["id"] for row in client.search_graph("ck", 'id("rock")') if row["type"] == "node"]


def subscriptions(core: LocalCore) -> set[str]:
    found = {subscriber["id"]: subscriber for subscriber in get(core, "/subscribers")}
    return set(found["worker"]["subscriptions"]) if "worker" in found else set()


def test_a_mistake_is_one_sentence_and_exit_code_2(bench: Bench) -> None:
    ended = bench.run("--pool-size", "many")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("resotoworker: ")
    assert "--pool-size" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_without_a_core_it_says_why_and_waits(bench: Bench) -> None:
    program = bench.start(f"http://127.0.0.1:{free_port()}")
    program.until(lambda: "refused" in program.health()[1])
    status = program.health()[0]
    program.process.send_signal(signal.SIGTERM)
    assert status == 503
    assert program.ends() == 0


def test_a_wrong_key_ends_it_with_a_sentence(bench: Bench, core: LocalCore) -> None:
    program = bench.start(core.url, "--psk", "wrong")
    assert program.ends() == 1
    assert "--psk" in program.log.read_text().splitlines()[-1]


def test_two_workers_do_not_share_a_state_directory(bench: Bench, core: LocalCore) -> None:
    first = bench.start(core.url, RESOTOWORKER_PSK=PSK)
    first.until_healthy()
    second = bench.start(core.url, RESOTOWORKER_PSK=PSK)
    assert second.ends() == 2
    assert f"in use by process {first.process.pid}" in second.log.read_text()


@pytest.mark.parametrize("how", ["argument", "variable", "file"])
def test_the_key_is_in_no_command_line_and_in_no_log(bench: Bench, core: LocalCore, tmp_path: Path, how: str) -> None:
    (tmp_path / "psk").write_text(PSK + "\n")
    arguments = ("--psk", PSK) if how == "argument" else ()
    environ = {"variable": {"RESOTOWORKER_PSK": PSK}, "file": {"RESOTOWORKER_PSK_FILE": str(tmp_path / "psk")}}
    program = bench.start(core.url, "--verbose", *arguments, **environ.get(how, {}))
    program.until_healthy()
    worker = psutil.Process(program.process.pid)
    for process in (worker, *worker.children(recursive=True)):
        assert PSK not in " ".join(process.cmdline())
        assert PSK not in "".join(process.environ().values())
    assert " ".join(worker.cmdline()).strip() == "resotoworker: worker"
    assert PSK not in program.log.read_text()


def test_an_order_is_carried_out(bench: Bench, core: LocalCore) -> None:
    program = bench.start(core.url, RESOTOWORKER_PSK=PSK)
    program.until_healthy()
    start_collect(core)
    program.until(lambda: subscriptions(core) == {"collect", "cleanup"} and rocks(core))
    program.process.send_signal(signal.SIGTERM)
    assert program.ends() == 0
    assert rocks(core) == ["rock"]
    assert subscriptions(core) == set()


def test_the_first_signal_ends_a_collect_and_tells_the_core(bench: Bench, core: LocalCore) -> None:
    program = bench.start(core.url, "--moon-gate", str(bench.gate), RESOTOWORKER_PSK=PSK)
    program.until_healthy()
    start_collect(core)
    program.until(Path(f"{bench.gate}.seen").exists)
    program.process.send_signal(signal.SIGTERM)
    assert program.ends(20) == 0
    assert "stop" in str(get(core, "/workflows"))


def test_what_does_not_listen_is_abandoned_after_the_grace_time(bench: Bench, core: LocalCore) -> None:
    program = bench.start(
        *(core.url, "--moon-gate", str(bench.gate), "--moon-deaf", "--grace-period", "1"), RESOTOWORKER_PSK=PSK
    )
    program.until_healthy()
    start_collect(core)
    program.until(Path(f"{bench.gate}.seen").exists)
    program.process.send_signal(signal.SIGTERM)
    assert program.ends(20) == 0
    assert subscriptions(core) == set()


def test_the_second_signal_ends_it_at_once(bench: Bench, core: LocalCore) -> None:
    program = bench.start(core.url, "--moon-gate", str(bench.gate), "--moon-deaf", RESOTOWORKER_PSK=PSK)
    program.until_healthy()
    start_collect(core)
    program.until(Path(f"{bench.gate}.seen").exists)
    program.process.send_signal(signal.SIGTERM)
    program.until(lambda: "Stopping" in program.log.read_text())
    program.process.send_signal(signal.SIGTERM)
    assert program.ends(3) == 128 + signal.SIGTERM


def test_a_killed_worker_takes_the_order_up_again(bench: Bench, core: LocalCore) -> None:
    killed = bench.start(core.url, "--moon-gate", str(bench.gate), RESOTOWORKER_PSK=PSK)
    killed.until_healthy()
    start_collect(core)
    killed.until(Path(f"{bench.gate}.seen").exists)
    killed.process.kill()
    killed.process.wait()
    bench.gate.touch()
    again = bench.start(core.url, "--moon-gate", str(bench.gate), RESOTOWORKER_PSK=PSK)
    again.until(lambda: rocks(core))
    assert rocks(core) == ["rock"]


def test_a_core_that_takes_the_connection_and_says_nothing_does_not_keep_it_from_ending(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        program = bench.start(f"http://127.0.0.1:{silent.getsockname()[1]}", "--grace-period", "1")
        connection, _ = silent.accept()
        with connection:
            began = time.monotonic()
            program.process.send_signal(signal.SIGTERM)
            assert program.ends() == 0
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_the_embedded_core_comes_and_goes_with_the_worker(bench: Bench, number: signal.Signals, code: int) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    program = bench.start(url, "--local-core", RESOTOWORKER_PSK=PSK)
    program.until_healthy()
    worker = psutil.Process(program.process.pid)
    family = worker.children(recursive=True)
    with Core(url, Credentials(PSK)) as client:
        client.create_graph("ck")
    for process in (worker, *family):
        assert PSK not in " ".join(process.cmdline()) + "".join(process.environ().values())
    program.process.send_signal(number)
    assert program.ends() == code
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_the_embedded_core_does_not_start_where_another_one_listens(bench: Bench, core: LocalCore) -> None:
    program = bench.start(core.url, "--local-core", RESOTOWORKER_PSK=PSK)
    assert program.ends() == 1
    said = program.log.read_text()
    assert f"127.0.0.1:{core.port} cannot be reached: cannot listen there: Address already in use" in said
    assert subscriptions(core) == set()


@contextmanager
def core_at(port: int, path: Path) -> Iterator[LocalCore]:
    with LocalCore(path, port=port, psk=PSK) as running:
        yield running


def test_a_core_that_restarts_is_found_again(bench: Bench, tmp_path: Path) -> None:
    port = free_port()
    with core_at(port, tmp_path / "restarted.sqlite") as core:
        program = bench.start(core.url, RESOTOWORKER_PSK=PSK)
        program.until_healthy()
    program.until(lambda: program.health()[0] == 503)
    with core_at(port, tmp_path / "restarted.sqlite") as core:
        program.until_healthy()
        start_collect(core)
        program.until(lambda: rocks(core))
