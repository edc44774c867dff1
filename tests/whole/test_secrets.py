"""Marked secrets in every secret setting; after a whole collect they are nowhere but where they were given."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus

import psutil
import pytest
import requests

from resotolib.core.auth import Credentials
from resotolib.settings import group_of, settings_of
from resotoworker.plugins import load_plugins
from resotoworker.settings import WorkerSettings
from tests.demo.children import free_port
from tests.demo.pair import environment, organisation_flags, worker_command
from tests.fakes.aws import organisation
from tests.fakes.aws.server import MotoServer
from tests.fakes.onelogin.server import OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.world import make_world

CLASSES: tuple[type[Any], ...] = (WorkerSettings, *load_plugins().settings_classes())
SETTINGS = [s for cls in CLASSES for s in settings_of(cls) if s.declared.secret]
SHAPED = {
    "--psk": "mark psk/known to core & worker",
    "--aws-access-key-id": "AKIAMARKEDIDENTIFIER",
    "--aws-secret-access-key": "mark+secret/access=key-0123456789abcdefg",
}
"""Where the form of a secret matters, or an awkward one is wanted."""
SECRETS: Mapping[str, str] = {s.flag: SHAPED.get(s.flag, f"mark/{s.flag[2:]}:4+2=6") for s in SETTINGS}
PSK = SECRETS["--psk"]
COLLECTED = {"aws": "aws_vpc", "onelogin": "onelogin_user", "slack": "slack_user"}
"""What is found in the clouds that are faked here, which are those of all plugins that have secrets."""
PAGES = ("/", "/metrics", "/health")
CORE_PAGES = ("/", "/subscribers", "/workflows", "/graph", "/graph/ck/model", "/system/ready", "/nothing")
REGION = "us-east-1"


@pytest.fixture(scope="module")
def clouds() -> Iterator[list[str]]:
    """Flags to collect them all."""
    with MotoServer() as moto, OneLoginServer(make_tenant()) as onelogin, SlackServer(make_world(20, 3, 5)) as slack:
        organisation.create(moto.url, members=1, suspended=0)
        onelogin.client, onelogin.secret = SECRETS["--onelogin-client-id"], SECRETS["--onelogin-client-secret"]
        slack.worlds[SECRETS["--slack-bot-token"]] = slack.world
        kinds = ("--aws-collect", "vpc", "ec2_subnet", "iam_role", "s3_bucket")
        others = ("--onelogin-endpoint-url", onelogin.url, "--slack-endpoint-url", slack.url)
        yield [*organisation_flags(moto.url, [REGION]), *kinds, *others]


@dataclass
class Search:
    """Looks for the secrets in all spellings; `found`: which one, and where."""

    found: set[str] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    pids: set[int] = field(default_factory=set)

    def text(self, where: str, data: bytes) -> None:
        """In something that can be read."""
        self.looked_at.add(where)
        for name, secret in SECRETS.items():
            raw = secret.encode()
            spellings = (raw, quote(secret, safe="").encode(), base64.b64encode(raw), repr(secret)[1:-1].encode())
            if any(spelling in data for spelling in spellings):
                self.found.add(f"{name} in {where}")

    def files(self, folder: Path) -> None:
        """In all files below, the core's database and its journal too."""
        for path in folder.rglob("*"):
            if path.is_file():
                self.text(str(path.relative_to(folder)), path.read_bytes())

    def processes(self, pid: int) -> None:
        """In what the kernel tells about the worker and all its children."""
        with suppress(psutil.NoSuchProcess):
            worker = psutil.Process(pid)
            for process in (worker, *worker.children(recursive=True)):
                with suppress(FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
                    self.pids.add(process.pid)
                    kind = "worker" if process.pid == pid else "child"
                    self.text(f"command line of a {kind}", Path(f"/proc/{process.pid}/cmdline").read_bytes())
                    self.text(f"environment of a {kind}", Path(f"/proc/{process.pid}/environ").read_bytes())

    def pages(self, url: str, paths: Sequence[str]) -> None:
        """In what is answered to a friend, headers too."""
        for path in paths:
            answer = requests.get(url + path, headers=Credentials(PSK).headers(), timeout=30)
            self.text(url + path, answer.content + str(answer.headers).encode())


@contextmanager
def worker(command: list[str], output: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=dict(environ), cwd=output.parent)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def given(how: str, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The secrets as flags, as variables, as variables of the vendors where there are some, or in files."""
    if how == "flags":
        return [word for name, secret in SECRETS.items() for word in (name, secret)], {}
    if how == "files":
        for s in SETTINGS:
            (folder / s.file_variable).write_text(SECRETS[s.flag] + "\n", encoding="utf-8")
        return [], {s.file_variable: str(folder / s.file_variable) for s in SETTINGS}
    return [], {s.variables[-1 if how == "vendors" else 0]: SECRETS[s.flag] for s in SETTINGS}


def wait(true: object, process: subprocess.Popen[bytes], output: Path, search: Search, seconds: float = 90) -> None:
    """For something to become true; the processes are searched meanwhile."""
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]  # a function
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        search.processes(process.pid)
        time.sleep(0.05)


def answers(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}/health", timeout=5).status_code == 200
    return False


def run_of(core: str) -> str:
    """The state of the only run."""
    runs = requests.get(f"{core}/workflows", headers=Credentials(PSK).headers(), timeout=30).json()
    return str(runs[0]["state"]) if runs else ""


def nodes(core: str) -> bytes:
    """All that was collected."""
    headers = {**Credentials(PSK).headers(), "Content-Type": "text/plain"}
    answer = requests.post(f"{core}/graph/ck/search/list", data="is(resource)", headers=headers, timeout=30)
    assert [kind for kind in COLLECTED.values() if kind not in answer.text] == []
    return answer.content


def started(core: str, web: int, folder: Path, *more: str) -> list[str]:
    """The command, with everything on that writes something."""
    writing = ("--local-core", "--verbose", "--debug-dump-json", "--logfile", "log", "--report", "report")
    return worker_command(core, web, folder, *writing, "--fork", "--aws-fork", "--collector", *COLLECTED, *more)


def untouched() -> dict[str, str]:
    """Our environment without credentials."""
    return {name: value for name, value in environment().items() if name.partition("_")[0] != "AWS"}


def test_every_plugin_with_secrets_has_a_cloud_here() -> None:
    prefixes = {group_of(s.owner).prefix for s in SETTINGS} - {""}
    assert prefixes == set(COLLECTED)


@pytest.mark.parametrize("how", ["flags", "variables", "vendors", "files"])
def test_secrets_are_nowhere(clouds: list[str], tmp_path: Path, how: str) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "made").mkdir()
    flags, variables = given(how, tmp_path / "given")
    core, web, output, search = f"http://127.0.0.1:{free_port()}", free_port(), tmp_path / "made" / "output", Search()
    command = started(core, web, tmp_path / "made", *clouds, *flags)
    with worker(command, output, untouched() | variables) as process:
        wait(lambda: answers(f"http://127.0.0.1:{web}"), process, output, Search())
        search.processes(process.pid)
        headers = Credentials(PSK).headers()
        requests.post(f"{core}/workflow/collect", headers=headers, timeout=30).raise_for_status()
        wait(lambda: run_of(core) == "done", process, output, search)
        search.pages(f"http://127.0.0.1:{web}", PAGES)
        search.pages(core, CORE_PAGES)
        search.text("graph", nodes(core))
        search.files(tmp_path / "made")
    search.files(tmp_path / "made")
    assert search.found == set()
    assert {"output", "log", "report", "command line of a child", "worker/core/core.sqlite"} <= search.looked_at
    for cloud in COLLECTED:
        assert any(where.startswith(f"worker/dumps/{cloud}-") for where in search.looked_at), cloud
    assert len(search.pids) >= 5, "worker, embedded core, fork server, its tracker and a child that collects"


def _identity() -> str:
    return (
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn>"
        "<UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    )


class Echo(BaseHTTPRequestHandler):
    """Clouds that refuse everything and repeat what they were asked, signature and all."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        said = f"{unquote_plus(body)} {self.headers}"
        status, text = 403, self._refusal(said)
        if "GetCallerIdentity" in body:
            status, text = 200, _identity()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST  # noqa: N815  # the name that the base class looks for

    def _refusal(self, said: str) -> str:
        if self.path.startswith("/slack/"):
            return json.dumps({"ok": False, "error": said})
        if self.path.startswith(("/auth/", "/api/")):
            return json.dumps({"statusCode": 403, "name": "Error", "message": said})
        return (
            f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{escape(said)}</Message></Error></ErrorResponse>"
        )

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_clouds_that_repeat_what_they_were_asked_give_nothing_away(echo: str, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "made").mkdir()
    _, variables = given("files", tmp_path / "given")
    core, web, output, search = f"http://127.0.0.1:{free_port()}", free_port(), tmp_path / "made" / "output", Search()
    places = ("--aws-account", "123456789012", "210987654321", "--aws-region", REGION, "--aws-role", "resoto")
    urls = ("--aws-endpoint-url", echo, "--onelogin-endpoint-url", echo, "--slack-endpoint-url", f"{echo}/slack")
    command = started(core, web, tmp_path / "made", *places, *urls)
    with worker(command, output, untouched() | variables) as process:
        wait(lambda: answers(f"http://127.0.0.1:{web}"), process, output, search)
        headers = Credentials(PSK).headers()
        requests.post(f"{core}/workflow/collect", headers=headers, timeout=30).raise_for_status()
        wait(lambda: run_of(core) not in ("", "running"), process, output, search)
        search.pages(f"http://127.0.0.1:{web}", PAGES)
        search.pages(core, CORE_PAGES)
    search.files(tmp_path / "made")
    report = (tmp_path / "made" / "report").read_text()
    assert search.found == set()
    assert {scope["cloud"]: scope["result"] for scope in json.loads(report)["scopes"]} == dict.fromkeys(
        COLLECTED, "failed"
    )
    assert report.count("***") >= 4, "the clouds have repeated the secrets"
