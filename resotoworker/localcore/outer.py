"""Edges between accounts: an upload says how to find their ends, they are drawn when all uploads of a run are in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from resotolib.errors import Refusal
from resotoworker.localcore.model import Model
from resotoworker.localcore.search import Search
from resotoworker.localcore.store import Store

if TYPE_CHECKING:
    from resotoworker.localcore.graphs import Graphs


def keep_deferred(
    connection: sqlite3.Connection, graph: str, run: str, deferred: Iterable[tuple[str, str, str]]
) -> None:
    """Keep the (type, selector of the start, selector of the end) of a run until it is resolved."""
    connection.executemany(
        "INSERT INTO deferred (graph, run, type, start, stop) VALUES (?, ?, ?, ?, ?)",
        ((graph, run, *edge) for edge in deferred),
    )


def resolve_deferred(store: Store, graphs: Graphs, run: str) -> list[tuple[str, str]]:
    """Draw the deferred edges of a run, and remove those of earlier runs in the same graphs, if any is drawn.

    Returns (graph, sentence) for each edge whose ends were not found exactly once.
    """
    problems: list[tuple[str, str]] = []
    with store.write() as connection:
        rows = connection.execute("SELECT DISTINCT graph FROM deferred WHERE run = ?", (run,)).fetchall()
        for (graph,) in rows:
            problems += _resolve(connection, graph, graphs.model(graph), run)
        connection.execute("DELETE FROM deferred WHERE run = ?", (run,))
    return problems


def _resolve(connection: sqlite3.Connection, graph: str, model: Model, run: str) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    drawn = 0
    query = "SELECT DISTINCT type, start, stop FROM deferred WHERE graph = ? AND run = ?"
    for kind, start, stop in connection.execute(query, (graph, run)).fetchall():
        try:
            ends = [_find(connection, graph, model, json.loads(selector)) for selector in (start, stop)]
        except Refusal as refusal:
            problems.append((graph, f"Edge from {start} to {stop} left out: {refusal.args[2]}"))
            continue
        connection.execute(
            """INSERT INTO edge (graph, src, type, dst, run) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET run = excluded.run WHERE run IS NOT NULL""",
            (graph, ends[0], kind, ends[1], run),
        )
        drawn += 1
    if drawn:
        connection.execute("DELETE FROM edge WHERE graph = ? AND run IS NOT NULL AND run != ?", (graph, run))
    return problems


def _find(connection: sqlite3.Connection, graph: str, model: Model, selector: Any) -> str:
    """The one node that a selector means; raises Refusal when there is none, or more than one."""
    if isinstance(selector, dict) and "node_id" in selector:
        query = "SELECT id FROM node WHERE graph = ? AND id = ?"
        found = [row[0] for row in connection.execute(query, (graph, selector["node_id"]))]
    else:
        criteria = str(selector.get("search_criteria", "")) if isinstance(selector, dict) else ""
        found = Search(connection, graph, model, criteria).ids()
    if len(found) != 1:
        raise Refusal(400, "AttributeError", f"{selector} is {'no node' if not found else 'more than one node'}")
    return str(found[0])
