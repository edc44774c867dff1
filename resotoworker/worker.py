"""The worker's loop: what the core asks for is done behind it, so that the core is always answered in front."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from resotolib.core.link import Link
from resotolib.core.messages import Action, TagTask
from resotolib.core.reporter import Handler, Reporter
from resotoworker.greeting import Greeting
from resotoworker.jobs import ActionJob, Errand, Job, TagHandler, TagJob

log = logging.getLogger(__name__)

TASKS_AT_ONCE = 20
STOPPING = "The worker is being stopped"


class Worker:
    """Does what the core asks for. `actions`: what to do by type of action; `tag`: changes tags, returns the node.

    Actions are done one after the other, tag tasks beside them. `stop` tells the worker to end. `tick` is called at
    every turn of the loop, and again after the seconds that it returns at the latest. `greeting` is done among the
    actions whenever the core is back, and now and then while there are none.
    """

    def __init__(
        self,
        link: Link,
        actions: Mapping[str, Handler],
        tag: TagHandler,
        stop: threading.Event,
        tick: Callable[[], float | None] = lambda: None,
        *,
        greeting: Greeting | None = None,
    ) -> None:
        self._link = link
        self._handlers = actions
        self._tag = tag
        self._stop = stop
        self._tick = tick
        self._greeting = greeting or Greeting()
        self._action_thread = ThreadPoolExecutor(1, "action")
        self._task_threads = ThreadPoolExecutor(TASKS_AT_ONCE, "task")
        self._open: dict[Job, Future[None]] = {}

    def serve(self, grace: float) -> None:
        """Work until `stop` is set, then finish or, after `grace` seconds, abandon what is going on."""
        while not self._stop.is_set():
            for message in self._link.poll(self._seconds()):
                self._take(message)
            self._forget_done()
            self._greet_core()
        self._tick()
        self._tell_all_to_stop()
        self._finish(grace)
        self._abandon(grace)
        for threads in (self._action_thread, self._task_threads):
            threads.shutdown(wait=not self._open, cancel_futures=True)

    def _take(self, message: Action | TagTask) -> None:
        if isinstance(message, Action) and message.abort:
            self._abort(message)
        elif self._stop.is_set():
            self._job(message).give_up(f"{STOPPING}; this was not begun.")
        else:
            threads = self._action_thread if isinstance(message, Action) else self._task_threads
            self._submit(self._job(message), threads)

    def _seconds(self) -> float | None:
        """How long the loop may sleep; None when nothing is due by itself."""
        seconds = self._tick()
        if any(isinstance(job, (ActionJob, Errand)) for job in self._open):
            return seconds
        return min(self._greeting.seconds(), float("inf") if seconds is None else seconds)

    def _greet_core(self) -> None:
        if any(isinstance(job, Errand) for job in self._open):
            return
        idle = not any(isinstance(job, ActionJob) for job in self._open)
        if self._greeting.due(self._link.connections, idle=idle):
            self._submit(Errand(self._greeting.do), self._action_thread)

    def _job(self, message: Action | TagTask) -> Job:
        answer = partial(self._link.answer, message)
        if isinstance(message, TagTask):
            return TagJob(message, self._tag, answer)
        reporter = Reporter(message, partial(self._link.tell, message))
        begin = partial(self._link.begin, message)
        return ActionJob(message, self._handlers.get(message.type), reporter, answer, begin)

    def _submit(self, job: Job, threads: ThreadPoolExecutor) -> None:
        future = threads.submit(job.run)
        self._open[job] = future
        future.add_done_callback(lambda _: self._link.wake())

    def _abort(self, action: Action) -> None:
        for job in self._open:
            if job.key == action.key:
                log.info("The core aborts %s", job)
                job.stop()

    def _forget_done(self) -> None:
        for job in [job for job, future in self._open.items() if future.done()]:
            del self._open[job]
            if isinstance(job, ActionJob):
                self._greeting.anew()

    def _tell_all_to_stop(self) -> None:
        log.info("Stopping; %d jobs are going on", len(self._open))
        for job, future in self._open.items():
            job.stop()
            if future.cancel():
                job.give_up(f"{STOPPING}; this was not begun.")
        self._forget_done()

    def _finish(self, grace: float) -> None:
        deadline = time.monotonic() + grace
        while self._open and (seconds := deadline - time.monotonic()) > 0:
            for message in self._link.poll(min(seconds, self._tick() or seconds)):
                self._take(message)
            self._forget_done()

    def _abandon(self, grace: float) -> None:
        for job in self._open:
            log.warning("%s did not end within %.0f s and is abandoned", job, grace)
            job.give_up(f"{STOPPING}; this did not end within {grace:.0f} s and was abandoned.")
