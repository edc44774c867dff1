"""A core and a worker beside a replayed cloud, and one collect that is watched."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cloud import ReplayedCloud
from bench.tree import Watch
from tests.demo.pair import Pair, organisation_flags, pair


class BenchError(Exception):
    """Something that has to work before it can be measured."""


@dataclass(frozen=True)
class Collected:
    """One collect: what it cost, what came out, what the cloud saw. Seconds; `peak` of PSS in bytes."""

    cpu: float
    wall: float
    peak: int
    nodes: int
    accounts: int
    cloud: Mapping[str, Any]


@dataclass(frozen=True)
class Rig:
    """A core and a worker that has registered with it."""

    both: Pair
    cloud: ReplayedCloud

    def collect(self) -> Collected:
        """One collect, from the action to the end of the workflow."""
        self.cloud.reset()
        with Watch(self.both.worker_pid) as watch:
            *_, state = self.both.collect()
        if state.state != "done" or state.errors:
            raise BenchError(f"The collect is {state.state}: {'; '.join(state.errors)}\n{self.both.worker.tail()}")
        resources = list(self.both.core.resources())
        accounts = {resource.account for resource in resources}
        return Collected(watch.cpu, watch.wall, watch.peak, len(resources), len(accounts), self.cloud.stats())


@contextlib.contextmanager
def rig(cloud: ReplayedCloud, regions: Sequence[str], *flags: str) -> Iterator[Rig]:
    """Start both, and wait until the worker has subscribed."""
    every = (*flags, *organisation_flags(cloud.url, regions))
    with tempfile.TemporaryDirectory(prefix="resoto-bench-") as folder, pair(Path(folder), every) as both:
        yield Rig(both, cloud)
