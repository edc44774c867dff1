"""Runs of workflows: the one going on, and those of the past."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from resotoworker.localcore.codec import Json, pack
from resotoworker.localcore.journal import Journal
from resotoworker.localcore.store import Store

KEPT = 200


@dataclass
class Run:
    """One run. `answers` says for each step which subscriber answered and how; `timing` when a step began and ended."""

    id: str
    workflow: str
    step: int = 0
    state: str = "running"
    started: float = field(default_factory=time.time)
    step_started: float = field(default_factory=time.time)
    ended: float | None = None
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    timing: dict[str, dict[str, float]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Runs:
    """Writes runs to the store and reads them back."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal

    def save(self, run: Run) -> None:
        """Write the state of a run; the oldest ones are forgotten."""
        values = (run.id, run.workflow, run.state, run.step, run.step_started, run.started, run.ended)
        self._journal.put(
            "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, pack(run.answers), pack(run.timing)),
        )

    def forget_old(self) -> None:
        """Keep the last runs only, and what was said in them."""
        self._journal.put("DELETE FROM run WHERE id NOT IN (SELECT id FROM run ORDER BY started DESC LIMIT ?)", (KEPT,))
        for table in ("message", "progress", "deferred"):
            self._journal.put(f"DELETE FROM {table} WHERE run NOT IN (SELECT id FROM run)")

    def say(self, run: str, step: str, subscriber: str, level: str, text: str) -> None:
        """Keep a message about a run."""
        values = (run, time.time(), step, subscriber, level, text)
        self._journal.put("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)", values)

    def progress(self, run: str, step: str, subscriber: str, body: Json) -> None:
        """Keep the last progress of a subscriber in a step."""
        values = (run, step, subscriber, pack(body))
        self._journal.put("INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?)", values)

    def unfinished(self) -> list[Run]:
        """Runs that were going on when the store was last written."""
        query = """SELECT id, workflow, step, state, started, step_started, ended, answers, timing
                   FROM run WHERE state = 'running' ORDER BY started"""
        with self._store.read() as connection:
            rows = connection.execute(query).fetchall()
        return [_run(row) for row in rows]

    def last_timing(self, workflow: str) -> dict[str, dict[str, float]]:
        """When the steps of the last finished run began and ended."""
        query = "SELECT timing FROM run WHERE workflow = ? AND state = 'done' ORDER BY started DESC LIMIT 1"
        with self._store.read() as connection:
            row = connection.execute(query, (workflow,)).fetchone()
        found: dict[str, dict[str, float]] = json.loads(row[0]) if row else {}
        return found

    def history(self, limit: int = 20, run: str | None = None) -> list[Json]:
        """The last runs, newest first, each with its messages and progress."""
        with self._store.read() as connection:
            rows = connection.execute(
                """SELECT r.id, r.workflow, r.state, r.step, r.started, r.ended, r.answers,
                          (SELECT count(*) FROM message m WHERE m.run = r.id AND m.level = 'error')
                   FROM run r WHERE ?1 IS NULL OR r.id = ?1 ORDER BY r.started DESC LIMIT ?2""",
                (run, limit),
            ).fetchall()
            names = ("id", "workflow", "state", "step", "started", "ended", "answers", "errors")
            found = [dict(zip(names, row, strict=True)) for row in rows]
            for one in found:
                one["answers"] = json.loads(one["answers"])
                query = "SELECT at, step, subscriber, level, text FROM message WHERE run = ? ORDER BY at"
                keys = ("at", "step", "subscriber", "level", "text")
                one["messages"] = [dict(zip(keys, row, strict=True)) for row in connection.execute(query, (one["id"],))]
                query = "SELECT step, subscriber, body FROM progress WHERE run = ? ORDER BY step, subscriber"
                rows = connection.execute(query, (one["id"],)).fetchall()
                one["progress"] = [{"step": a, "subscriber": b, **json.loads(body)} for a, b, body in rows]
        return found


def _run(row: tuple[Any, ...]) -> Run:
    name, workflow, step, state, started, step_started, ended, answers, timing = row
    times = (started, step_started, ended)
    return Run(name, workflow, step, state, *times, answers=json.loads(answers), timing=json.loads(timing))
