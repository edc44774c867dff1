"""Small writes in the order they were made, off the event loop, many in one transaction."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

from resotoworker.localcore.store import Store

log = logging.getLogger(__name__)

Entry = tuple[str, Sequence[Any]]


class Journal:
    """Used from the event loop only. `flush` waits until everything that was put so far is on disk."""

    def __init__(self, store: Store, pool: Executor) -> None:
        self._store = store
        self._pool = pool
        self._entries: list[Entry] = []
        self._turn = asyncio.Lock()
        self._flushing: set[asyncio.Task[None]] = set()

    def put(self, query: str, values: Sequence[Any] = ()) -> None:
        """Write this soon."""
        self._entries.append((query, values))
        if len(self._entries) == 1:
            task = asyncio.get_running_loop().create_task(self._flush_logged())
            self._flushing.add(task)
            task.add_done_callback(self._flushing.discard)

    async def flush(self) -> None:
        """Wait until nothing is left to write; raises sqlite3.Error when the file cannot be written."""
        async with self._turn:
            if not self._entries:
                return
            entries, self._entries = self._entries, []
            await asyncio.get_running_loop().run_in_executor(self._pool, self._write, entries)

    async def _flush_logged(self) -> None:
        try:
            await self.flush()
        except sqlite3.Error:
            log.exception("Could not write to %s", self._store.path)

    def _write(self, entries: list[Entry]) -> None:
        with self._store.write() as connection:
            for query, values in entries:
                connection.execute(query, values)
