"""Collects the fake workspace in a test."""

from __future__ import annotations

from typing import Any

from resoto_plugin_slack.collector import SlackCollector
from resoto_plugin_slack.settings import SlackSettings

from resotolib.collect.completeness import Outcome, Reading
from resotolib.graph.graph import Graph, Node
from resotolib.testing.run import MemoryRun
from tests.fakes.slack.server import TOKEN, SlackServer


def collector(server: SlackServer, minute: float = 0.0, **settings: Any) -> SlackCollector:
    """The collector of the fake workspace, which need not hold back."""
    given = {"bot_token": (TOKEN,), "endpoint_url": server.url, **settings}
    return SlackCollector(SlackSettings(**given), minute)


def collect(server: SlackServer, minute: float = 0.0, **settings: Any) -> MemoryRun:
    """Collect the workspace."""
    made = collector(server, minute, **settings)
    run = MemoryRun("slack")
    made.collect(made.scopes().scopes[0], run)
    return run


def readings(run: MemoryRun) -> dict[str, Reading]:
    """What was recorded, by the kind's noun."""
    return {reading.kind.removeprefix("slack_"): reading for reading in run.completeness}


def incomplete(run: MemoryRun) -> set[str]:
    """The nouns of the kinds that were asked for and not read completely."""
    fine = (Outcome.COMPLETE, Outcome.EXCLUDED)
    return {noun for noun, reading in readings(run).items() if reading.outcome not in fine}


def nodes(run: MemoryRun, noun: str) -> dict[str, Node]:
    """The nodes of a kind by their id at Slack."""
    found = [node for node in run.graph.nodes() if node.kind == f"slack_{noun}"]
    return {node.reported["id"]: node for node in found}


def edges(graph: Graph, source: str, target: str) -> set[tuple[str, str]]:
    """The ids at both ends of the edges between two kinds."""
    return {
        (graph[a].reported["id"], graph[b].reported["id"])
        for a, b, _ in graph.edges()
        if (graph[a].kind, graph[b].kind) == (f"slack_{source}", f"slack_{target}")
    }
