"""The state directory, and that only one worker has it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resotolib.errors import SettingsError
from resotoworker.state import State


def test_it_is_made_for_its_user_only(tmp_path: Path) -> None:
    with State(tmp_path / "a" / "b") as state:
        assert state.directory.stat().st_mode & 0o777 == 0o700
        assert state.folder("spool") == tmp_path / "a" / "b" / "spool"
        assert state.folder("spool").is_dir()


def test_a_second_worker_is_told_who_has_it(tmp_path: Path) -> None:
    with State(tmp_path), pytest.raises(SettingsError, match=rf"in use by process {os.getpid()}.*--state-dir"):
        State(tmp_path)


def test_it_is_free_again_afterwards(tmp_path: Path) -> None:
    with State(tmp_path):
        pass
    with State(tmp_path) as state:
        assert state.directory == tmp_path


def test_it_is_free_when_its_owner_was_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from resotoworker.state import State;"
        "state = State(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    with State(tmp_path) as state:
        assert (state.directory / "lock").read_text() == str(os.getpid())


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"file/state cannot be used.*Name a directory"):
        State(tmp_path / "file" / "state")
