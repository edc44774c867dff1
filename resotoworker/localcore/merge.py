"""Making the graph below the merge roots equal to an upload, in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from resotoworker.localcore.codec import pack
from resotoworker.localcore.model import LEVELS
from resotoworker.localcore.times import now_text
from resotoworker.localcore.tree import Tree
from resotoworker.localcore.upload import Edge, Upload

CHANGED = "n.hash IS NOT s.hash OR " + " OR ".join(f"n.{level} IS NOT s.{level}" for level in LEVELS)
WITH_CTIME = (
    """CASE WHEN s.wants_ctime THEN json_set(s.reported, '$.ctime', coalesce(n.created, :now)) ELSE s.reported END"""
)
UPSERT = f"""
INSERT INTO node
(graph, id, kind, cloud, account, region, zone, reported, desired, metadata, usage, hash, revision, created)
SELECT :graph, s.id, s.kind, s.cloud, s.account, s.region, s.zone,
       CASE WHEN s.wants_mtime THEN json_set({WITH_CTIME}, '$.mtime',
            CASE WHEN n.id IS NULL THEN coalesce(json_extract(s.reported, '$.ctime'), :now) ELSE :now END)
            ELSE {WITH_CTIME} END,
       s.desired, s.metadata, s.usage, s.hash, :revision, :now
FROM staged s LEFT JOIN node n ON n.graph = :graph AND n.id = s.id
WHERE n.id IS NULL OR {CHANGED} ORDER BY s.rowid
ON CONFLICT (graph, id) DO UPDATE SET
    kind = excluded.kind, cloud = excluded.cloud, account = excluded.account, region = excluded.region,
    zone = excluded.zone, reported = excluded.reported, desired = coalesce(excluded.desired, desired),
    metadata = coalesce(excluded.metadata, metadata), usage = coalesce(excluded.usage, usage),
    hash = excluded.hash, revision = excluded.revision
"""


@dataclass
class Counts:
    """What a merge did; the body of its answer."""

    nodes_created: int = 0
    nodes_updated: int = 0
    nodes_deleted: int = 0
    edges_created: int = 0
    edges_updated: int = 0
    edges_deleted: int = 0

    def body(self) -> dict[str, int]:
        """As the wire has it."""
        return asdict(self)


class Merge:
    """One merge into one graph, inside a transaction that its caller began and ends."""

    def __init__(self, connection: sqlite3.Connection, graph: str, upload: Upload, tree: Tree) -> None:
        self._connection = connection
        self._graph = graph
        self._upload = upload
        self._tree = tree
        self._values = {"graph": graph, "now": now_text(), "revision": time.time_ns()}
        self.counts = Counts()

    def run(self) -> Counts:
        """Apply all; needs the temporary table `staged` with everybody's place."""
        gone = self._gone_nodes()
        kept_edges = self._known_edges()
        self._nodes()
        self._edges(kept_edges)
        self._delete(gone)
        self._summaries()
        return self.counts

    def _gone_nodes(self) -> list[str]:
        gone: set[str] = set()
        for root in self._tree.roots:
            query = f"""SELECT id FROM node WHERE graph = ? AND {self._tree.level(root)} = ?
                        AND id NOT IN (SELECT id FROM staged WHERE owned)"""
            gone.update(row[0] for row in self._connection.execute(query, (self._graph, root)))
        return sorted(gone)

    def _known_edges(self) -> set[Edge]:
        """The edges that the merge roots hold now, apart from those that were found between accounts."""
        known: set[Edge] = set()
        for root in self._tree.roots:
            level = self._tree.level(root)
            query = f"""SELECT e.src, e.type, e.dst FROM node n JOIN edge e ON e.graph = n.graph AND e.dst = n.id
                        WHERE n.graph = :graph AND n.{level} = :root AND e.run IS NULL AND (n.id != :root OR EXISTS
                        (SELECT 1 FROM node o WHERE o.graph = e.graph AND o.id = e.src AND o.{level} = :root))
                        """
            known.update(self._connection.execute(query, {"graph": self._graph, "root": root}))
        return known

    def _nodes(self) -> None:
        created = "SELECT count(*) FROM staged WHERE id NOT IN (SELECT id FROM node WHERE graph = ?)"
        self.counts.nodes_created = self._connection.execute(created, (self._graph,)).fetchone()[0]
        touched = self._connection.execute(UPSERT, self._values).rowcount
        self.counts.nodes_updated = touched - self.counts.nodes_created

    def _edges(self, known: set[Edge]) -> None:
        new = [edge for edge in self._upload.edges if edge not in known]
        self.counts.edges_created = self._many(
            "INSERT OR IGNORE INTO edge (graph, src, type, dst) VALUES (?, ?, ?, ?)", new
        )
        gone = [edge for edge in known if edge not in self._upload.edges]
        query = "DELETE FROM edge WHERE graph = ? AND src = ? AND type = ? AND dst = ?"
        self.counts.edges_deleted = self._many(query, gone)

    def _many(self, query: str, edges: Iterable[Edge]) -> int:
        return max(0, self._connection.executemany(query, ((self._graph, *edge) for edge in edges)).rowcount)

    def _delete(self, gone: list[str]) -> None:
        ids = pack(gone)
        for end in ("src", "dst"):
            query = f"DELETE FROM edge WHERE graph = ? AND {end} IN (SELECT value FROM json_each(?))"
            self.counts.edges_deleted += self._connection.execute(query, (self._graph, ids)).rowcount
        query = "DELETE FROM node WHERE graph = ? AND id IN (SELECT value FROM json_each(?))"
        self.counts.nodes_deleted = self._connection.execute(query, (self._graph, ids)).rowcount

    def _summaries(self) -> None:
        """How many of which kind are below each cloud, account, region and zone that was uploaded."""
        for level in LEVELS:
            query = f"""
            WITH counted AS (SELECT {level} AS above, kind, count(*) AS number FROM node
                WHERE graph = :graph AND {level} IN (SELECT {level} FROM staged) AND id != {level}
                GROUP BY {level}, kind),
            summed AS (SELECT above, json_group_object(kind, number) AS summary, sum(number) AS total
                FROM counted GROUP BY above)
            UPDATE node SET metadata = json_set(coalesce(metadata, '{{}}'),
                '$.descendant_summary', json(summed.summary), '$.descendant_count', summed.total)
            FROM summed WHERE node.graph = :graph AND node.id = summed.above
            """
            self._connection.execute(query, self._values)
