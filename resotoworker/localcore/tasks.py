"""The work queue: each task goes to exactly one worker that said it can do it."""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass, field
from typing import Any

from resotolib.errors import MessageError, Refusal
from resotoworker.localcore.codec import Json

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offer:
    """What a worker can do: a task by name, for attributes that match (each one of a set of values)."""

    name: str
    filter: dict[str, frozenset[str]]

    def matches(self, name: str, attrs: dict[str, str]) -> bool:
        """Whether a task is meant."""
        return name == self.name and all(attrs.get(key) in values for key, values in self.filter.items())


@dataclass
class Task:
    """One task, waiting for a worker or for its answer."""

    name: str
    data: Json
    attrs: dict[str, str]
    answer: asyncio.Future[Json]
    id: str = field(default_factory=lambda: str(uuid.uuid1()))

    def body(self) -> Json:
        """As the wire has it."""
        return {"task_id": self.id, "task_name": self.name, "data": self.data, "attrs": self.attrs}


class Worker:
    """One connection to the work queue."""

    def __init__(self, offers: list[Offer]) -> None:
        self.offers = offers
        self.outgoing: asyncio.Queue[Task] = asyncio.Queue()
        self.busy: dict[str, Task] = {}

    def fitness(self, task: Task) -> int | None:
        """How many filters match; None when the task is not for this worker."""
        fitting = [len(offer.filter) for offer in self.offers if offer.matches(task.name, task.attrs)]
        return max(fitting, default=None)


class WorkQueue:
    """Used from the event loop only."""

    def __init__(self, timeout: float = 30) -> None:
        self._timeout = timeout
        self._workers: list[Worker] = []
        self._waiting: list[Task] = []

    async def submit(self, name: str, data: Json, attrs: dict[str, str]) -> Json:
        """Have a task done; returns its `data`. Raises Refusal when the worker failed, or nobody answered in time."""
        task = Task(name, data, attrs, asyncio.get_running_loop().create_future())
        self._assign(task)
        try:
            answer = await asyncio.wait_for(task.answer, self._timeout)
        except asyncio.TimeoutError as late:
            raise Refusal(400, "TaskTimeout", f"No answer to the task {name} within {self._timeout:.0f} s") from late
        finally:
            self._drop(task)
        if answer["result"] == "error":
            raise Refusal(400, "TaskFailed", str(answer.get("error", "n/a")))
        found = answer.get("data")
        return found if isinstance(found, dict) else {}

    def attach(self, offers: list[Offer]) -> Worker:
        """A worker has connected."""
        worker = Worker(offers)
        self._workers.append(worker)
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            self._assign(task)
        return worker

    def detach(self, worker: Worker) -> None:
        """A worker is gone: others take its tasks."""
        self._workers.remove(worker)
        for task in worker.busy.values():
            self._assign(task)

    def answered(self, worker: Worker, answer: Json) -> None:
        """A worker has answered. Answers to tasks that nobody waits for any more are ignored."""
        task = worker.busy.pop(str(answer.get("task_id")), None)
        if answer.get("result") not in ("done", "error"):
            log.info("Ignored the answer %s to a task", answer.get("result"))
        elif task is not None and not task.answer.done():
            task.answer.set_result(answer)

    def _assign(self, task: Task) -> None:
        fitting = [(fitness, worker) for worker in self._workers if (fitness := worker.fitness(task)) is not None]
        if not fitting:
            self._waiting.append(task)
            return
        _, worker = min(fitting, key=lambda pair: (-pair[0], len(pair[1].busy)))
        worker.busy[task.id] = task
        worker.outgoing.put_nowait(task)

    def _drop(self, task: Task) -> None:
        if task in self._waiting:
            self._waiting.remove(task)
        for worker in self._workers:
            worker.busy.pop(task.id, None)


def parse_offers(found: Any) -> list[Offer]:
    """The offers of a worker's first message; raises MessageError."""
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in found
    ):
        raise MessageError("a worker", "the first message on /work/queue is an array of tasks, each with a name")
    return [Offer(one["name"], _filter(one.get("filter") or {})) for one in found]


def offers_of_query(params: list[tuple[str, str]]) -> list[Offer]:
    """The offer of a query string, `task=tag&cloud=aws,gcp`, as early cores took it; raises MessageError."""
    names = [value for key, value in params if key == "task"]
    if not names:
        raise MessageError("a worker", "/work/queue needs a parameter task")
    rest = {key: value.split(",") for key, value in params if key != "task"}
    return [Offer(name, _filter(rest)) for name in names]


def _filter(found: Any) -> dict[str, frozenset[str]]:
    if not isinstance(found, dict):
        raise MessageError("a worker", "a filter is an object of lists")
    return {
        str(key): frozenset(map(str, values if isinstance(values, list) else [values])) for key, values in found.items()
    }
