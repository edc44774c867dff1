"""The contract between the worker and a plugin that collects a cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from resotolib.collect.completeness import Reading
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.graph.graph import Graph

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Concurrency:
    """How a collector wants its scopes run: in processes of their own, how many at once, threads inside one scope."""

    fork: bool = False
    scopes: int = 5
    calls: int = 20


class ScopeRun(Protocol):
    """What a collector is given to collect one scope with. All methods may be called from the threads of `map`."""

    @property
    def graph(self) -> Graph:
        """The graph to fill. Not thread-safe: fill it from the thread that called `collect`."""

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Run `function` over `items` on the scope's bounded threads; results as they come, errors raised in place."""

    def stop_if_told(self) -> None:
        """Raise `Stopped` or `ScopeTimeout` when the scope must end; call it between API calls."""

    def record(self, reading: Reading) -> None:
        """State what was read, or not, and why."""

    def message(self, message: Message) -> None:
        """Tell the operator something."""

    def progress(self, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0) -> None:
        """Add to the counters that the operator sees while the scope runs."""


class Collector(Protocol):
    """One cloud. Frozen, picklable, without secrets in its `repr`; makes no pools, threads or processes."""

    @property
    def cloud(self) -> str:
        """Name of the cloud, which is the name of the plugin's entry point."""

    @property
    def concurrency(self) -> Concurrency:
        """From the plugin's settings."""

    def scopes(self) -> Discovery:
        """Find what there is to collect; cheap. Raises `NotConfigured`, `NotAuthenticated` or another CollectError."""

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """Fill `run.graph` and record what was read.

        The graph is given with root and cloud node; the collector adds account, regions and resources.
        A kind that cannot be read is recorded and does not raise; what concerns the whole scope raises CollectError.
        """

    def writer(self) -> AbstractContextManager[Writer]:
        """What changes and deletes resources of this cloud; closed by `with`."""


class Writer(Protocol):
    """Changes resources. `node` is a node as the core sends it: id, reported, metadata, ancestors."""

    def change_tags(self, node: Mapping[str, Any], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
        """Set and remove tags in the cloud, read them back and return all tags. Raises CleanError or CollectError."""

    def fetch(self, node: Mapping[str, Any]) -> dict[str, Any] | None:
        """The resource's `reported` section as the cloud has it now; None when it is certain that it does not exist."""

    def prepare(self, node: Mapping[str, Any]) -> None:
        """Do what must be done before `delete` (detach, empty, disable)."""

    def delete(self, node: Mapping[str, Any]) -> None:
        """Ask the cloud to delete the resource. Raises StillInUse, Protected, Unsupported or a CollectError."""
