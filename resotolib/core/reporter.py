"""What the handler of an action reports with while it works, and what it ends with."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from resotolib.core.messages import Action, Level, Progress, ProgressTree, action_info, action_progress

log = logging.getLogger(__name__)

MOST_MESSAGES = 200  # lines an action tells the core; the rest is in the log


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an action ended: done, unless `error` says why not. `summary`: a sentence for the log.

    `brief` takes the place of `error` in the log, where the reasons stand there already.
    `settle` is called once the answer is on disk, so that it is not lost if the worker is killed before.
    """

    error: str = ""
    summary: str = ""
    settle: Callable[[], None] = lambda: None
    brief: str = ""


class Tell(Protocol):
    """Sends a frame to the core, soon; with `replace` it takes the place of one of this action that is not sent yet."""

    def __call__(self, frame: str, *, replace: bool) -> None:
        """From any thread; does not wait."""


class Handler(Protocol):
    """Does an action. Runs on a thread that it may keep for hours; ends soon once `reporter.stop` is set."""

    def __call__(self, action: Action, reporter: Reporter) -> Outcome:
        """Do the action; an exception is an answer with its text, logged with traceback."""


class Reporter:
    """Tells the core how an action goes. Every method may be called from any thread, and none waits.

    `stop` is set when the work must end: the worker is stopping, or the core has aborted the action.
    """

    def __init__(self, action: Action, tell: Tell) -> None:
        self.action = action
        self.stop = threading.Event()
        self._tell = tell
        self._lock = threading.Lock()
        self._told: set[str] = set()

    def progress(self, progress: Progress | ProgressTree) -> None:
        """How far the action is. Call it as often as you like: the core is told the latest state once a second."""
        self._tell(action_progress(self.action, progress), replace=True)

    def info(self, text: str, scope: str = "") -> None:
        """A line for the operator; `scope` (aws:123456789012) names what it is about."""
        self._message("info", text, scope)

    def error(self, text: str, scope: str = "") -> None:
        """A line about something that went wrong, listed by the core with the workflow; the action goes on."""
        self._message("error", text, scope)

    def _message(self, level: Level, text: str, scope: str) -> None:
        line = f"[{scope}] {text}" if scope else text
        with self._lock:
            count = len(self._told)
            if line in self._told or count > MOST_MESSAGES:
                return
            self._told.add(line)
        if count == MOST_MESSAGES:
            line = "There are more messages than fit here: see the log of the worker."
        self._tell(action_info(self.action, level, line), replace=False)
