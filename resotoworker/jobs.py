"""An action or a task that the core asked for: done on some thread, and answered exactly once."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from resotolib.core.messages import Action, TagTask, action_done, action_error, task_done, task_error
from resotolib.core.reporter import Handler, Outcome, Reporter
from resotolib.errors import ResotoError

log = logging.getLogger(__name__)

MOST_BEGINNINGS = 5  # of one action; more of them would only kill the worker again

TagHandler = Callable[[TagTask], Mapping[str, Any]]


class Job(ABC):
    """`answer` takes the frame of the answer; a second one is dropped."""

    def __init__(self, key: str, answer: Callable[[str], None]) -> None:
        self.key = key
        self._answer = answer
        self._lock = threading.Lock()
        self._answered = False

    @abstractmethod
    def run(self) -> None:
        """Do it and answer; raises nothing."""

    @abstractmethod
    def give_up(self, reason: str) -> None:
        """Answer that it was not done, whatever becomes of it."""

    @abstractmethod
    def stop(self) -> None:
        """Tell it to end soon."""

    def answer(self, frame: str) -> None:
        """Answer, unless that has been done."""
        with self._lock:
            if self._answered:
                return
            self._answered = True
        self._answer(frame)


class ActionJob(Job):
    """An action and what handles it, if anything does.

    `begin` notes that it is begun and returns how often it was: one that the worker never survives is given up.
    """

    def __init__(
        self,
        action: Action,
        handler: Handler | None,
        reporter: Reporter,
        answer: Callable[[str], None],
        begin: Callable[[], int],
    ) -> None:
        super().__init__(action.key, answer)
        self._action = action
        self._begin = begin
        self._handler = handler
        self._reporter = reporter

    def __str__(self) -> str:
        return f"Action {self._action.type} ({self._action.key})"

    def run(self) -> None:
        times = self._begin()
        if times > MOST_BEGINNINGS:
            log.error("%s was begun %d times and never survived: it is given up", self, times - 1)
            self.give_up(f"It was begun {times - 1} times, and each time the worker was killed in the middle of it.")
            return
        log.info("%s begins", self)
        begun = time.monotonic()
        outcome = self._outcome()
        seconds = time.monotonic() - begun
        if outcome.error:
            log.error("%s failed after %.1f s: %s", self, seconds, outcome.brief or outcome.error)
            self.give_up(outcome.error)
        else:
            log.info("%s is done after %.1f s. %s", self, seconds, outcome.summary)
            self.answer(action_done(self._action))
        outcome.settle()

    def give_up(self, reason: str) -> None:
        self.answer(action_error(self._action, reason))

    def stop(self) -> None:
        self._reporter.stop.set()

    def _outcome(self) -> Outcome:
        if self._handler is None:
            return Outcome(error=f"This worker does not know what to do for {self._action.type}.")
        try:
            return self._handler(self._action, self._reporter)
        except ResotoError as error:
            return Outcome(error=str(error))
        except BaseException as error:  # of a plugin that calls sys.exit, too: the core waits for an answer
            log.exception("%s failed in a way that nobody foresaw", self)
            return Outcome(error=f"{type(error).__name__}: {error}")


class Errand(Job):
    """Something that the worker does of its own accord, between actions. `do` is given what tells it to end."""

    def __init__(self, do: Callable[[threading.Event], None]) -> None:
        super().__init__("", lambda _: None)
        self._do = do
        self._stop = threading.Event()

    def __str__(self) -> str:
        return "Sending what was left"

    def run(self) -> None:
        try:
            self._do(self._stop)
        except Exception:
            log.exception("%s failed in a way that nobody foresaw", self)

    def give_up(self, reason: str) -> None:
        """Nobody waits for it."""

    def stop(self) -> None:
        self._stop.set()


class TagJob(Job):
    """A change of tags."""

    def __init__(self, task: TagTask, tag: TagHandler, answer: Callable[[str], None]) -> None:
        super().__init__(task.id, answer)
        self._task = task
        self._tag = tag

    def __str__(self) -> str:
        return f"Task tag {self._task.id} of node {self._task.node.get('id')}"

    def run(self) -> None:
        try:
            node = self._tag(self._task)
        except ResotoError as error:
            log.warning("%s failed: %s", self, error)
            self.give_up(str(error))
        except BaseException as error:  # as above
            log.exception("%s failed in a way that nobody foresaw", self)
            self.give_up(f"{type(error).__name__}: {error}")
        else:
            log.info("%s is done", self)
            self.answer(task_done(self._task.id, node))

    def give_up(self, reason: str) -> None:
        self.answer(task_error(self._task.id, reason))

    def stop(self) -> None:
        """A change of tags is over in seconds."""
