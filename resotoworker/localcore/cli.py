"""The command `resotocore-local`: the embedded core alone."""

from __future__ import annotations

import argparse
import logging
import math
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from setproctitle import setproctitle

from resotolib.errors import CoreError, SettingsError
from resotolib.log import LogSetup, setup_logging
from resotolib.settings_value import read_secret
from resotoworker.localcore.codec import Json, pack
from resotoworker.localcore.server import LocalCore
from resotoworker.localcore.views import run_sql

PROGRAM = "resotocore-local"
PSK_VARIABLE = "RESOTOCORE_LOCAL_PSK"
HIGHEST_PORT = 65535


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal ends it. Exit codes: 0 told to stop, 1 cannot listen, 2 a wrong setting."""
    flags = _parser().parse_args(argv)
    try:
        if flags.sql:
            return _print_rows(run_sql(flags.database, flags.graph, flags.sql))
        psk = flags.psk or read_psk(os.environ)
        setproctitle(PROGRAM)
        sys.argv[1:] = []
        setup_logging(LogSetup(flags.verbose, secrets=(psk,) if psk else ()))
        return _serve(flags, psk)
    except (SettingsError, CoreError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)  # noqa: T201  # for the user who typed the command
        return 2 if isinstance(error, SettingsError) else 1


def read_psk(environ: Mapping[str, str]) -> str | None:
    """The pre-shared key from RESOTOCORE_LOCAL_PSK, or the file that RESOTOCORE_LOCAL_PSK_FILE names."""
    key, path = environ.get(PSK_VARIABLE), environ.get(f"{PSK_VARIABLE}_FILE")
    if path is None:
        return key or None
    if key is not None:
        raise SettingsError(f"{PSK_VARIABLE} and {PSK_VARIABLE}_FILE are both set: keep one of them.")
    return read_secret(path, f"{PSK_VARIABLE}_FILE")


def _serve(flags: argparse.Namespace, psk: str | None) -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    core = LocalCore(
        flags.database,
        host=flags.host,
        port=flags.port,
        psk=psk,
        graph=flags.graph,
        interval_collect=flags.interval_collect,
    )
    with core:
        logging.getLogger(__name__).info("The graph can be looked at on %s", core.url)
        stop.wait()
    return 0


def _print_rows(rows: Iterator[Json]) -> int:
    for row in rows:
        print(pack(row))  # noqa: T201  # for the user who typed the command
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to {HIGHEST_PORT}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise argparse.ArgumentTypeError(f"{text!r} are no seconds: give a number, 0 for never")
    return seconds


def _parser() -> argparse.ArgumentParser:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser())
    parser = argparse.ArgumentParser(
        PROGRAM,
        description="A small resotocore on one file: the same protocol, and a page to look at the graph.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=8900, help="port to listen on; 0 takes a free one (default: %(default)s)")
    add(
        "--database",
        type=Path,
        default=state / PROGRAM / "core.sqlite",
        help="file of the graph (default: %(default)s)",
    )
    add(
        "--graph", default="ck", help="name of the graph that the page and the command line show (default: %(default)s)"
    )
    add(
        "--psk", help=f"pre-shared key that everybody needs then; better given by {PSK_VARIABLE} or {PSK_VARIABLE}_FILE"
    )
    add(
        "--interval-collect",
        type=_seconds,
        default=0,
        metavar="SECONDS",
        help="collect regularly (default: when asked)",
    )
    add("--sql", metavar="STATEMENT", help="print the rows of a statement in which each kind is a table, then end")
    add("--verbose", "-v", action="store_true", help="verbose logging")
    add("--version", action="version", version=version("resotoworker"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
