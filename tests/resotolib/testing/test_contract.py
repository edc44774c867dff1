"""The contract finds what is wrong with a collector, and nothing wrong with the example."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from resotolib.collect.collector import ScopeRun
from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Discovery, Scope
from resotolib.errors import GraphError, PluginError, Stopped
from resotolib.graph.graph import Node
from resotolib.testing.contract import check_collector
from resotolib.testing.example import CLOUD, REGION, ExampleCollector, kinds
from resotolib.testing.run import MemoryRun

NUMBERS = count()


def test_the_example_holds_to_it() -> None:
    runs = check_collector(ExampleCollector(2, 3), kinds())
    assert [run.counts["nodes"] for run in runs] == [9, 9]


class TwoCycles(ExampleCollector):
    def scopes(self) -> Discovery:
        return Discovery(super().scopes().scopes * 2)


class OtherCloud(ExampleCollector):
    def scopes(self) -> Discovery:
        return Discovery((Scope("moon", "1", ""),))


class NoReason(ExampleCollector):
    def collect(self, scope: Scope, run: ScopeRun) -> None:
        super().collect(scope, run)
        run.record(Reading(REGION, f"{CLOUD}_disk", Outcome.UNREAD, Cause.DENIED))


class UnknownKind(ExampleCollector):
    def collect(self, scope: Scope, run: ScopeRun) -> None:
        super().collect(scope, run)
        run.record(Reading(REGION, f"{CLOUD}_moon", Outcome.COMPLETE))


class Restless(ExampleCollector):
    def collect(self, scope: Scope, run: ScopeRun) -> None:
        super().collect(scope, run)
        disk = next(node for node in run.graph.nodes() if node.kind == f"{CLOUD}_disk")
        name = f"{next(NUMBERS)}"
        run.graph.add(Node(name, disk.kind, {**disk.reported, "id": name}), disk)


class Deaf(ExampleCollector):
    def collect(self, scope: Scope, run: ScopeRun) -> None:
        try:
            super().collect(scope, run)
        except Stopped:
            return


class WrongType(ExampleCollector):
    def collect(self, scope: Scope, run: ScopeRun) -> None:
        super().collect(scope, run)
        disk = [node for node in run.graph.nodes() if node.kind == f"{CLOUD}_disk"][-1]
        disk.reported["volume_size"] = "large"


@dataclass(frozen=True)
class Heavy(ExampleCollector):
    lock: Any = field(default_factory=threading.Lock)


@dataclass
class Changeable:
    cloud: str = CLOUD


@pytest.mark.parametrize(
    ("collector", "error", "text"),
    [
        (TwoCycles(1), PluginError, "finds a scope twice"),
        (OtherCloud(1), PluginError, "finds a scope of the cloud moon"),
        (NoReason(1), PluginError, "does not say why example_disk in north is unread"),
        (UnknownKind(1), PluginError, "records the unknown kind example_moon"),
        (Restless(1), PluginError, "gives the same resources other ids the second time"),
        (Deaf(1), PluginError, "goes on, or is silent, when it was told to stop"),
        (WrongType(1, 10), GraphError, "volume_size is int64, but the value is a str"),
        (Heavy(1), PluginError, "cannot be sent to a child"),
        (Changeable(), PluginError, "is no frozen dataclass"),
    ],
)
def test_what_is_wrong_is_said(collector: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        check_collector(collector, kinds())


def test_a_run_in_memory_stops_when_told() -> None:
    run = MemoryRun(CLOUD, stop_after=2)
    with pytest.raises(Stopped):
        list(run.map(str, range(3)))
