"""Who has been told: kept over restarts, since an action may be delivered again."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Literal

State = Literal["", "begun", "told"]
KEPT = 1000
"""Messages that are remembered; a core sends an action again within hours."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    number INTEGER PRIMARY KEY, task TEXT NOT NULL, person TEXT NOT NULL, state TEXT NOT NULL, UNIQUE (task, person))
"""


class Register:
    """What has been sent, by run and person; belongs to one thread and is closed by `with`.

    Raises sqlite3.Error: nothing is sent that could not be remembered.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute(_SCHEMA)

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._db.close()

    def state(self, task: str, person: str) -> State:
        """`begun`: some or all of the message may have arrived. `told`: all of it has."""
        row = self._db.execute("SELECT state FROM message WHERE task = ? AND person = ?", (task, person)).fetchone()
        found: State = row[0] if row else ""
        return found

    def begin(self, task: str, person: str) -> None:
        """The message is about to be sent; forgets the oldest."""
        self._db.execute("INSERT INTO message (task, person, state) VALUES (?, ?, 'begun')", (task, person))
        self._db.execute("DELETE FROM message WHERE number <= (SELECT max(number) FROM message) - ?", (KEPT,))

    def told(self, task: str, person: str) -> None:
        """All of the message has arrived."""
        self._db.execute("UPDATE message SET state = 'told' WHERE task = ? AND person = ?", (task, person))
