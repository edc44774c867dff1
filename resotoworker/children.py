"""What a child process does: one job after the other, until it is told to end or the worker is gone."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from resotolib.errors import CollectError
from resotolib.log import LogSetup, setup_logging
from resotoworker.channel import Channel, Event

log = logging.getLogger(__name__)

GARBAGE_THRESHOLDS = (50_000, 50, 100)  # of CPython's collector; its own are 700, 10, 10
STOP, END = "stop", "end"


@dataclass(frozen=True)
class Result:
    """What a job returned, or what it raised."""

    value: Any = None
    error: BaseException | None = None


class _PipeChannel:
    """The child's end: what it tells goes over the pipe."""

    def __init__(self, send: Callable[[object], None], stop: threading.Event) -> None:
        self.stop = stop
        self._send = send

    def send(self, event: Event) -> None:
        """See `Channel`."""
        self._send(event)


def collect_garbage_seldom() -> None:
    """A scope makes a graph that stays until its end: looking through it again and again finds nothing."""
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def serve(pipe: Connection, logs: LogSetup) -> None:
    """What a child does: jobs, until it is told to end. A pipe that closes means that the worker is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    setup_logging(logs)
    collect_garbage_seldom()
    stop, jobs, lock = threading.Event(), queue.SimpleQueue[Any](), threading.Lock()

    def send(message: object) -> None:
        data = pickle.dumps(message)
        with lock:
            pipe.send_bytes(data)

    threading.Thread(target=_listen, args=(pipe, jobs, stop), name="listen", daemon=True).start()
    for job in iter(jobs.get, END):
        send(_outcome(job, _PipeChannel(send, stop)))


def _listen(pipe: Connection, jobs: queue.SimpleQueue[Any], stop: threading.Event) -> None:
    """Take what the worker sends, also while a job runs; end this process when the worker is gone."""
    message: Any = None
    while message != END:
        try:
            data = pipe.recv_bytes()
        except (EOFError, OSError):
            os.kill(os.getpid(), signal.SIGKILL)  # nobody waits for what this process does
            return
        message = _unpacked(data)
        if message == STOP:
            stop.set()
        else:
            stop.clear()
            jobs.put(message)


def _unpacked(data: bytes) -> Any:
    """The message, or a job that fails with the reason why this one does not unpickle here."""
    try:
        return pickle.loads(data)  # noqa: S301  # from our own parent
    except Exception as error:
        log.exception("A job that cannot be read in a child")
        return _Broken(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class _Broken:
    reason: str

    def __str__(self) -> str:
        return "a job"

    def __call__(self, _: Channel) -> None:
        raise CollectError(str(self), f"it cannot be read in a child process: {self.reason}")


def _outcome(job: Callable[[Channel], Any], channel: Channel) -> Result:
    """The result or the error of a job, in a form that surely crosses the pipe."""
    try:
        result = Result(job(channel))
        pickle.dumps(result)
    except Exception as error:
        log.debug("%s failed", job, exc_info=True)
        return Result(error=_portable(job, error))
    return result


def _portable(job: object, error: Exception) -> BaseException:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # made in this line
    except Exception:
        log.exception("An error that cannot be sent to the worker")
        return CollectError(str(job), f"{type(error).__name__}: {error}")
    return error
