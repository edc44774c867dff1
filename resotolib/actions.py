"""What plugins do for further actions of the core, such as `post_cleanup`, which follows a cleanup.

@hookimpl
def resoto_actions(settings): return [ActionHandler("post_cleanup", tell_the_owners)]
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resotolib.clean.history import History, parse_history
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.core.reporter import Outcome, Reporter
from resotolib.errors import ScopeTimeout, Stopped

POST_CLEANUP = "post_cleanup"
"""The action that follows `cleanup` in the core's workflows."""


@dataclass(frozen=True)
class ActionRun:
    """One action, and what it may be done with.

    `folder`: a directory of the plugin's own that outlives the worker. `timeout`: seconds that it may take.
    """

    action: Action
    reporter: Reporter
    core: Core
    graph: str
    folder: Path
    timeout: float = float("inf")
    begun: float = field(default_factory=time.monotonic)

    def stop_if_told(self) -> None:
        """Raise Stopped or ScopeTimeout when the action must end; call it between steps."""
        if self.reporter.stop.is_set():
            raise Stopped(f"Action {self.action.type}")
        if time.monotonic() > self.begun + self.timeout:
            raise ScopeTimeout(f"Action {self.action.type}", round(self.timeout))

    def nodes(self, kinds: Collection[str]) -> Iterator[Mapping[str, Any]]:
        """The core's nodes of exactly these kinds. Raises CoreError."""
        yield from self._search(self.core.dialect.of_kinds(kinds))

    def cleaned(self) -> Iterator[History]:
        """What the cleanup of this run did, resource by resource. Raises CoreError."""
        task = self.action.task
        for node in self._search(self.core.dialect.cleaned_by(task)):
            yield parse_history(node, task)

    def _search(self, query: str) -> Iterator[Mapping[str, Any]]:
        return (row for row in self.core.search_graph(self.graph, query) if row.get("type") != "edge")


@dataclass(frozen=True)
class ActionHandler:
    """Does actions of a type. `handle` may take hours; an exception is an answer with its text.

    The core's workflow waits for all handlers; one of several that fails does not keep the others from running.
    """

    action: str
    handle: Callable[[ActionRun], Outcome]
