"""`--local-core`: the embedded core in a process of its own, for as long as the worker runs."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from resotolib.errors import SettingsError
from resotolib.log import LogSetup, setup_logging

STOP_SECONDS = 10.0


@dataclass(frozen=True)
class EmbeddedSettings:
    """Where the core listens and keeps its data; crosses to its process by a pipe, which nobody else can read."""

    host: str
    port: int
    path: Path
    graph: str
    psk: str | None
    log: LogSetup

    def __repr__(self) -> str:
        return f"EmbeddedSettings(host={self.host!r}, port={self.port}, path={str(self.path)!r})"


def listen_address(uri: str) -> tuple[str, int]:
    """Host and port of --resotocore-uri, for a core that is to be started there. Raises SettingsError."""
    parts = urlsplit(uri)
    if parts.scheme != "http" or not parts.hostname:
        raise SettingsError(f"--local-core cannot listen on {uri}: give a --resotocore-uri like http://localhost:8900.")
    return parts.hostname, parts.port or 80


class EmbeddedCore:
    """Runs inside `with`. That it answers is for its user to find out, as with any core."""

    def __init__(self, settings: EmbeddedSettings) -> None:
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(settings,), name="embedded-core")

    def __enter__(self) -> EmbeddedCore:
        self._process.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.join(STOP_SECONDS)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._process.close()

    def troubles(self) -> list[str]:
        """That it has ended, if it has."""
        code = self._process.exitcode
        return [] if code is None else [f"the embedded core has ended with exit code {code}; the log says why"]


def _serve(settings: EmbeddedSettings) -> None:
    """In the child: serve until the worker says stop, or is gone."""
    from resotoworker.localcore import LocalCore  # noqa: PLC0415  # its web server is no business of the worker itself

    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    setup_logging(settings.log)
    parent = multiprocessing.parent_process()
    with LocalCore(settings.path, host=settings.host, port=settings.port, psk=settings.psk, graph=settings.graph):
        while not stop.is_set() and not (parent and wait([parent.sentinel], timeout=0.5)):
            continue
