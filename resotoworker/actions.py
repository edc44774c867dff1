"""Further actions of the core, done by plugins."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from resotolib.actions import ActionHandler, ActionRun
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.core.reporter import Outcome, Reporter
from resotolib.errors import ResotoError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PluginActions:
    """Handles actions of one type: all that plugins bring for it, one after the other.

    `folder` gives the directory of a plugin by its name; `timeout`: seconds for each.
    """

    handlers: Sequence[tuple[str, ActionHandler]]
    core: Core
    graph: str
    folder: Callable[[str], Path]
    timeout: float

    def __call__(self, action: Action, reporter: Reporter) -> Outcome:
        """Do them all; what went wrong in one keeps no other from running, and is the error of the action."""
        ends = [(name, self._end(name, handler, action, reporter)) for name, handler in self.handlers]
        errors = [f"{name}: {end.error}" for name, end in ends if end.error]
        return Outcome(" ".join(errors), "; ".join(f"{name}: {end.summary}" for name, end in ends if end.summary))

    def _end(self, name: str, handler: ActionHandler, action: Action, reporter: Reporter) -> Outcome:
        try:
            run = ActionRun(action, reporter, self.core, self.graph, self.folder(f"plugin-{name}"), self.timeout)
            return handler.handle(run)
        except ResotoError as error:
            return Outcome(error=str(error))
        except BaseException as error:  # one plugin of several, which may call sys.exit: the others go on
            log.exception("Plugin %s failed in action %s", name, action.type)
            return Outcome(error=f"{type(error).__name__}: {error}")
