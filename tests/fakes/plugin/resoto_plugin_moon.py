"""A cloud with one account, one region and some craters."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from resotolib.clean.readonly import ReadOnly
from resotolib.collect.collector import Concurrency, ScopeRun, Writer
from resotolib.collect.completeness import Outcome, Reading
from resotolib.collect.scope import Discovery, Scope
from resotolib.graph.graph import Graph, Node, node_id
from resotolib.hookspecs import hookimpl
from resotolib.kinds.kind import Identity, Kind, Property
from resotolib.kinds.kind import Reading as HowRead
from resotolib.settings import Settings, flag, group

CLOUD, SIDE = "moon", "near-side"


@group(CLOUD, "Moon")
@dataclass(frozen=True)
class MoonSettings:
    """Flags `--moon-…`."""

    craters: int = flag(3, "Number of craters", minimum=0)


KINDS = (
    Kind("moon_account", ("account",), CLOUD),
    Kind("moon_region", ("region",), CLOUD),
    Kind(
        "moon_crater",
        ("resource",),
        CLOUD,
        properties=(Property("crater_depth", "int64"),),
        identity=Identity("id"),
        reading=HowRead(),
    ),
)


def _add(graph: Graph, parent: Node, kind: str, name: str, **properties: Any) -> Node:
    reported = {"kind": kind, "id": name, "name": name, "tags": {}, **properties}
    return graph.add(Node(node_id(kind, CLOUD, "luna", SIDE, name), kind, reported), parent)


@dataclass(frozen=True)
class MoonCollector:
    """Finds craters."""

    settings: MoonSettings
    cloud: str = CLOUD
    concurrency: Concurrency = field(default_factory=Concurrency)

    def scopes(self) -> Discovery:
        """There is one moon."""
        return Discovery((Scope(CLOUD, "luna", "Luna"),))

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """Add the craters."""
        graph = run.graph
        region = _add(graph, _add(graph, graph.cloud, "moon_account", scope.id), "moon_region", SIDE)
        for number, depth in enumerate(run.map(lambda number: number * 100, range(self.settings.craters))):
            _add(graph, region, "moon_crater", f"crater-{number}", crater_depth=depth)
        run.record(Reading(SIDE, "moon_crater", Outcome.COMPLETE))

    def writer(self) -> AbstractContextManager[Writer]:
        """Nobody changes the moon."""
        return ReadOnly()


@hookimpl
def resoto_settings() -> type[Any]:
    """The flags."""
    return MoonSettings


@hookimpl
def resoto_kinds() -> Sequence[Kind]:
    """What there is on the moon."""
    return KINDS


@hookimpl
def resoto_collectors(settings: Settings) -> Sequence[MoonCollector]:
    """One collector."""
    return [MoonCollector(settings[MoonSettings])]
