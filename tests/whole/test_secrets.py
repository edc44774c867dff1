"""Marked secrets in every secret setting; after a whole collect they are nowhere but where they were given."""

from __future__ import annotations

import base64
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote_plus

import psutil
import pytest
import requests
from resoto_plugin_aws.settings import AwsSettings

from resotolib.core.auth import Credentials
from resotolib.settings import settings_of
from resotoworker.settings import WorkerSettings
from tests.demo.children import free_port
from tests.demo.pair import environment, organisation_flags, worker_command
from tests.fakes.aws import organisation
from tests.fakes.aws.server import MotoServer

SECRETS: Mapping[str, str] = {
    "psk": "mark psk/known to core & worker",
    "aws-access-key-id": "AKIAMARKEDIDENTIFIER",
    "aws-secret-access-key": "mark+secret/access=key-0123456789abcdefg",
    "aws-external-id": "mark-external-id:42",
}
PAGES = ("/", "/metrics", "/health")
CORE_PAGES = ("/", "/subscribers", "/workflows", "/graph", "/graph/ck/model", "/system/ready", "/nothing")
REGION = "us-east-1"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture(scope="module")
def cloud() -> Iterator[str]:
    with MotoServer() as moto:
        organisation.create(moto.url, members=1, suspended=0)
        yield moto.url


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
            answer = requests.get(url + path, headers=Credentials(SECRETS["psk"]).headers(), timeout=30)
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
    """The secrets as flags, as variables, or in files."""
    if how == "flags":
        return [word for name, secret in SECRETS.items() for word in (f"--{name}", secret)], {}
    variables = {f"RESOTOWORKER_{name.upper().replace('-', '_')}": secret for name, secret in SECRETS.items()}
    if how == "variables":
        return [], variables
    for name, secret in variables.items():
        (folder / name).write_text(secret + "\n", encoding="utf-8")
    return [], {f"{name}_FILE": str(folder / name) for name in variables}


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
    runs = requests.get(f"{core}/workflows", headers=Credentials(SECRETS["psk"]).headers(), timeout=30).json()
    return str(runs[0]["state"]) if runs else ""


def nodes(core: str) -> bytes:
    """All that was collected."""
    headers = {**Credentials(SECRETS["psk"]).headers(), "Content-Type": "text/plain"}
    answer = requests.post(f"{core}/graph/ck/search/list", data="is(resource)", headers=headers, timeout=30)
    assert "aws_vpc" in answer.text
    return answer.content


def test_all_secret_settings_are_planted() -> None:
    secret = {s.flag for cls in (WorkerSettings, AwsSettings) for s in settings_of(cls) if s.declared.secret}
    assert secret == {f"--{name}" for name in SECRETS}


@pytest.mark.parametrize("how", ["flags", "variables", "files"])
def test_secrets_are_nowhere(cloud: str, tmp_path: Path, how: str) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "made").mkdir()
    flags, variables = given(how, tmp_path / "given")
    core, web, output, search = f"http://127.0.0.1:{free_port()}", free_port(), tmp_path / "made" / "output", Search()
    more = ("--local-core", "--verbose", "--fork", "--aws-fork", "--debug-dump-json", "--logfile", "log")
    kinds = ("--aws-collect", "vpc", "ec2_subnet", "iam_role", "s3_bucket")
    places = organisation_flags(cloud, [REGION])
    command = worker_command(core, web, tmp_path / "made", *more, *kinds, *places, *flags)
    environ = {name: value for name, value in environment().items() if name not in KEYS} | variables
    with worker(command, output, environ) as process:
        wait(lambda: answers(f"http://127.0.0.1:{web}"), process, output, Search())
        search.processes(process.pid)
        headers = Credentials(SECRETS["psk"]).headers()
        requests.post(f"{core}/workflow/collect", headers=headers, timeout=30).raise_for_status()
        wait(lambda: run_of(core) == "done", process, output, search)
        search.pages(f"http://127.0.0.1:{web}", PAGES)
        search.pages(core, CORE_PAGES)
        search.text("graph", nodes(core))
        search.files(tmp_path / "made")
    search.files(tmp_path / "made")
    assert search.found == set()
    assert {"output", "log", "command line of a child", "worker/core/core.sqlite"} <= search.looked_at
    assert any(where.startswith("worker/dumps/aws-") for where in search.looked_at)
    assert len(search.pids) >= 5, "worker, embedded core, fork server, its tracker and a child that collects"


class Echo(BaseHTTPRequestHandler):
    """A cloud that refuses everything and repeats what it was asked, signature and all."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = escape(f"{unquote_plus(body.decode())} {self.headers}")
        text = f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{said}</Message></Error></ErrorResponse>"
        if b"GetCallerIdentity" in body:
            text = (
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn>"
                "<UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
            )
        self.send_response(200 if b"GetCallerIdentity" in body else 403)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST  # noqa: N815  # the name that the base class looks for

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


def test_a_cloud_that_repeats_what_it_was_asked_gives_nothing_away(echo: str, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "made").mkdir()
    _, variables = given("files", tmp_path / "given")
    core, web, output, search = f"http://127.0.0.1:{free_port()}", free_port(), tmp_path / "made" / "output", Search()
    more = (
        "--local-core",
        "--verbose",
        "--aws-fork",
        "--debug-dump-json",
        "--aws-role",
        "resoto",
        "--report",
        "report",
    )
    places = ("--aws-account", "123456789012", "210987654321", "--aws-region", REGION, "--aws-endpoint-url", echo)
    command = worker_command(core, web, tmp_path / "made", *more, *places)
    environ = {name: value for name, value in environment().items() if name not in KEYS} | variables
    with worker(command, output, environ) as process:
        wait(lambda: answers(f"http://127.0.0.1:{web}"), process, output, search)
        headers = Credentials(SECRETS["psk"]).headers()
        requests.post(f"{core}/workflow/collect", headers=headers, timeout=30).raise_for_status()
        wait(lambda: run_of(core) not in ("", "running"), process, output, search)
        search.pages(f"http://127.0.0.1:{web}", PAGES)
        search.pages(core, CORE_PAGES)
    search.files(tmp_path / "made")
    assert search.found == set()
    assert "report" in search.looked_at
    assert "AccessDenied" in output.read_text() or "ExternalId" in output.read_text()
