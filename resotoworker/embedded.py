"""`--local-core`: the embedded core in a process of its own, for as long as the worker runs."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import cast
from urllib.parse import urlsplit

from resotolib.errors import CoreUnreachable, SettingsError
from resotolib.log import LogSetup, setup_logging

START_SECONDS = 60.0
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
    """Runs inside `with`, which raises CoreUnreachable when it does not start: another core may listen there."""

    def __init__(self, settings: EmbeddedSettings) -> None:
        context = multiprocessing.get_context("spawn")
        self._address = f"{settings.host}:{settings.port}"
        self._news, self._teller = context.Pipe(duplex=False)
        self._process = context.Process(target=_serve, args=(settings, self._teller), name="embedded-core")

    def __enter__(self) -> EmbeddedCore:
        self._process.start()
        self._teller.close()
        trouble = self._trouble_at_start()
        self._news.close()
        if trouble is not None:
            self._end()
            raise trouble
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _trouble_at_start(self) -> CoreUnreachable | None:
        if not self._news.poll(START_SECONDS):
            return CoreUnreachable(self._address, f"it has not started in {START_SECONDS:.0f} s; the log may say why")
        try:
            return cast("CoreUnreachable | None", self._news.recv())
        except EOFError:
            return CoreUnreachable(self._address, "it ended while it started; the log says why")

    def _end(self) -> None:
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


def _serve(settings: EmbeddedSettings, teller: Connection) -> None:
    """In the child: tell how starting went, and serve until the worker says stop, or is gone."""
    from resotoworker.localcore import LocalCore  # noqa: PLC0415  # its web server is no business of the worker itself

    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    setup_logging(settings.log)
    parent = multiprocessing.parent_process()
    core = LocalCore(settings.path, host=settings.host, port=settings.port, psk=settings.psk, graph=settings.graph)
    with ExitStack() as stack:
        try:
            stack.enter_context(core)
        except CoreUnreachable as error:
            teller.send(error)
            return
        teller.send(None)
        while not stop.is_set() and not (parent and wait([parent.sentinel], timeout=0.5)):
            continue
