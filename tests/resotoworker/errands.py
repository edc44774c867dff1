"""Jobs that children are given in tests: small, and some of them badly behaved."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resotolib.collect.scope import Scope
from resotolib.errors import Unreadable
from resotoworker.channel import Channel, ScopeProgress

SCOPE = Scope("example", "1", "one")


class Unpicklable(Exception):
    """Takes more than it gives to its base, so that it does not come back from pickling."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")


@dataclass(frozen=True)
class Errand:
    """What to do: see `_DOINGS`; `argument` is for the doing."""

    doing: str
    argument: Any = None

    def __str__(self) -> str:
        return f"errand {self.doing}"

    def __call__(self, channel: Channel) -> Any:
        """Do it."""
        return getattr(self, f"_{self.doing}")(channel)

    def _pid(self, _: Channel) -> int:
        return os.getpid()

    def _tell(self, channel: Channel) -> str:
        for _ in range(self.argument):
            channel.send(ScopeProgress(SCOPE, nodes=1))
        return "told"

    def _fail(self, _: Channel) -> None:
        raise Unreadable("the sky", "it is cloudy")

    def _fail_oddly(self, _: Channel) -> None:
        raise Unpicklable("the sky", "it is cloudy")

    def _give_a_lock(self, _: Channel) -> object:
        return threading.Lock()

    def _die(self, _: Channel) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def _segfault(self, _: Channel) -> None:
        ctypes.string_at(0)

    def _run_out_of_memory(self, _: Channel) -> int:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 2**26, most))
        try:
            return len(bytearray(2**30))
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

    def _tell_oddly(self, channel: Channel) -> None:
        channel.send(OnlyAtHome(os.getpid()))  # type: ignore[arg-type]  # what a plugin may do
        channel.stop.wait(30)

    def _leave(self, _: Channel) -> None:
        sys.exit(3)

    def _interrupt(self, _: Channel) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return "went on"

    def _hang(self, channel: Channel) -> None:
        channel.send(ScopeProgress(SCOPE, nodes=os.getpid()))
        while True:
            time.sleep(60)

    def _chatter(self, channel: Channel) -> None:
        while True:
            channel.send(ScopeProgress(SCOPE, nodes=os.getpid()))
            time.sleep(0.01)

    def _wait_for_stop(self, channel: Channel) -> str:
        channel.send(ScopeProgress(SCOPE))
        return "stopped" if channel.stop.wait(30) else "never stopped"

    def _origin(self, _: Channel) -> tuple[bool, int]:
        """Whether the module is loaded, and by which process."""
        module = sys.modules.get(self.argument)
        return module is not None, getattr(module, "PID", 0)


@dataclass(frozen=True)
class OnlyAtHome:
    """A job that unpickles in the process that made it and nowhere else."""

    pid: int

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpack, (self.pid,)

    def __call__(self, _: Channel) -> None:
        """Never gets so far."""


def _unpack(pid: int) -> OnlyAtHome:
    if os.getpid() != pid:
        raise ModuleNotFoundError("No module named 'plugin_of_elsewhere'")
    return OnlyAtHome(pid)
