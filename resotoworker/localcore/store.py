"""The one SQLite file: everything the embedded core must still know after it was killed."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path


class Store:
    """Opens connections to the file. Any number may read while one writes; writers take turns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._turn = threading.Lock()
        # One connection stays open for good: when the last one closes, SQLite folds the write-ahead log.
        self._keeper = self._connect()
        try:
            self._keeper.execute("PRAGMA journal_mode = WAL")
            self._keeper.executescript(resources.files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))
        except sqlite3.Error:
            self._keeper.close()
            raise

    def close(self) -> None:
        """Close the file. Connections that are still in use stay usable until their users close them."""
        self._keeper.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the file until the end of the block."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: kept when the block ends, undone when it raises."""
        with closing(self._connect()) as connection, self.writing(connection):
            yield connection

    @contextmanager
    def writing(self, connection: sqlite3.Connection) -> Iterator[None]:
        """As `write`, over a connection that its user has prepared."""
        with self._turn, _transaction(connection, "BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def staging(self) -> Iterator[sqlite3.Connection]:
        """A connection for temporary tables, which nobody waits for and nobody else sees."""
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA temp.journal_mode = OFF")
            yield connection

    def reader(self) -> sqlite3.Connection:
        """As `read`, for answers that are sent in parts: the caller closes it."""
        connection = self._connect()
        connection.execute("BEGIN")
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = FILE")
        except sqlite3.Error:
            connection.close()
            raise
        connection.create_function("REGEXP", 2, _matches, deterministic=True)
        return connection


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _matches(pattern: str, value: object) -> bool:
    return value is not None and re.search(pattern, str(value)) is not None
