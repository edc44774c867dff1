"""A cloud small enough to be written down: resources that hold each other, and faults on request."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resotolib.errors import StillInUse


class Cloud:
    """A `Writer` over resources in memory. `holds`: pairs (a, b), a cannot be deleted while b exists.

    `faults`: by (step, id), what to raise in each call, or None. `slow`: looks that a deleted resource survives.
    """

    def __init__(
        self,
        resources: Iterable[str],
        holds: Iterable[tuple[str, str]] = (),
        faults: Mapping[tuple[str, str], list[BaseException | None]] | None = None,
        slow: int = 0,
    ) -> None:
        self.resources: dict[str, dict[str, Any]] = {
            name: {"kind": "thing", "id": name, "name": name, "tags": {}} for name in resources
        }
        self.holds = set(holds)
        self.faults = dict(faults or {})
        self.slow = slow
        self.calls: list[tuple[str, str]] = []
        self.given: list[Mapping[str, Any]] = []
        self._dying: dict[str, int] = {}
        self._lock = threading.Lock()

    def fetch(self, node: Mapping[str, Any]) -> dict[str, Any] | None:
        name = self._call("fetch", node)
        with self._lock:
            if name in self._dying:
                self._dying[name] -= 1
                if self._dying[name] < 0:
                    self.resources.pop(name, None)
            return self.resources.get(name)

    def prepare(self, node: Mapping[str, Any]) -> None:
        self._call("prepare", node)

    def delete(self, node: Mapping[str, Any]) -> None:
        name = self._call("delete", node)
        with self._lock:
            blockers = [b for a, b in self.holds if a == name and b in self.resources]
            if blockers:
                raise StillInUse(name, f"used by {', '.join(blockers)}")
            self._dying[name] = self.slow

    def change_tags(self, node: Mapping[str, Any], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
        tags: dict[str, str] = self.resources[self._call("tags", node)]["tags"]
        for key in delete:
            tags.pop(key, None)
        tags.update(update)
        return dict(tags)

    def steps(self, step: str) -> list[str]:
        """The resources that a step was called for, in order."""
        return [name for called, name in self.calls if called == step]

    def _call(self, step: str, node: Mapping[str, Any]) -> str:
        name: str = node["reported"]["id"]
        with self._lock:
            self.calls.append((step, name))
            self.given.append(node)
            errors = self.faults.get((step, name))
            error = errors.pop(0) if errors else None
        if error is not None:
            raise error
        return name
