"""`make run`: clouds with something in them, an embedded core and a worker that collects the ones into the other."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.demo.children import ChildError
from tests.demo.run import DemoError, Options, run


def options(argv: Sequence[str]) -> Options:
    """Our own flags, then after `--` those of the worker."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--exit", action="store_true", help="end after printing the result")
    parser.add_argument("--port", type=int, default=8900, help="port of the core, if it is free (default: 8900)")
    parser.add_argument("--web-port", type=int, default=9955, help="port of the worker, if it is free (default: 9955)")
    parser.add_argument("--scale", type=float, default=0.5, help="how much is in the clouds (default: 0.5)")
    own, worker = list(argv), []
    if "--" in own:
        cut = own.index("--")
        own, worker = own[:cut], own[cut + 1 :]
    found = parser.parse_args(own)
    collectors, more = _collectors(worker)
    return Options(found.exit, found.port, found.web_port, found.scale, collectors, more)


def _collectors(flags: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `--collector` names among the worker's flags, and the others."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--collector", nargs="+", default=["aws"])
    found, more = parser.parse_known_args(flags)
    return tuple(found.collector), tuple(more)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run the demo; 0 when everything was collected."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    chosen = options(sys.argv[1:])
    try:
        with tempfile.TemporaryDirectory(prefix="resoto-demo-") as folder:
            run(chosen, Path(folder))
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0 if chosen.seen else 130
    except (ChildError, DemoError) as wrong:
        print(f"\n{wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
