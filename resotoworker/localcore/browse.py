"""What the page shows of one graph, as plain data."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from resotoworker.localcore.codec import Json
from resotoworker.localcore.model import Model
from resotoworker.localcore.nodes import Renderer

PAGE = 100
NEIGHBOURS = 200
_NAME = "coalesce(json_extract(n.reported, '$.name'), json_extract(n.reported, '$.id'), n.id)"


@dataclass(frozen=True)
class Overview:
    """Accounts by kinds: `counts[kind][account]`, kinds with the most resources first."""

    accounts: list[Json]
    counts: dict[str, dict[str, int]]
    total: int


class Browser:
    """Reads one graph over one connection."""

    def __init__(self, connection: sqlite3.Connection, graph: str, model: Model) -> None:
        self._connection = connection
        self._graph = graph
        self._model = model

    def overview(self) -> Overview:
        """All accounts with the number of resources of each kind."""
        rows = self._rows(
            "SELECT kind, account, count(*) FROM node WHERE graph = ? AND account IS NOT NULL AND id != account "
            "GROUP BY kind, account"
        )
        counts: dict[str, dict[str, int]] = {}
        for kind, account, count in rows:
            counts.setdefault(kind, {})[account] = count
        order = sorted(counts, key=lambda kind: (-sum(counts[kind].values()), kind))
        total = self._rows("SELECT count(*) FROM node WHERE graph = ?")[0][0]
        return Overview(self.accounts(), {kind: counts[kind] for kind in order}, total)

    def accounts(self) -> list[Json]:
        """Every account: id of its node, identifier and name, cloud."""
        rows = self._rows(
            f"SELECT n.id, json_extract(n.reported, '$.id'), {_NAME}, json_extract(c.reported, '$.name') FROM node n "
            "LEFT JOIN node c ON c.graph = n.graph AND c.id = n.cloud "
            "WHERE n.graph = ? AND n.id = n.account ORDER BY 4, 3"
        )
        return [dict(zip(("node", "id", "name", "cloud"), row, strict=True)) for row in rows]

    def kinds(self, account: str) -> list[tuple[str, int]]:
        """The kinds of an account and how many there are."""
        return self._rows(
            "SELECT kind, count(*) FROM node WHERE graph = ? AND account = ? AND id != account "
            "GROUP BY kind ORDER BY 2 DESC, 1",
            account,
        )

    def resources(self, text: str, *, account: str | None = None, kind: str | None = None, page: int = 0) -> list[Json]:
        """One page of resources, by name, whose name, identifier or tags hold `text`; one more if there is a next."""
        rows = self._rows(
            f"""SELECT n.id, n.kind, {_NAME}, json_extract(n.reported, '$.id'),
                       coalesce(json_extract(r.reported, '$.name'), ''),
                       json_extract(n.metadata, '$.stale_since'), coalesce(json_extract(n.desired, '$.clean'), 0)
                FROM node n LEFT JOIN node r ON r.graph = n.graph AND r.id = n.region
                WHERE n.graph = ? AND (? IS NULL OR n.account = ?) AND (? IS NULL OR n.kind = ?)
                  AND (? = '' OR instr(lower(n.reported), lower(?)) > 0)
                ORDER BY 3 LIMIT ? OFFSET ?""",
            *(account, account, kind, kind, text, text, PAGE + 1, page * PAGE),
        )
        names = ("node", "kind", "name", "id", "region", "stale", "clean")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def node(self, node_id: str) -> Json | None:
        """One node with everything that is known of it."""
        return next(Renderer(self._connection, self._graph, self._model).nodes([node_id]), None)

    def neighbours(self, node_id: str) -> list[Json]:
        """What the node has edges with: which way, of which type."""
        rows = self._rows(
            f"""SELECT 'in', e.type, n.id, n.kind, {_NAME} FROM edge e
                JOIN node n ON n.graph = e.graph AND n.id = e.src WHERE e.graph = ? AND e.dst = ?
                UNION ALL SELECT 'out', e.type, n.id, n.kind, {_NAME} FROM edge e
                JOIN node n ON n.graph = e.graph AND n.id = e.dst WHERE e.graph = ? AND e.src = ?
                ORDER BY 1, 2, 4, 5 LIMIT ?""",
            *(node_id, self._graph, node_id, NEIGHBOURS),
        )
        return [dict(zip(("way", "type", "node", "kind", "name"), row, strict=True)) for row in rows]

    def _rows(self, query: str, *values: Any) -> list[Any]:
        return self._connection.execute(query, (self._graph, *values)).fetchall()


def flat(value: object, name: str = "") -> list[tuple[str, str]]:
    """Nested properties as lines of a table: `placement.zone`, `groups[0]`."""
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in flat(inner, f"{name}.{key}" if name else str(key))]
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return [line for at, inner in enumerate(value) for line in flat(inner, f"{name}[{at}]")]
    if isinstance(value, list):
        return [(name, ", ".join(map(str, value)))]
    if isinstance(value, bool):
        return [(name, str(value).lower())]
    return [(name, "" if value is None else str(value))]


def sections(node: Json) -> dict[str, list[tuple[str, str]]]:
    """A node's properties, tags and metadata, each as lines."""
    reported = {key: value for key, value in node["reported"].items() if key not in ("tags", "kind")}
    found = {
        "Properties": flat(reported),
        "Tags": flat(node["reported"].get("tags") or {}),
        "Wanted": flat(node.get("desired") or {}),
        "Metadata": flat(node.get("metadata") or {}),
    }
    return {title: lines for title, lines in found.items() if lines}
