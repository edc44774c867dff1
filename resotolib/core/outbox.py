"""Answers on their way to the core: kept on disk until the core has them, and remembered for a while after."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from resotolib.durable import database

log = logging.getLogger(__name__)

REMEMBERED = 1000  # answers that are kept after the core has taken them, for when it asks again
MOST_WAITING = 10_000  # answers that may wait: far more than a core asks for while it takes none
AGAIN_SECONDS = 10.0  # until a file that could not be written is tried again
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answer (
    number INTEGER PRIMARY KEY, channel TEXT NOT NULL, key TEXT NOT NULL, frame TEXT NOT NULL, waiting INTEGER NOT NULL)
"""
_BEGUN = "CREATE TABLE IF NOT EXISTS begun (key TEXT PRIMARY KEY, times INTEGER NOT NULL)"


@dataclass(frozen=True, slots=True)
class Letter:
    """An answer: `channel` it leaves by, `key` of what it answers, `frame` as it goes over the wire.

    One without a key is something said beside an answer: it is not remembered once the core has it.
    """

    number: int
    channel: str
    key: str
    frame: str
    waiting: bool = True


class Outbox:
    """May be used from any thread; closed by `close`.

    Memory leads and the file follows: when the file cannot be written, answers still leave, but do not survive a
    restart until `catch_up` finds room for them.
    """

    def __init__(self, path: Path, remembered: int = REMEMBERED, most_waiting: int = MOST_WAITING) -> None:
        self._remembered, self._most_waiting = remembered, most_waiting
        self._lock = threading.Lock()
        self._letters: OrderedDict[int, Letter] = OrderedDict()
        self._by_key: dict[str, int] = {}
        self._behind, self._again_at = False, 0.0
        self._db = database(path, _SCHEMA)
        self._write(_BEGUN, ())
        for row in self._db.execute("SELECT number, channel, key, frame, waiting FROM answer ORDER BY number"):
            number, channel, key, frame, waiting = row
            self._keep(Letter(number, channel, key, frame, bool(waiting)))
        self._next = max(self._letters, default=0) + 1

    def close(self) -> None:
        """Close the file; what waits in it is sent after the next start."""
        with self._lock:
            self._db.close()

    def begin(self, key: str) -> int:
        """Note that the answer to `key` is worked on; how often that was begun and not ended, this time included."""
        with self._lock:
            self._write("INSERT INTO begun VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1", (key,))
            last = "(SELECT max(rowid) FROM begun)"
            self._write(f"DELETE FROM begun WHERE rowid <= {last} - ?", (self._remembered,))  # noqa: S608  # no input
            try:
                row = self._db.execute("SELECT times FROM begun WHERE key = ?", (key,)).fetchone()
            except sqlite3.Error as broken:
                log.warning("The outbox cannot be read (%s): it is not known how often %s was begun", broken, key)
                row = None
            return int(row[0]) if row else 1

    def put(self, channel: str, key: str, frame: str, said: Sequence[str] = ()) -> None:
        """Keep an answer, and what is `said` before it, until the core has taken them.

        They are on disk when this returns, all or none.
        """
        with self._lock:
            self._write("BEGIN", ())
            for line in said:
                self._add(channel, "", line)
            self._add(channel, key, frame)
            self._write("DELETE FROM begun WHERE key = ?", (key,))
            self._bound()
            self._write("COMMIT", ())
            if self._behind:
                self._write_all()

    def catch_up(self) -> None:
        """Write what could not be written, if there is room by now; tried now and then."""
        with self._lock:
            if self._behind and time.monotonic() >= self._again_at:
                self._write_all()

    def waiting(self, channel: str) -> list[Letter]:
        """The answers of this channel that the core has not got, oldest first."""
        with self._lock:
            return [letter for letter in self._letters.values() if letter.waiting and letter.channel == channel]

    def taken(self, number: int) -> None:
        """The core has this answer."""
        with self._lock:
            letter = self._letters.get(number)
            if letter is not None and not letter.key:
                self._drop(number)
            elif letter is not None:
                self._store(Letter(letter.number, letter.channel, letter.key, letter.frame, waiting=False))
                self._forget()

    def send_again(self, key: str) -> bool:
        """Put the answer to `key` back among those that wait; False if there is none."""
        with self._lock:
            number = self._by_key.get(key)
            if number is None:
                return False
            letter = self._letters[number]
            if not letter.waiting:
                self._drop(number)
                self._add(letter.channel, key, letter.frame)
            return True

    def _add(self, channel: str, key: str, frame: str) -> None:
        self._store(Letter(self._next, channel, key, frame))
        self._next += 1

    def _store(self, letter: Letter) -> None:
        self._keep(letter)
        row = (letter.number, letter.channel, letter.key, letter.frame, int(letter.waiting))
        self._write("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", row)

    def _keep(self, letter: Letter) -> None:
        self._letters[letter.number] = letter
        if letter.key:
            self._by_key[letter.key] = letter.number

    def _forget(self) -> None:
        taken = [number for number, letter in self._letters.items() if not letter.waiting]
        for number in taken[: max(0, len(taken) - self._remembered)]:
            self._drop(number)

    def _bound(self) -> None:
        waiting = [number for number, letter in self._letters.items() if letter.waiting]
        for number in waiting[: max(0, len(waiting) - self._most_waiting)]:
            log.error(
                "More than %d answers wait: that to %s is given up", self._most_waiting, self._letters[number].key
            )
            self._drop(number)

    def _drop(self, number: int) -> None:
        letter = self._letters.pop(number)
        if self._by_key.get(letter.key) == number:
            del self._by_key[letter.key]
        self._write("DELETE FROM answer WHERE number = ?", (number,))

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as broken:
            log.warning("The outbox cannot be written (%s): an unsent answer would not survive a restart", broken)
            self._behind = True

    def _write_all(self) -> None:
        rows = [(one.number, one.channel, one.key, one.frame, int(one.waiting)) for one in self._letters.values()]
        try:
            self._db.rollback()
            with self._db:
                self._db.execute("BEGIN")
                self._db.execute("DELETE FROM answer")
                self._db.executemany("INSERT INTO answer VALUES (?, ?, ?, ?, ?)", rows)
                self._db.executemany("DELETE FROM begun WHERE key = ?", [(key,) for key in self._by_key])
        except sqlite3.Error as broken:
            log.debug("The outbox still cannot be written: %s", broken)
            self._again_at = time.monotonic() + AGAIN_SECONDS
            return
        self._behind = False
        log.info("The outbox can be written again: what waits survives a restart")
