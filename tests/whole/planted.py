"""Marked secrets for every secret setting of every plugin, and what looks for them everywhere."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import requests

from resotolib.core.auth import Credentials
from resotolib.settings import settings_of
from resotoworker.plugins import load_plugins
from resotoworker.settings import WorkerSettings
from tests.demo.pair import environment, worker_command
from tests.fakes.gcp.keyfile import make_key_file
from tests.ports import free_port

CLASSES: tuple[type[Any], ...] = (WorkerSettings, *load_plugins().settings_classes())
SETTINGS = [s for cls in CLASSES for s in settings_of(cls) if s.declared.secret]
GCP_PORT = free_port()
GCP_KEY = make_key_file(f"http://127.0.0.1:{GCP_PORT}", "planted")
SHAPED = {
    "--gcp-service-account": json.dumps(GCP_KEY.info),
    "--psk": "mark psk/known to core & worker",
    "--aws-access-key-id": "AKIAMARKEDIDENTIFIER",
    "--aws-secret-access-key": "mark+secret/access=key-0123456789abcdefg",
}
"""Where the form of a secret matters, or an awkward one is wanted."""
SECRETS: Mapping[str, str] = {s.flag: SHAPED.get(s.flag, f"mark/{s.flag[2:]}:4+2=6") for s in SETTINGS}
PARTS = {**SECRETS, "a private key of GCP": GCP_KEY.info["private_key"].splitlines()[3]}
"""What is looked for."""
PSK = SECRETS["--psk"]
COLLECTED = {"aws": "aws_vpc", "gcp": "gcp_network", "onelogin": "onelogin_user", "slack": "slack_user"}
"""What is found in the clouds that are faked here, which are those of all plugins that have secrets."""
PAGES = ("/", "/metrics", "/health")
CORE_PAGES = ("/", "/subscribers", "/workflows", "/graph", "/graph/ck/model", "/system/ready", "/nothing")
REGION = "us-east-1"


@dataclass
class Search:
    """Looks for the secrets in all spellings; `found`: which one, and where."""

    found: set[str] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    pids: set[int] = field(default_factory=set)

    def text(self, where: str, data: bytes) -> None:
        """In something that can be read."""
        self.looked_at.add(where)
        for name, secret in PARTS.items():
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
