"""Graphs by name: their model, their uploads, and who may upload what at the same time."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from resotolib.errors import Refusal
from resotoworker.localcore.codec import pack
from resotoworker.localcore.kinds import Kind, parse_kind
from resotoworker.localcore.merge import Counts, Merge
from resotoworker.localcore.model import Model
from resotoworker.localcore.outer import keep_deferred
from resotoworker.localcore.store import Store
from resotoworker.localcore.times import now_text
from resotoworker.localcore.tree import Tree
from resotoworker.localcore.upload import ROOT, Reader, elements_of, stage_places

NAME = re.compile(r"(?!snapshot-)[A-Za-z][A-Za-z0-9-]*$")


class Graphs:
    """All graphs of one store; `defers`: whether uploads may hold edges between accounts."""

    def __init__(self, store: Store, *, defers: bool = True) -> None:
        self._store = store
        self._defers = defers
        self._models: dict[str, Model] = {}
        self._lock = threading.Lock()
        self._merging: list[tuple[str, frozenset[str], frozenset[str]]] = []

    def create(self, graph: str) -> None:
        """Make the graph with its root; nothing happens when it is there."""
        if not NAME.match(graph):
            message = "Graph name is not valid (no underscores, can not start with snapshot-)"
            raise Refusal(400, "AttributeError", message)
        reported = pack({"kind": "graph_root", "name": ROOT})
        with self._store.write() as connection:
            connection.execute("INSERT OR IGNORE INTO graph VALUES (?)", (graph,))
            connection.execute(
                "INSERT OR IGNORE INTO node (graph, id, kind, reported, revision, created) VALUES (?, ?, ?, ?, 1, ?)",
                (graph, ROOT, "graph_root", reported, now_text()),
            )

    def names(self) -> list[str]:
        """Every graph there is."""
        with self._store.read() as connection:
            return [row[0] for row in connection.execute("SELECT name FROM graph ORDER BY name")]

    def require(self, graph: str) -> None:
        """Raises Refusal (404) when there is no such graph."""
        with self._store.read() as connection:
            if connection.execute("SELECT 1 FROM graph WHERE name = ?", (graph,)).fetchone() is None:
                raise Refusal(404, "NoSuchGraph", f"No graph with this name {graph}")

    def model(self, graph: str) -> Model:
        """The model of a graph, which may be there before the graph is."""
        with self._lock:
            found = self._models.get(graph)
            if found is None:
                with self._store.read() as connection:
                    found = stored_model(connection, graph)
                self._models[graph] = found
            return found

    def update_model(self, graph: str, kinds: list[Kind], *, replace: bool) -> Model:
        """Add kinds to the model of a graph, or make them all it has."""
        known = self.model(graph)
        with self._store.write() as connection:
            model = known.updated(kinds, replace=replace)
            if replace:
                connection.execute("DELETE FROM kind WHERE graph = ?", (graph,))
            connection.executemany(
                "INSERT INTO kind (graph, fqn, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                ((graph, kind.fqn, pack(kind.body)) for kind in kinds),
            )
        with self._lock:
            self._models[graph] = model
        return model

    def merge(self, graph: str, spool: IO[bytes], content_type: str, run: str | None) -> Counts:
        """Make the graph below the upload's merge roots equal to it: all of it, or nothing when a Refusal is raised.

        `run` is the collect run it belongs to; without one, edges between accounts are not kept.
        """
        model = self.model(graph)
        with self._store.staging() as connection:
            upload = Reader(connection, model, defers=self._defers).read(elements_of(spool, content_type))
            tree = Tree(upload, model.levels)
            stage_places(connection, tree.places())
            with self._alone(graph, tree), self._store.writing(connection):
                if run:
                    keep_deferred(connection, graph, run, upload.deferred)
                return Merge(connection, graph, upload, tree).run()

    def merging(self) -> list[str]:
        """The merge roots that are being changed."""
        with self._lock:
            return sorted(root for _, roots, _ in self._merging for root in roots)

    @contextmanager
    def _alone(self, graph: str, tree: Tree) -> Iterator[None]:
        """While one merge changes a root, no other may change it, or what is above or below it."""
        mine = (graph, frozenset(tree.roots), frozenset(tree.lines()))
        with self._lock:
            for other, roots, lines in self._merging:
                if other == graph and (mine[1] & lines or mine[2] & roots):
                    message = f"Another upload changes one of {sorted(mine[1])} at this moment"
                    raise Refusal(400, "ConflictingChangeInProgress", message)
            self._merging.append(mine)
        try:
            yield
        finally:
            with self._lock:
                self._merging.remove(mine)


def stored_model(connection: sqlite3.Connection, graph: str) -> Model:
    """The model of a graph as the file has it."""
    rows = connection.execute("SELECT body FROM kind WHERE graph = ? ORDER BY fqn", (graph,))
    return Model(parse_kind(json.loads(body), 0) for (body,) in rows)
