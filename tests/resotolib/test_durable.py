"""Files and databases on disks that are full, and damaged ones."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from resotolib.durable import database, whole
from resotolib.errors import SettingsError

SCHEMA = "CREATE TABLE IF NOT EXISTS thing (name TEXT)"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    with whole(tmp_path / "a") as file:
        file.write(b"all of it")
        before = names(tmp_path)
    assert before == ["a.part"]
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"all of it"


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), whole(tmp_path / "a") as file:
        file.write(b"%d" % (1 // 0))
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"), whole(tmp_path / "a") as file:
        file.write(b"x" * 2**20)
    assert names(tmp_path) == []


@pytest.mark.parametrize("damage", ["no database at all", "torn"])
def test_a_damaged_database_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    path = tmp_path / "db"
    with closing(database(path, SCHEMA)) as before:
        before.executemany("INSERT INTO thing VALUES (?)", [("x" * 500,)] * 100)
    whole_file = path.read_bytes()
    path.write_bytes(b"no database" * 1000 if damage != "torn" else whole_file[: len(whole_file) // 2])

    with closing(database(path, SCHEMA)) as after:
        assert after.execute("SELECT * FROM thing").fetchall() == []
    assert names(tmp_path) == ["db", "db.damaged"]
    assert "is damaged" in caplog.text


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="missing/db cannot be used: unable to open"):
        database(tmp_path / "missing" / "db", SCHEMA)


def test_what_is_committed_is_seen_by_another(tmp_path: Path) -> None:
    with closing(database(tmp_path / "db", SCHEMA)) as one:
        one.execute("INSERT INTO thing VALUES ('a')")
        with closing(sqlite3.connect(tmp_path / "db")) as other:
            assert other.execute("SELECT * FROM thing").fetchall() == [("a",)]
