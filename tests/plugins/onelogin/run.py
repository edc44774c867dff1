"""Collects the fake account in a test."""

from __future__ import annotations

from typing import Any

from resoto_plugin_onelogin.collector import OneLoginCollector
from resoto_plugin_onelogin.settings import OneLoginSettings

from resotolib.collect.completeness import Outcome, Reading
from resotolib.graph.graph import Graph, Node
from resotolib.testing.run import MemoryRun
from tests.fakes.onelogin.server import ID, SECRET, OneLoginServer


def collector(server: OneLoginServer, **settings: Any) -> OneLoginCollector:
    """The collector of the fake account."""
    given = {"client_id": ID, "client_secret": SECRET, "endpoint_url": server.url, **settings}
    return OneLoginCollector(OneLoginSettings(**given))


def collect(server: OneLoginServer, **settings: Any) -> MemoryRun:
    """Collect the account."""
    made = collector(server, **settings)
    run = MemoryRun("onelogin")
    made.collect(made.scopes().scopes[0], run)
    return run


def readings(run: MemoryRun) -> dict[str, Reading]:
    """What was recorded, by the kind's noun."""
    return {reading.kind.removeprefix("onelogin_"): reading for reading in run.completeness}


def incomplete(run: MemoryRun) -> set[str]:
    """The nouns of the kinds that were asked for and not read completely."""
    fine = (Outcome.COMPLETE, Outcome.EXCLUDED)
    return {noun for noun, reading in readings(run).items() if reading.outcome not in fine}


def nodes(run: MemoryRun, noun: str) -> dict[str, Node]:
    """The nodes of a kind by their id at OneLogin."""
    found = [node for node in run.graph.nodes() if node.kind == f"onelogin_{noun}"]
    return {node.reported["id"]: node for node in found}


def edges(graph: Graph, source: str, target: str) -> set[tuple[str, str]]:
    """The ids at both ends of the edges between two kinds."""
    return {
        (graph[a].reported["id"], graph[b].reported["id"])
        for a, b, _ in graph.edges()
        if (graph[a].kind, graph[b].kind) == (f"onelogin_{source}", f"onelogin_{target}")
    }
