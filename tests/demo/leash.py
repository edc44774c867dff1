"""Runs a command in a session of its own, and ends all of it when standard input is closed.

    python leash.py GRACE COMMAND [ARGUMENT ...]

The other end of standard input is held by who started this: closing it, or dying in any way, ends the command, first
with SIGTERM, and after GRACE seconds with SIGKILL. The exit status is the command's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress


def _signal_all(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _end_with_owner(child: subprocess.Popen[bytes], grace: float) -> None:
    while os.read(0, 4096):  # not sys.stdin: a thread that waits in it aborts the interpreter's end
        continue
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        child.wait(grace)
    except subprocess.TimeoutExpired:
        _signal_all(child.pid, signal.SIGKILL)


def main() -> int:
    """Start the command, wait for it, and leave nothing of its process group behind."""
    grace, command = float(sys.argv[1]), sys.argv[2:]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, restore_signals=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: child.terminate())
    threading.Thread(target=_end_with_owner, args=(child, grace), daemon=True).start()
    status = child.wait()
    _signal_all(child.pid, signal.SIGKILL)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
