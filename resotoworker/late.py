"""What did not end in time and could not be killed: threads that are left behind, and not started again meanwhile."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from resotolib.collect.scope import Scope
from resotolib.errors import CollectError


class Late:
    """Scopes that did not end in time in this process: they are not started again while they still run."""

    def __init__(self) -> None:
        self._futures: dict[Scope, Future[Any]] = {}

    def note(self, scope: Scope, future: Future[Any]) -> None:
        """A scope is left behind, running."""
        self._futures[scope] = future

    def running(self, scope: Scope) -> bool:
        """Whether an earlier run is still at this scope."""
        future = self._futures.get(scope)
        return future is not None and not future.done()


def still_at_it(what: str) -> CollectError:
    """Why something is not begun."""
    return CollectError(what, "an earlier run, whose time was over, is still at it")
