"""What handlers do, seen on the status page and at /metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resotolib.core.messages import Action, TagTask
from resotolib.core.reporter import Handler, Outcome, Reporter
from resotoworker.builtin.status import RunStatus
from resotoworker.jobs import TagHandler


@dataclass(frozen=True)
class Observed:
    """A handler whose beginning and end are on the status page."""

    handler: Handler
    status: RunStatus

    def __call__(self, action: Action, reporter: Reporter) -> Outcome:
        """Do what the handler does."""
        self.status.begin(action)
        try:
            outcome = self.handler(action, reporter)
        except BaseException as error:
            self.status.end(error=str(error))
            raise
        self.status.end(error=outcome.error, summary=outcome.summary)
        return outcome


@dataclass(frozen=True)
class ObservedTag:
    """A handler of tag tasks whose results are counted."""

    handler: TagHandler
    status: RunStatus

    def __call__(self, task: TagTask) -> Mapping[str, Any]:
        """Do what the handler does."""
        cloud = task.attrs.get("cloud", "")
        try:
            node = self.handler(task)
        except BaseException:
            self.status.tag(cloud, "error")
            raise
        self.status.tag(cloud, "done")
        return node
