"""Running a query over one graph."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from resotolib.errors import Refusal
from resotoworker.localcore.codec import Json, pack
from resotoworker.localcore.model import Model
from resotoworker.localcore.nodes import Renderer
from resotoworker.localcore.predicates import Where
from resotoworker.localcore.query import parse_query
from resotoworker.localcore.terms import Aggregate, Navigation, Part, Path, Query

AMONG = "n.id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class _Way:
    """One type of edge, in one direction."""

    kind: str
    inbound: bool

    @property
    def here(self) -> str:
        """The column of the end that a step starts from."""
        return "dst" if self.inbound else "src"


class Search:
    """One query over one state of one graph; raises Refusal (400) for a query that means nothing here."""

    def __init__(
        self, connection: sqlite3.Connection, graph: str, model: Model, text: str, section: str | None = None
    ) -> None:
        self._connection = connection
        self._graph = graph
        self._model = model
        self._section = section
        self._query: Query = parse_query(text)
        self._walked: set[tuple[str, str, str]] = set()

    def ids(self) -> list[str]:
        """The ids of the nodes found, in order."""
        if self._query.aggregate is not None:
            message = "Given query is an aggregation function. Use the appropriate endpoint!"
            raise Refusal(400, "AssertionError", message)
        return self._ids()

    def _ids(self) -> list[str]:
        found = self._part(self._query.parts[0], None)
        for navigation, part in zip(self._query.navigations, self._query.parts[1:], strict=True):
            found = self._part(part, self._walk(navigation, found))
        return found

    def nodes(self) -> Iterator[Json]:
        """The nodes found."""
        return Renderer(self._connection, self._graph, self._model).nodes(self.ids())

    def graph(self) -> Iterator[Json]:
        """The nodes found, then those edges among them that a navigation walked along."""
        ids = self.ids()
        yield from Renderer(self._connection, self._graph, self._model).nodes(ids)
        found = set(ids)
        for start, kind, end in sorted(self._walked):
            if start in found and end in found:
                yield {"type": "edge", "from": start, "to": end, "edge_type": kind}

    def aggregate(self) -> Iterator[Json]:
        """One object for each group."""
        aggregate = self._query.aggregate
        if aggregate is None:
            raise Refusal(
                400, "AssertionError", "Given query is no aggregation function. Use the appropriate endpoint!"
            )
        yield from self._groups(aggregate, self._ids())

    def _groups(self, aggregate: Aggregate, ids: list[str]) -> Iterator[Json]:
        where = Where(self._graph, self._model, self._section)
        columns = [where.order(path) for path, _ in aggregate.groups]
        for name, what, _ in aggregate.functions:
            inner = where.order(what) if isinstance(what, Path) else str(what)
            columns.append(f"{name}({inner})")
        grouping = ", ".join(str(at + 1) for at in range(len(aggregate.groups)))
        query = f"SELECT {', '.join(columns)} FROM node n WHERE n.graph = ? AND {AMONG}"
        rows = self._connection.execute(
            f"{query} GROUP BY {grouping}" if grouping else query, (*where.values, self._graph, pack(ids))
        )
        for row in rows:
            names = [name for _, name in aggregate.groups]
            found: Json = {"group": dict(zip(names, row, strict=False))} if names else {}
            results = zip(aggregate.functions, row[len(names) :], strict=True)
            yield {**found, **{name: value for (_, _, name), value in results}}

    def _part(self, part: Part, among: list[str] | None) -> list[str]:
        where = Where(self._graph, self._model, self._section)
        condition = where.sql(part.term)
        values: list[Any] = [self._graph, *where.values]
        if among is not None:
            condition += f" AND {AMONG}"
            values.append(pack(among))
        orders = Where(self._graph, self._model, self._section)
        order = ", ".join([f"{orders.order(path)} {direction}" for path, direction in part.sort] + ["n.rowid"])
        offset, count = part.limit or (0, -1)
        query = f"SELECT n.id FROM node n WHERE n.graph = ? AND {condition} ORDER BY {order} LIMIT ? OFFSET ?"
        return [row[0] for row in self._connection.execute(query, (*values, *orders.values, count, offset))]

    def _walk(self, navigation: Navigation, ids: list[str]) -> list[str]:
        """Walks each type and direction by itself, as a real core does: in and out are never mixed on one way."""
        found: dict[str, None] = {}
        for types, inbound in ((navigation.inbound, True), (navigation.outbound, False)):
            for kind in types:
                found.update(dict.fromkeys(self._reach(_Way(kind, inbound), navigation, ids)))
        return list(found)

    def _reach(self, way: _Way, navigation: Navigation, ids: list[str]) -> Iterator[str]:
        level, steps = set(ids), 0
        while steps < navigation.start and level:
            level, steps = self._step(way, level), steps + 1
        seen = set(level)
        yield from (node for node in ids if node in level)
        yield from level.difference(ids)
        while level and (navigation.until is None or steps < navigation.until):
            level, steps = self._step(way, level) - seen, steps + 1
            seen |= level
            yield from level

    def _step(self, way: _Way, level: set[str]) -> set[str]:
        query = f"""SELECT src, type, dst FROM edge WHERE graph = ? AND type = ?
                    AND {way.here} IN (SELECT value FROM json_each(?))"""
        edges = self._connection.execute(query, (self._graph, way.kind, pack(sorted(level)))).fetchall()
        self._walked.update(edges)
        return {edge[0 if way.inbound else 2] for edge in edges}
