"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from resotolib.errors import SettingsError

log = logging.getLogger(__name__)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file under another name; it gets its own when the block ends and all of it is on the disk.

    When the block raises, or the disk is full, nothing is left of it and an older file of that name stays. Raises
    OSError.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb", buffering=2**18) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(directory: Path) -> None:
    """Have the names in a directory on the disk, not only in memory. Raises OSError."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def database(path: Path, schema: str) -> sqlite3.Connection:
    """An SQLite file in which a statement is on the disk when it returns; for use under a lock, by any thread.

    A file that is damaged is put aside as `<name>.damaged`, with a line in the log, and a new one is begun. Raises
    SettingsError when the place cannot be used.
    """
    try:
        return _opened(path, schema)
    except sqlite3.OperationalError as error:
        raise SettingsError(f"{path} cannot be used: {error}. Make room there, or name another directory.") from error
    except sqlite3.DatabaseError as error:
        aside = path.with_name(path.name + ".damaged")
        path.replace(aside)
        log.error("%s is damaged (%s): it is now %s, and what it held is not known any more", path, error, aside)  # noqa: TRY400  # the traceback says nothing
        return _opened(path, schema)


def _opened(path: Path, schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        connection.execute(schema)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
