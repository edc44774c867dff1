"""Free ports for what is started here."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import random
import socket
from collections.abc import Iterator
from functools import cache

FIRST, SIZE, PROCESSES = 16_000, 1_000, 16


def free_port(preferred: int = 0, host: str = "127.0.0.1") -> int:
    """`preferred` if nobody listens there, else one that nobody else takes before it is used.

    It is below those that the system gives to whoever asks for any (32768 and up), from a thousand that this test
    process has for itself, and is not given again soon.
    """
    if preferred and _is_free(host, preferred):
        return preferred
    for port in itertools.islice(_ports(), SIZE):
        if _is_free(host, port):
            return port
    raise OSError(errno.EADDRINUSE, f"no port is free on {host}")


@cache
def _ports() -> Iterator[int]:
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PROCESSES
    first, start = FIRST + process * SIZE, random.randrange(SIZE)
    return itertools.cycle([*range(first + start, first + SIZE), *range(first, first + start)])


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((host, port))
            return True
    return False
