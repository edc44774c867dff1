"""The embedded core as an object: started and stopped by a `with` block, serving from a thread of this process."""

from __future__ import annotations

import logging
import socket
import sqlite3
import threading
from pathlib import Path
from types import TracebackType

import uvicorn

from resotolib.errors import CoreUnreachable
from resotoworker.localcore.app import make_app
from resotoworker.localcore.core import Core, Options
from resotoworker.localcore.store import Store

log = logging.getLogger(__name__)

START_TIMEOUT = 30.0
GRACE = 2


class LocalCore:
    """A core on one SQLite file. `port=0` takes a free one; `psk=None` lets everybody in.

    `dialect="2.0"` plays the early core 2.0.0a13: its routes and messages only.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        psk: str | None = None,
        dialect: str = "3.x",
        graph: str = "ck",
        interval_collect: float = 0,
        task_timeout: float = 30,
        forget_after: float = 180,
    ) -> None:
        self._options = Options(
            Path(path),
            host=host,
            psk=psk,
            dialect=dialect,
            graph=graph,
            interval_collect=interval_collect,
            task_timeout=task_timeout,
            forget_after=forget_after,
        )
        self._address = (host, port)
        self._started = threading.Event()
        self._serves = False
        self._port = 0
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> LocalCore:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._socket is None:
            raise CoreUnreachable(f"{self._address[0]}:{self._address[1]}", "it is not started")
        return self._port

    @property
    def url(self) -> str:
        """Where it is reached from this machine, without a slash at the end."""
        host = self._address[0]
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Listen, and return when requests are answered; raises CoreUnreachable when that cannot be."""
        self._open_file()
        self._socket = self._bind()
        self._port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            make_app(self._options, self._ready),
            log_config=None,
            access_log=False,
            lifespan="on",
            ws="websockets-sansio",
            ws_ping_interval=20,
            ws_ping_timeout=20,
            timeout_graceful_shutdown=GRACE,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="localcore", daemon=True)
        self._thread.start()
        if not self._started.wait(START_TIMEOUT) or not self._serves:
            self.stop()
            raise CoreUnreachable(self._options.path, "the embedded core did not start; its log says why")

    def stop(self) -> None:
        """Close all connections and the file; runs that are going on are taken up by the next start."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        if self._socket is not None:
            self._socket.close()

    def wait(self) -> None:
        """Return when it has stopped."""
        if self._thread is not None:
            self._thread.join()

    def _open_file(self) -> None:
        """Errors of the file are said here, where somebody hears them, and not in the server's thread."""
        path = self._options.path
        try:
            Store(path).close()
        except (sqlite3.Error, OSError) as error:
            raise CoreUnreachable(path, f"this file cannot be used: {error}; choose another one") from error

    def _bind(self) -> socket.socket:
        host, port = self._address
        try:
            return socket.create_server(
                (host, port),
                family=socket.AF_INET6 if ":" in host else socket.AF_INET,
                dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
            )
        except OSError as error:
            raise CoreUnreachable(
                f"{host}:{port}", f"cannot listen there: {error.strerror}; choose another port"
            ) from error

    def _ready(self, core: Core) -> None:
        log.info("Embedded core on %s, file %s", self.url, core.options.path)
        self._serves = True
        self._started.set()

    def _serve(self) -> None:
        if self._server is None or self._socket is None:
            return
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._started.set()
