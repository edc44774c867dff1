"""Nodes as answers show them, and changes to single nodes."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from resotolib.errors import Refusal
from resotoworker.localcore.codec import Json, pack, section
from resotoworker.localcore.model import LEVELS, Model
from resotoworker.localcore.times import age_text, parse_time

COLUMNS = "n.id, n.revision, n.reported, n.desired, n.metadata, n.usage, n.cloud, n.account, n.region, n.zone"
SECTIONS = ("reported", "desired", "metadata", "usage")
PATCHABLE = ("reported", "desired", "metadata")
CHUNK = 500


class Renderer:
    """Makes answers from rows; knows each cloud, account, region and zone after its first use."""

    def __init__(self, connection: sqlite3.Connection, graph: str, model: Model) -> None:
        self._connection = connection
        self._graph = graph
        self._model = model
        self._above: dict[str, Json | None] = {}
        self._now = datetime.now(timezone.utc)

    def nodes(self, ids: Iterable[str], *, complete: bool = False) -> Iterator[Json]:
        """Nodes in the order of these ids; unknown ids are left out."""
        wanted = list(ids)
        query = f"SELECT {COLUMNS} FROM node n WHERE n.graph = ? AND n.id IN (SELECT value FROM json_each(?))"
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            rows = {row[0]: row for row in self._connection.execute(query, (self._graph, pack(chunk)))}
            yield from (self.node(rows[node_id], complete=complete) for node_id in chunk if node_id in rows)

    def node(self, row: tuple[Any, ...], *, complete: bool = False) -> Json:
        """One node; `complete` shows the nodes above with all they have, as tasks for workers need them."""
        found: Json = {"id": row[0], "type": "node", "revision": f"_{row[1]:x}"}
        for name, text in zip(SECTIONS, row[2:6], strict=True):
            if text is not None and (value := section(text)):
                found[name] = value
        self._add_ages(found["reported"])
        above = {}
        for level, node_id in zip(LEVELS, row[6:10], strict=True):
            if node_id is not None and (other := self._node_above(node_id)):
                above[level] = other if complete else {"reported": _names(other["reported"])}
        if above:
            found["ancestors"] = above
        return found

    def _add_ages(self, reported: Json) -> None:
        for name, source in self._model.ages(reported["kind"]).items():
            if isinstance(reported.get(source), str):
                reported[name] = age_text(parse_time(reported[source]), self._now)

    def _node_above(self, node_id: str) -> Json | None:
        if node_id not in self._above:
            query = "SELECT reported, metadata FROM node WHERE graph = ? AND id = ?"
            row = self._connection.execute(query, (self._graph, node_id)).fetchone()
            found = {"id": node_id, "reported": section(row[0]), "metadata": section(row[1]) or {}} if row else None
            self._above[node_id] = found
        return self._above[node_id]


def _names(reported: Json) -> Json:
    return {name: reported[name] for name in ("name", "id") if name in reported}


def patch_nodes(connection: sqlite3.Connection, graph: str, model: Model, changes: list[Any]) -> list[str]:
    """Change sections of nodes; all of the changes, or none when a Refusal is raised. Returns the changed ids."""
    seen: set[str] = set()
    for change in changes:
        _check_change(change, seen)
        seen.add(change["id"])
    return [change["id"] for change in changes if _patch(connection, graph, model, change)]


def _check_change(change: Any, seen: set[str]) -> None:
    if not isinstance(change, dict) or not isinstance(change.get("id"), str):
        raise Refusal(400, "AssertionError", f"No id given for element {change}")
    allowed = {"id", "revision", *PATCHABLE}
    if not set(change) <= allowed:
        raise Refusal(400, "AssertionError", f"Invalid json. Allowed keys are: {allowed}")
    if set(change) <= {"id", "revision"}:
        raise Refusal(400, "AssertionError", f"No update provided for element {change}")
    if not isinstance(change.get("reported", {}), dict):
        raise Refusal(400, "TypeError", f"reported has to be an object in {change}")
    if change["id"] in seen:
        raise Refusal(400, "AssertionError", f"Only one update allowed per id! {change}")


def _patch(connection: sqlite3.Connection, graph: str, model: Model, change: Json) -> bool:
    query = "SELECT revision, reported, desired, metadata FROM node WHERE graph = ? AND id = ?"
    row = connection.execute(query, (graph, change["id"])).fetchone()
    if row is None:
        if "reported" in change:
            raise Refusal(400, "AttributeError", f"No document found with this id: {change['id']}")
        return False
    if change.get("revision") not in (None, f"_{row[0]:x}"):
        message = f"Node {change['id']}: The record to update has been changed since it was read."
        raise Refusal(400, "OptimisticLockingFailed", message)
    sections = {
        name: merged(section(text), change[name]) if name in change else section(text)
        for name, text in zip(PATCHABLE, row[1:], strict=True)
    }
    if "reported" in change:
        sections["reported"] = model.check(sections["reported"])
    # As in a real core, what was said of metadata or desired alone outlives an upload that brings nothing new.
    lasts = "reported" not in change and not {"desired", "metadata"} <= set(change)
    store_sections(connection, graph, change["id"], sections, keep_hash=lasts)
    return True


def store_sections(
    connection: sqlite3.Connection, graph: str, node_id: str, sections: Json, *, keep_hash: bool = False
) -> None:
    """Replace these sections of a node. When its hash is not kept, the next upload of the node is a change."""
    assignments = "".join(f"{name} = ?, " for name in sections)
    values = [None if value is None else pack(value) for value in sections.values()]
    known_as = "hash" if keep_hash else "NULL"
    connection.execute(
        f"UPDATE node SET {assignments} hash = {known_as}, revision = ? WHERE graph = ? AND id = ?",
        (*values, time.time_ns(), graph, node_id),
    )


def merged(old: Any, new: Any) -> Any:
    """Objects are merged key by key, anything else is replaced; null at the top removes the section."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}


def parse_changes(body: bytes, content_type: str) -> list[Any]:
    """The changes of a request, one JSON text a line or an array."""
    try:
        if content_type.endswith("ndjson"):
            return [json.loads(line) for line in body.splitlines() if line.strip()]
        found = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "JSONDecodeError", str(error)) from error
    return found if isinstance(found, list) else [found]
