"""A slot: one child process that does one job after the other, and whose death or hanging costs that job only."""

from __future__ import annotations

import logging
import pickle
import resource
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from resotolib.errors import CollectError, ScopeDied, ScopeTimeout, Stopped
from resotolib.log import LogSetup
from resotoworker.channel import Channel
from resotoworker.children import END, STOP, Result, serve

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5  # how soon a stop is passed on to a child
STOP_SECONDS = 5.0  # what a child has to end a job after it was told to


@dataclass(frozen=True)
class Children:
    """How children are made: what the fork server imports once for all of them, and how they log.

    `most_memory`: resident bytes at which a child is replaced after its job; what a job leaves behind ends with it.
    """

    warm: tuple[str, ...] = ()
    log: LogSetup = field(default_factory=LogSetup)
    most_memory: int | None = None

    def context(self) -> ForkServerContext:
        """The fork server's context; the server starts with the first child."""
        context = get_context("forkserver")
        context.set_forkserver_preload(
            ["resotoworker.warm", "resotoworker.children", "resotoworker.scopes", *self.warm]
        )
        return context


class Slot:
    """Used by one thread at a time. The child is started by the first job, and anew after it has died."""

    def __init__(self, children: Children) -> None:
        self._children = children
        self._process: ForkServerProcess | None = None
        self._pipe: Connection | None = None

    def run(self, job: Callable[[Channel], Any], channel: Channel, deadline: float) -> Any:
        """What `job` returns in the child; events of the job go to `channel`.

        Raises what the job raises, ScopeDied when the child ends without a result, ScopeTimeout at the deadline, and
        Stopped; a child that does not end by itself then is killed.
        """
        if channel.stop.is_set():
            raise Stopped(str(job))
        began = time.monotonic()
        if began > deadline:
            raise ScopeTimeout(str(job), 0)
        process, pipe = self._begin(job)
        told_at = 0.0
        while True:
            ready = wait([pipe, process.sentinel], min(LOOK_SECONDS, max(deadline - time.monotonic(), 0.0)))
            message = self._receive(pipe, job) if pipe in ready else None
            if isinstance(message, Result):
                self._replace_if_large(process)
                return _value(message)
            if message is not None:
                channel.send(message)
            elif ready:
                raise ScopeDied(str(job), self._bury())
            now = time.monotonic()
            if now > deadline or (told_at and now > told_at + STOP_SECONDS):
                self.kill()
                raise Stopped(str(job)) if told_at else ScopeTimeout(str(job), round(now - began))
            if channel.stop.is_set() and not told_at:
                told_at = now
                with suppress(OSError):  # a child that is gone is noticed in the next round
                    pipe.send_bytes(pickle.dumps(STOP))

    def close(self) -> None:
        """End the child."""
        if self._process is not None and self._pipe is not None:
            try:
                self._pipe.send_bytes(pickle.dumps(END))
            except OSError as gone:
                log.debug("A child is gone already: %s", gone)
            self._process.join(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the child at once, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._bury()

    def _replace_if_large(self, process: ForkServerProcess) -> None:
        most = self._children.most_memory
        if most is not None and process.pid is not None and _resident(process.pid) > most:
            log.info("A child has grown beyond %d MB and is replaced", most // 2**20)
            self.close()

    def _begin(self, job: object) -> tuple[ForkServerProcess, Connection]:
        """Give the job to the child, or to a new one when the child has died since its last job."""
        data = pickle.dumps(job)
        process, pipe = self._child()
        try:
            pipe.send_bytes(data)
        except OSError as gone:
            log.info("A child that waited for work ended with %s (%s); another one takes its place", self._bury(), gone)
            process, pipe = self._child()
            pipe.send_bytes(data)
        return process, pipe

    def _child(self) -> tuple[ForkServerProcess, Connection]:
        if self._process is not None and self._pipe is not None and self._process.is_alive():
            return self._process, self._pipe
        if self._process is not None:
            self._bury()
        context = self._children.context()
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self._children.log), name="collect", daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        return process, ours

    def _bury(self) -> str:
        """Take leave of a child that has ended; how it ended."""
        process, self._process = self._process, None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if process is None:
            return "nothing known"
        process.join(STOP_SECONDS)
        if process.exitcode is None:  # the pipe is broken, and nobody is left to ask the process to end
            process.kill()
            process.join()
        code = process.exitcode or 0
        process.close()
        return _ending(code)

    def _receive(self, pipe: Connection, job: object) -> Any:
        """The next message, or None when the child is gone. Raises CollectError for one that cannot be read here."""
        try:
            data = pipe.recv_bytes()
        except (EOFError, OSError):
            return None
        try:
            return pickle.loads(data)  # noqa: S301  # from our own child
        except Exception as error:
            log.exception("%s tells something that cannot be read here", job)
            self.kill()  # whatever it does: the next job must not hear its result
            raise CollectError(str(job), f"its result cannot be read: {type(error).__name__}: {error}") from error


def _resident(pid: int) -> int:
    """Resident bytes of a process; 0 when it is gone, or where nobody tells."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def _ending(code: int) -> str:
    """How a process ended, and what is likely behind it."""
    if code == -signal.SIGKILL:
        return (
            "signal SIGKILL. If the system's memory was used up, lower --pool-size, the cloud's pool sizes or "
            "--max-scope-nodes"
        )
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _value(result: Result) -> Any:
    if result.error is not None:
        raise result.error
    return result.value


def close_all(slots: Sequence[Slot]) -> None:
    """End the children of all slots, side by side."""
    threads = [threading.Thread(target=slot.close) for slot in slots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
