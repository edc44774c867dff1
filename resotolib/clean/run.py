"""Carries out a plan: wave by wave, each on a pool of threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from resotolib.clean.deletion import Deletion, Patience
from resotolib.clean.plan import Plan
from resotolib.clean.resource import Resource
from resotolib.clean.result import Result, event
from resotolib.collect.collector import Writer

Report = Callable[[Result], None]


@dataclass(eq=False)
class Run:
    """One run of a plan. `writers`: by cloud, one for each cloud in the plan's waves.

    `stop` ends it early: what has not begun is not touched, what has begun is not waited for.
    """

    plan: Plan
    writers: Mapping[str, Writer]
    stop: threading.Event
    pool_size: int = 10
    patience: Patience = field(default_factory=Patience)
    _blocked: dict[str, Resource] = field(default_factory=dict, init=False)
    _seen: set[str] = field(default_factory=set, init=False)

    def results(self) -> Iterator[Result]:
        """The end of each flagged resource, as it comes; refusals first."""
        for refusal in self.plan.refused:
            entry = event("Refused to clean up", refusal.reason)
            yield Result(refusal.resource, "refused", refusal.reason, (entry,))
        with ThreadPoolExecutor(self.pool_size, "cleanup") as pool:
            for wave in self.plan.waves:
                yield from self._wave(pool, wave)

    def _wave(self, pool: ThreadPoolExecutor, wave: Sequence[Resource]) -> Iterator[Result]:
        free = [resource for resource in wave if resource.id not in self._blocked]
        futures = [pool.submit(self._deletion(resource).run) for resource in free]
        for resource in wave:
            if resource.id in self._blocked:
                reason = f"{self._blocked[resource.id]} has to go first and is still there"
                yield Result(resource, "blocked", reason, (event("Did not try to clean up", reason),))
        for future in as_completed(futures):
            result = future.result()
            self._keep_back(result)
            yield result

    def _deletion(self, resource: Resource) -> Deletion:
        needed_by = ", ".join(str(other) for other in self.plan.unflagged.get(resource.id, ())[:5])
        return Deletion(resource, self.writers[resource.cloud], self.patience, self.stop, needed_by)

    def _keep_back(self, result: Result) -> None:
        """Whatever can only go after a resource that stays is not touched."""
        if result.blocks:
            for id_, _ in self.plan.dependants([result.resource.id], self._seen):
                self._blocked[id_] = result.resource
