"""Changes and deletes resources of Google Cloud, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any

from resoto_plugin_gcp import labels
from resoto_plugin_gcp.logins import Logins
from resoto_plugin_gcp.operations import Operation
from resoto_plugin_gcp.predelete import HOOKS
from resoto_plugin_gcp.refusals import refused
from resoto_plugin_gcp.settings import GcpSettings
from resoto_plugin_gcp.target import Target, make_target
from resotolib.errors import NotFound, StillInUse, Unsupported
from resotolib.kinds.kind import Deletion

THROTTLE_SECONDS = 15
"""How long a service may refuse calls as too many: the core waits 30 s for a tag task, and a cleanup comes back."""

OPERATION_SECONDS = 30.0
"""How long `delete` waits for an operation; what takes longer is looked at by `fetch`."""


class GcpWriter:
    """A `Writer`. May be used from any number of threads; closed by `with`."""

    def __init__(self, settings: GcpSettings, operation_seconds: float = OPERATION_SECONDS) -> None:
        self._seconds = operation_seconds
        patience = min(settings.throttle_timeout, THROTTLE_SECONDS)
        self._logins = Logins(replace(settings, throttle_timeout=patience))
        self._running: dict[str, Operation] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> GcpWriter:
        self._logins.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._logins.__exit__(kind, error, traceback)

    def change_tags(self, node: Mapping[str, Any], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
        """Set and remove labels, read them back and return all labels. Raises CleanError or CollectError."""
        return labels.change(self._target(node), update, delete)

    def fetch(self, node: Mapping[str, Any]) -> dict[str, Any] | None:
        """The resource's `reported` section now, without what hooks add; None when Google says that it does not exist.

        Raises what an operation that deletes it has failed with.
        """
        target = self._target(node)
        over = self._look_after(target)
        try:
            record = target.seen(target.read())
        except NotFound:
            return None
        return None if over and record.is_gone else record.reported()

    def prepare(self, node: Mapping[str, Any]) -> None:
        """What `predelete` knows for the kind. Raises CleanError or CollectError.

        What else has to go or be detached before is said by Google, and done in the order of the plan.
        """
        target = self._target(node)
        hook = _deletion(target).hook
        if hook:
            with suppress(NotFound):  # `delete` will say the same
                HOOKS[hook](target)

    def delete(self, node: Mapping[str, Any]) -> None:
        """Ask Google to delete the resource; one that does not exist is deleted. Raises CleanError or CollectError."""
        target = self._target(node)
        try:
            operation = target.change(_deletion(target).call)
            with refused(target.label):
                if operation is not None and not operation.wait(self._seconds):
                    with self._lock:
                        self._running[target.link] = operation
        except NotFound as error:
            if self.fetch(node) is not None:  # it is something else that does not exist
                raise StillInUse(target.label, str(error)) from error

    def _look_after(self, target: Target) -> bool:
        """Whether the operation that deletes it is over, if there is one. Raises what it has failed with."""
        with self._lock:
            operation = self._running.get(target.link)
        if operation is None:
            return True
        over = True
        try:
            with refused(target.label):
                over = operation.check()
        except NotFound:
            return True  # the operation itself is forgotten by now
        finally:
            if over:
                with self._lock:
                    self._running.pop(target.link, None)
        return over

    def _target(self, node: Mapping[str, Any]) -> Target:
        return make_target(node, self._logins.for_node(node))


def _deletion(target: Target) -> Deletion:
    """How to delete it. Raises `Unsupported` for kinds that are not deleted."""
    kind = target.kind
    if kind.deletion is None:
        raise Unsupported(target.label, f"deletion: no call is known that deletes resources of kind {kind.name}")
    return kind.deletion
