"""The real resotocore 3.9.0, which lives beside this repository on machines that have it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from resotolib.core.auth import Credentials
from resotolib.core.ca import fetch_authority
from resotolib.core.tls import CoreAdapter
from resotolib.errors import CoreError
from tests.ports import free_port

START = Path(__file__).parents[3] / "shared" / "realcore" / "start"
READY_SECONDS = 300.0  # the first start ever installs it

needs_realcore = pytest.mark.skipif(
    not START.exists(), reason=f"the real core is not here: there is no {START}; the embedded core is tested instead"
)


@dataclass
class RealCore:
    """A running one. Its state is in memory."""

    url: str
    psk: str | None
    verify: bool | str = True

    def get(self, path: str) -> Any:
        """What the test harness tells about itself: /_test/state, /_test/merges, …"""
        return _ask("GET", self.url + path, timeout=60, verify=self.verify).json()

    def post(self, path: str, body: Any = None) -> Any:
        """Make the test harness do something: /_test/workflow/collect, /_test/drop_websockets, …"""
        answer = _ask("POST", self.url + path, json=body, timeout=60, verify=self.verify)
        return answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else answer.text

    def cli(self, command: str, graph: str = "ck") -> str:
        """The answer to a line of the core's shell."""
        answer = _ask(
            "POST",
            f"{self.url}/cli/execute?graph={graph}",
            data=command.encode(),
            headers={**Credentials(self.psk).headers(), "Content-Type": "text/plain", "Accept": "application/x-ndjson"},
            timeout=60,
            verify=self.verify,
        )
        answer.raise_for_status()
        return answer.text

    def nodes(self, graph: str = "ck") -> list[dict[str, Any]]:
        """All nodes."""
        text = _ask("GET", f"{self.url}/_test/graph?graph={graph}", timeout=60, verify=self.verify).text
        rows = [json.loads(line) for line in text.splitlines() if line]
        return [row for row in rows if row.get("type") == "node"]


def install() -> None:
    """Have the real core installed, which its first start does: once, before processes that test side by side need it.

    Where it is kept is as its start says.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    if START.exists() and not (Path(os.environ.get("REALCORE_VENV") or cache / "realcore") / ".ready").exists():
        with tempfile.TemporaryDirectory() as folder, real_core(Path(folder) / "log"):
            pass


def _ask(method: str, url: str, **options: Any) -> requests.Response:
    """Takes the core's certificates with Python 3.13 too."""
    with requests.Session() as session:
        session.mount("https://", CoreAdapter())
        return session.request(method, url, **options)


@contextmanager
def real_core(log: Path, psk: str | None = None, *, tls: bool = False) -> Iterator[RealCore]:
    """Start one, wait until it is ready, and end it with all its children. `log`: file for what it prints.

    With `tls` it has a certificate authority of its own, which nobody here trusts.
    """
    port = free_port()
    command = [str(START), "--port", str(port), *(["--psk", psk] if psk else []), *(["--tls"] if tls else [])]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        core = RealCore(f"http{'s' if tls else ''}://127.0.0.1:{port}", psk)
        if tls:
            core.verify = str(log.with_suffix(".pem"))
        _wait_until_ready(core, process, log)
        yield core
    finally:
        _end(process)


def _wait_until_ready(core: RealCore, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        assert process.poll() is None, f"the real core ended: {log.read_text(errors='replace')[-2000:]}"
        assert time.monotonic() < deadline, "the real core does not become ready"
        try:
            if isinstance(core.verify, str):
                Path(core.verify).write_text(fetch_authority(core.url, core.psk or "") or "", encoding="ascii")
            if _ask("GET", f"{core.url}/system/ready", timeout=5, verify=core.verify).status_code == 200:
                return
        except (requests.ConnectionError, CoreError):
            time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()  # a merge hangs; its process hears of it through the pipe
        process.wait()
