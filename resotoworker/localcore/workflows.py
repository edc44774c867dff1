"""Workflows: steps in order, each over when all who take part in it have answered."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from resotolib.errors import Refusal
from resotoworker.localcore.bus import Bus
from resotoworker.localcore.codec import Json
from resotoworker.localcore.runs import Run, Runs
from resotoworker.localcore.subscribers import Subscribers

log = logging.getLogger(__name__)

CLEANUP = ("pre_cleanup_plan", "cleanup_plan", "post_cleanup_plan", "pre_cleanup", "cleanup", "post_cleanup")
MERGE_STEPS = ("wait_for_graph_merged", "merge_outer_edges")
LEAST_TIMEOUT = 10.0

Internal = Callable[[Run], Awaitable[None]]


def steps_of(dialect: str) -> dict[str, tuple[str, ...]]:
    """The workflows there are. After collecting comes cleaning up what is flagged: workers do it only when told to."""
    merging = () if dialect == "2.0" else MERGE_STEPS
    collect = ("pre_collect", "collect", *merging, "post_collect")
    return {
        "collect": (*collect, "plan_cleanup", "cleanup", "post_cleanup", "metrics"),
        "cleanup": (*CLEANUP, "metrics"),
        "collect_and_cleanup": (*collect, *CLEANUP, "metrics"),
        "metrics": ("metrics",),
    }


class Workflows:
    """Starts runs and takes the answers of subscribers. Used from the event loop only."""

    def __init__(
        self, bus: Bus, subscribers: Subscribers, runs: Runs, dialect: str, internal: Mapping[str, Internal]
    ) -> None:
        self._bus = bus
        self._subscribers = subscribers
        self._runs = runs
        self._dialect = dialect
        self._internal = internal
        self._tasks: set[asyncio.Task[None]] = set()
        self.steps = steps_of(dialect)
        self.running: dict[str, Run] = {}

    def start(self, workflow: str) -> Run:
        """Start a run, or return the one that is going on; raises Refusal (404) for an unknown workflow."""
        if workflow not in self.steps:
            raise Refusal(404, "NoSuchWorkflow", f"There is no workflow {workflow}, only {', '.join(self.steps)}")
        for run in self.running.values():
            if run.workflow == workflow:
                return run
        run = Run(str(uuid.uuid1()), workflow)
        self._bus.event("task_started", task=workflow)
        self._launch(run)
        self._runs.forget_old()
        return run

    def resume(self) -> None:
        """Go on with the runs that a stop of this program interrupted: at the step they were in."""
        for run in self._runs.unfinished():
            log.info("Going on with run %s of %s", run.id, run.workflow)
            self._launch(run)

    async def stop(self) -> None:
        """Leave all runs as they are; `resume` takes them up again."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _launch(self, run: Run) -> None:
        self.running[run.id] = run
        self._runs.save(run)
        task = asyncio.get_running_loop().create_task(self._go(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _go(self, run: Run) -> None:
        try:
            steps = self.steps[run.workflow]
            while run.step < len(steps):
                await self._step(run, steps[run.step])
                run.step, run.step_started = run.step + 1, time.time()
                self._runs.save(run)
            self._end(run, "done")
        except Exception:
            log.exception("Run %s of %s ended early", run.id, run.workflow)
            self._runs.say(run.id, self.step_name(run), "core", "error", "The step failed inside the core, see its log")
            self._end(run, "failed")

    def _end(self, run: Run, state: str) -> None:
        run.state, run.ended = state, time.time()
        self.running.pop(run.id, None)
        self._runs.save(run)
        self._bus.event("task_end", descriptor_id=run.workflow, task_id=run.id)

    def step_name(self, run: Run) -> str:
        """The step that a run is in."""
        steps = self.steps[run.workflow]
        return steps[min(run.step, len(steps) - 1)]

    async def _step(self, run: Run, step: str) -> None:
        timing = run.timing.setdefault(step, {"started_at": run.step_started})
        if step in self._internal:
            await self._internal[step](run)
        else:
            if step not in run.answers:
                run.answers[step] = {}
                self._runs.save(run)
                self._bus.publish(self._action(run, step, resent=False))
            await self._answers(run, step)
        timing["finished_at"] = time.time()

    async def _answers(self, run: Run, step: str) -> None:
        """Wait for all who take part, or until the longest of their timeouts is over."""
        while pending := self.pending(run, step):
            seconds = max(LEAST_TIMEOUT, *(one.timeout for one in pending.values()))
            left = run.step_started + seconds - time.time()
            if left <= 0:
                message = f"No answer from {', '.join(sorted(pending))} within {seconds:.0f} seconds"
                self._runs.say(run.id, step, "core", "error", message)
                return
            run.changed.clear()
            try:
                await asyncio.wait_for(run.changed.wait(), min(left, LEAST_TIMEOUT))
            except asyncio.TimeoutError:
                continue  # subscribers may have been removed meanwhile

    def pending(self, run: Run, step: str) -> dict[str, Any]:
        """Who takes part in a step and has not answered."""
        answered = run.answers.get(step, {})
        found = self._subscribers.of_type(step)
        return {who: one for who, one in found.items() if one.wait_for_completion and who not in answered}

    def wake(self) -> None:
        """Subscriptions have changed: a step may be waiting for nobody now."""
        for run in self.running.values():
            run.changed.set()

    def _action(self, run: Run, step: str, *, resent: bool) -> Json:
        data: Json = {"task": run.id, "step": step}
        if not resent and self._dialect != "2.0":
            data = {"timing": self._runs.last_timing(run.workflow), **data}
        return {"kind": "action", "message_type": step, "data": data}

    def pending_actions(self, subscriber: str) -> list[Json]:
        """The actions that this subscriber has been sent, or would have been, and has not answered."""
        found = []
        for run in self.running.values():
            step = self.step_name(run)
            if step in run.answers and subscriber in self.pending(run, step):
                found.append(self._action(run, step, resent=True))
        return found

    def answer(self, subscriber: str, message: Json) -> None:
        """Take an answer of a subscriber (action_done, action_error, action_info, action_progress)."""
        data = message["data"]
        run = self.running.get(data["task"])
        if run is None or data["step"] != self.step_name(run):
            log.info("%s answered %s of a run that is not there: ignored", subscriber, message["message_type"])
            return
        step = data["step"]
        match message["kind"]:
            case "action_info":
                self._info(run, step, subscriber, str(data.get("level", "info")), str(data.get("message", "")))
            case "action_progress":
                self._runs.progress(run.id, step, subscriber, {"progress": data["progress"], "at": data["at"]})
                self._bus.event("progress", workflow=run.workflow, task=run.id, message=data["progress"])
            case kind:
                if kind == "action_error":
                    self._info(run, step, subscriber, "error", str(data.get("error", "n/a")))
                run.answers.setdefault(step, {})[subscriber] = kind
                self._runs.save(run)
                run.changed.set()

    def _info(self, run: Run, step: str, subscriber: str, level: str, text: str) -> None:
        self._runs.say(run.id, step, subscriber, level, text)
        if level == "error":
            self._bus.event("error", workflow=run.workflow, task=run.id, message=text)
