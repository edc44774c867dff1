"""Collected scopes on their way to the core: kept on disk until it has them, whoever is stopped or killed meanwhile.

The file of a scope lies in a folder of its action, what is known about it in an SQLite file beside these folders. A
scope is entered there once its file is on the disk, and what is not entered is taken for half-written. The scopes that
the core has got stay entered, without a file, until the action is answered: when the core asks for the action again
after this worker was killed, they are not collected again.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotolib.durable import database
from resotolib.errors import MessageError, SpoolFailed
from resotoworker.facts import parse, write

log = logging.getLogger(__name__)

MEGABYTE = 2**20
_SCHEMA = """
CREATE TABLE IF NOT EXISTS scope (
    folder TEXT NOT NULL, cloud TEXT NOT NULL, id TEXT NOT NULL, task TEXT NOT NULL, kept REAL NOT NULL,
    file TEXT NOT NULL, bytes INTEGER NOT NULL, facts BLOB NOT NULL, PRIMARY KEY (folder, cloud, id))
"""


@dataclass(frozen=True, slots=True)
class Left:
    """A scope that the core has not got: the task it was collected for, and since when it waits (seconds, epoch)."""

    task: str
    kept: float
    segment: Segment


class Spool:
    """Used by one worker, from any thread; closed by `close`.

    `limit`: bytes that may wait. `by` is what has to be the same for a scope to be taken for one of an interrupted run:
    version and settings. `mask` takes secrets out of what is written.
    """

    def __init__(self, directory: Path, limit: int, by: str = "", mask: Callable[[str], str] = str) -> None:
        self.directory = directory
        self._limit, self._by, self._mask = limit, by, mask
        self._lock = threading.Lock()
        self._in_use = ""
        self._db = database(directory / "spool.sqlite", _SCHEMA)
        self._tidy()

    def close(self) -> None:
        """Close the file; what waits is sent after the next start."""
        with self._lock:
            self._db.close()

    def shelf(self, action: Action) -> Shelf:
        """Where the scopes of this action go, until it is settled; one action at a time.

        What was only known of scopes that the core has got from other actions is forgotten. Raises SpoolFailed.
        """
        name = blake2b(f"{action.key}\n{self._by}".encode(), digest_size=16).hexdigest()
        try:
            self.execute("DELETE FROM scope WHERE file = '' AND folder != ?", (name,))
            self._in_use = name
            (self.directory / name).mkdir(mode=0o700, exist_ok=True)
            self._tidy()
        except (sqlite3.Error, OSError) as broken:
            raise SpoolFailed("What is collected", self.directory, _words(broken)) from broken
        return Shelf(self, name, action.task)

    def left(self) -> list[Left]:
        """What the core has not got, oldest first."""
        query = "SELECT folder, task, kept, file, facts FROM scope WHERE file != '' ORDER BY kept"
        with self._lock:
            rows = self._db.execute(query).fetchall()
        found = []
        for folder, task, kept, file, facts in rows:
            segment = self._segment(folder, file, facts)
            if segment is None:
                self.gone(str(self.directory / folder / file))
            else:
                found.append(Left(task, kept, segment))
        return found

    def sent(self, path: str) -> None:
        """The core has got this file, or something newer."""
        self._forget(path, "UPDATE scope SET file = '', bytes = 0 WHERE folder = ? AND file = ?")

    def gone(self, path: str) -> None:
        """Nobody needs this file any more."""
        self._forget(path, "DELETE FROM scope WHERE folder = ? AND file = ?")

    def entered(self, folder: str) -> list[Segment]:
        """The scopes of a folder."""
        with self._lock:
            rows = self._db.execute("SELECT file, facts FROM scope WHERE folder = ?", (folder,)).fetchall()
        found = (self._segment(folder, file, facts) for file, facts in rows)
        return [segment for segment in found if segment is not None]

    def enter(self, folder: str, task: str, segment: Segment) -> None:
        """Keep a scope, in place of what waits from earlier actions; raises SpoolFailed when there is no room."""
        file = Path(segment.path)
        size, (cloud, id_) = file.stat().st_size, segment.scope.key
        facts = zlib.compress(self._mask(write(segment)).encode())
        others = "SELECT folder, file, bytes FROM scope WHERE file != '' AND folder != ? AND cloud = ? AND id = ?"
        with self._lock:
            older = self._db.execute(others, (folder, cloud, id_)).fetchall()
            (waiting,) = self._db.execute("SELECT coalesce(sum(bytes), 0) FROM scope").fetchone()
        waiting -= sum(bytes_ for *_, bytes_ in older)
        if waiting + size > self._limit:
            full = f"{waiting // MEGABYTE} of {self._limit // MEGABYTE} MB of --spool-size are waiting for the core"
            raise SpoolFailed(str(segment.scope), self.directory, full)
        row = (folder, cloud, id_, task, time.time(), file.name, size, facts)
        self.execute("INSERT OR REPLACE INTO scope VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        for name, old, _ in older:
            self.gone(str(self.directory / name / old))

    def execute(self, statement: str, values: Sequence[object]) -> None:
        """Change entries; raises sqlite3.Error."""
        with self._lock:
            self._db.execute(statement, values)

    def _forget(self, path: str, statement: str) -> None:
        file = Path(path)
        try:
            self.execute(statement, (file.parent.name, file.name))
        finally:
            file.unlink(missing_ok=True)
        self._tidy()

    def _segment(self, folder: str, file: str, facts: bytes) -> Segment | None:
        """What was entered; None when another version of this program has entered it."""
        path = self.directory / folder / file
        try:
            return replace(parse(zlib.decompress(facts).decode()), path=str(path) if file else "")
        except (MessageError, ValueError, zlib.error) as wrong:
            log.warning("An entry of the spool in %s is not understood and passed over: %s", self.directory, wrong)
            return None

    def settle(self, folder: str) -> None:
        """The action is answered: only what the core has not got stays."""
        self.execute("DELETE FROM scope WHERE folder = ? AND file = ''", (folder,))
        self._in_use = ""
        self._tidy()

    def _tidy(self) -> None:
        """Remove files that were not entered, half-written ones among them, but those of the action that goes on."""
        with self._lock:
            entered = self._db.execute("SELECT folder, file FROM scope WHERE file != ''").fetchall()
        known = {(folder, file) for folder, file in entered if (self.directory / folder / file).exists()}
        for folder, file in set(entered) - known:
            self.execute("DELETE FROM scope WHERE folder = ? AND file = ?", (folder, file))
        used = {folder for folder, _ in known}
        for folder in self.directory.iterdir():
            if not folder.is_dir() or folder.name == self._in_use:
                continue
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for file in folder.iterdir():
                if (folder.name, file.name) not in known:
                    file.unlink(missing_ok=True)


class Shelf:
    """The scopes of one action: `folder` is where their files are written."""

    def __init__(self, spool: Spool, name: str, task: str) -> None:
        self._spool, self._name, self._task = spool, name, task
        self.folder = spool.directory / name

    def through(self) -> list[Segment]:
        """What a run of this action that was interrupted has collected; without a path when the core has got it."""
        return self._spool.entered(self._name)

    def keep(self, segment: Segment) -> Segment:
        """Keep a collected scope until the core has got it; one that cannot be kept comes back as failed."""
        if segment.error or not segment.path:
            return segment
        try:
            with self._trying(segment):
                self._spool.enter(self._name, self._task, segment)
        except SpoolFailed as full:
            return _failed(segment, full)
        except Exception as error:  # one scope of many: the others go on
            log.exception("Keeping %s failed", segment.scope)
            return _failed(segment, error)
        return segment

    def sent(self, segment: Segment) -> None:
        """The core has got it."""
        with self._trying(segment):
            self._spool.sent(segment.path)

    def drop(self, segment: Segment) -> None:
        """The core does not want it."""
        with self._trying(segment):
            self._spool.gone(segment.path)

    def settle(self) -> None:
        """The action is answered: only what the core has not got stays."""
        try:
            self._spool.settle(self._name)
        except (sqlite3.Error, OSError) as broken:
            log.warning("The spool fails (%s): what the core has got is taken away by a later action", broken)

    @contextmanager
    def _trying(self, segment: Segment) -> Iterator[None]:
        """An entry that cannot be written costs the knowledge of it after a restart, and nothing now."""
        try:
            yield
        except sqlite3.Error as broken:
            log.warning("The spool fails (%s): after a restart, %s would be collected again", broken, segment.scope)


def _words(broken: Exception) -> str:
    """Without the path, which is said besides."""
    return (broken.strerror if isinstance(broken, OSError) else "") or str(broken)


def _failed(segment: Segment, error: Exception) -> Segment:
    Path(segment.path).unlink(missing_ok=True)
    return replace(segment, path="", error=f"{type(error).__name__}: {error}")
