"""The directory of what a worker keeps over restarts, used by one worker at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from resotolib.errors import SettingsError


class State:
    """The state directory, made if need be, and locked until `close`; raises SettingsError if another has it.

    `flag` names the setting to blame.
    """

    def __init__(self, directory: Path, flag: str = "--state-dir") -> None:
        self.directory, self._flag = directory, flag
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = (directory / "lock").open("a+", encoding="ascii")
        except OSError as error:
            raise SettingsError(
                f"{flag} {directory} cannot be used: {error.strerror}. Name a directory that this user may write."
            ) from error
        try:
            self._claim()
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> State:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def outbox(self) -> Path:
        """File of the answers that the core has not got yet."""
        return self.directory / "outbox.sqlite"

    def folder(self, name: str) -> Path:
        """A directory below this one, made if need be."""
        folder = self.directory / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def close(self) -> None:
        """Let another worker have it."""
        self._lock.close()

    def _claim(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.seek(0)
            raise SettingsError(
                f"{self._flag} {self.directory} is in use by process {self._lock.read().strip() or 'unknown'}: "
                f"stop that worker, or give this one another --web-port, --resotocore-subscriber-id or {self._flag}."
            ) from error
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
