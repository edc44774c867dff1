"""What runs the jobs of a collect action: threads of this process, or children.

| --fork | fork of the cloud | what runs where                                  |
| ------ | ----------------- | ------------------------------------------------ |
| off    | off               | scopes on threads of the worker                  |
| on     | off               | one child a collector, its scopes on threads     |
| any    | on                | every scope in a child of the worker             |
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

from resotoworker.channel import Channel
from resotoworker.slots import Children, Slot, close_all


class ThreadExecutor(Executor):
    """Runs jobs on threads; a job is called with the channel."""

    def __init__(self, size: int, channel: Channel) -> None:
        self._threads = ThreadPoolExecutor(size, "scope")
        self._channel = channel

    def submit(self, job: Callable[..., Any], /, *_: Any, **__: Any) -> Future[Any]:
        """Run `job(channel)`."""
        return self._threads.submit(job, self._channel)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # as inherited
        """End the threads."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)


class ProcessExecutor(Executor):
    """Runs jobs in children, each in a slot of its own: see `slots`. Children start as they are needed."""

    def __init__(self, size: int, channel: Channel, children: Children, deadline: float = float("inf")) -> None:
        self._channel = channel
        self._deadline = deadline
        self._closing = threading.Event()
        self._free: queue.LifoQueue[Slot] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(Slot(children))
        self._threads = ThreadPoolExecutor(size, "slot")

    def submit(self, job: Callable[..., Any], /, *_: Any, **__: Any) -> Future[Any]:
        """Run `job(channel)` in a child."""
        return self._threads.submit(self._run, job)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # as inherited
        """End the children: those that work when they are done, which the deadline and a stop bring about soon."""
        self._closing.set()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        idle: list[Slot] = []
        while not self._free.empty():
            idle.append(self._free.get_nowait())
        close_all(idle)

    def _run(self, job: Callable[..., Any]) -> Any:
        slot = self._free.get_nowait()
        try:
            return slot.run(job, self._channel, self._deadline)
        finally:
            if self._closing.is_set():
                slot.close()
            else:
                self._free.put(slot)
