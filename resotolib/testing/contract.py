"""What every collector has to hold to. Call `check_collector` from a test of the plugin."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

from resotolib.collect.collector import Collector
from resotolib.collect.completeness import Outcome
from resotolib.collect.scope import Scope
from resotolib.errors import PluginError, Stopped
from resotolib.graph.check import check
from resotolib.graph.cycles import drop_cycles
from resotolib.graph.model import missing_from, model
from resotolib.kinds.base import base_kinds
from resotolib.kinds.checks import check as check_kinds
from resotolib.kinds.kind import Kind
from resotolib.testing.run import MemoryRun


def check_collector(collector: Collector, kinds: Mapping[str, Kind]) -> list[MemoryRun]:
    """Collect every scope in this process and return the runs.

    `kinds`: those of the plugin, by name. Raises PluginError, ModelError or GraphError for what breaks the contract,
    and whatever the collector raises.
    """
    check_kinds(kinds.values(), base_kinds())
    every = {kind.name: kind for kind in base_kinds()} | dict(kinds)
    _check_pickles(collector)
    scopes = collector.scopes().scopes
    _require(len({scope.id for scope in scopes}) == len(scopes), collector, "finds a scope twice")
    runs = [_collected(collector, scope, every) for scope in scopes]
    if scopes:
        _check_steady(collector, scopes[0], runs[0])
        _check_stops(collector, scopes[0])
    return runs


def _collected(collector: Collector, scope: Scope, kinds: Mapping[str, Kind]) -> MemoryRun:
    _require(scope.cloud == collector.cloud, collector, f"finds a scope of the cloud {scope.cloud}")
    run = MemoryRun(collector.cloud)
    collector.collect(scope, run)
    drop_cycles(run.graph)
    check(run.graph, kinds, sample=0)
    found = {node.kind for node in run.graph.nodes()}
    wanted = model(found, kinds)
    _require(not missing_from(wanted, wanted)[0], collector, "has a model that is not the same twice")
    _check_readings(collector, run, found, kinds)
    return run


def _check_readings(collector: Collector, run: MemoryRun, found: set[str], kinds: Mapping[str, Kind]) -> None:
    for reading in run.completeness:
        where = f"{reading.kind} in {reading.region}"
        _require(reading.kind in kinds, collector, f"records the unknown kind {reading.kind}")
        if reading.outcome is Outcome.UNREAD:
            _require(
                reading.cause is not None and bool(reading.reason), collector, f"does not say why {where} is unread"
            )
    recorded = {reading.kind for reading in run.completeness}
    silent = sorted(name for name in found - recorded if kinds[name].collectable)
    _require(not silent, collector, f"has nodes of kinds that it recorded no reading for: {', '.join(silent)}")


def _check_pickles(collector: Collector) -> None:
    frozen = getattr(getattr(type(collector), "__dataclass_params__", None), "frozen", False)
    _require(frozen, collector, "is no frozen dataclass: it has to be the same in every process")
    try:
        copy = pickle.loads(pickle.dumps(collector))  # noqa: S301  # made in this line
    except Exception as error:
        raise PluginError(collector.cloud, f"its collector cannot be sent to a child: {error}") from error
    _require(repr(copy) == repr(collector), collector, "is another one after it was sent to a child")


def _check_steady(collector: Collector, scope: Scope, first: MemoryRun) -> None:
    second = MemoryRun(collector.cloud)
    collector.collect(scope, second)
    drop_cycles(second.graph)
    same = {node.id for node in first.graph.nodes()} == {node.id for node in second.graph.nodes()}
    _require(same, collector, "gives the same resources other ids the second time")
    _require(set(first.graph.edges()) == set(second.graph.edges()), collector, "draws other edges the second time")


def _check_stops(collector: Collector, scope: Scope) -> None:
    """A collector may end with what it has, all of it recorded as unread, or let the error through."""
    run = MemoryRun(collector.cloud, stop_after=0)
    try:
        collector.collect(scope, run)
    except Stopped:
        return
    _require(bool(run.completeness.unread()), collector, "goes on, or is silent, when it was told to stop")


def _require(holds: bool, collector: Collector, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence
    if not holds:
        raise PluginError(collector.cloud, f"its collector {otherwise}.")
