"""What waits for the core on disk: whole, within its bounds, and for whom."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Message, Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotolib.errors import MessageError, SpoolFailed
from resotolib.testing.example import ExampleCollector, kinds
from resotoworker import facts
from resotoworker.channel import silent
from resotoworker.scopes import ScopeContext, collect_scope
from resotoworker.spool import MEGABYTE, Shelf, Spool

ONE, TWO = (Action("collect", task, "collect") for task in ("one", "two"))

texts = st.text(max_size=20)
readings = st.builds(Reading, texts, texts, st.sampled_from(Outcome), st.none() | st.sampled_from(Cause), texts, texts)
segments = st.builds(
    Segment,
    st.builds(Scope, texts, texts, texts, st.dictionaries(texts, texts, max_size=3)),
    st.just(""),
    st.integers(0),
    st.integers(0),
    st.dictionaries(texts, st.integers(0), max_size=3),
    st.lists(readings, max_size=5).map(tuple),
    st.lists(st.builds(Message, st.sampled_from(["info", "error"]), texts, texts), max_size=3).map(tuple),
    st.integers(0),
    st.floats(0, 1e6),
    texts,
)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with closing(Spool(tmp_path, MEGABYTE)) as made:
        yield made


def restarted(folder: Path, by: str = "") -> closing[Spool]:
    return closing(Spool(folder, MEGABYTE, by))


def collected(shelf: Shelf, number: int = 0, size: int = 2) -> Segment:
    """An account whose file lies on the shelf, and is not entered yet."""
    collector = ExampleCollector(number + 1, size)
    return collect_scope(collector, collector.scopes().scopes[number], ScopeContext(kinds, str(shelf.folder)), silent())


def ids(spool: Spool) -> list[tuple[str, str]]:
    return [(left.task, left.segment.scope.id) for left in spool.left()]


@given(segments)
def test_facts_read_back(segment: Segment) -> None:
    assert facts.parse(facts.write(segment)) == segment


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"scope": 1, "readings": [], "messages": []}'])
def test_other_facts_are_refused(text: str) -> None:
    with pytest.raises(MessageError):
        facts.parse(text)


def test_what_was_entered_survives_a_kill(tmp_path: Path) -> None:
    """Nothing is closed: the file is read by another as it lies there."""
    killed = Spool(tmp_path, MEGABYTE)
    shelf = killed.shelf(ONE)
    first, second = (shelf.keep(collected(shelf, number)) for number in (0, 1))
    shelf.sent(second)

    with restarted(tmp_path) as spool:
        through = {segment.scope.id: segment for segment in spool.shelf(ONE).through()}
        assert through == {"000": first, "001": replace(second, path="")}
        assert ids(spool) == [("one", "000")]
    killed.close()


@pytest.mark.parametrize("name", ["x.ndjson", "x.ndjson.part"])
def test_what_was_not_entered_is_taken_for_half_written(tmp_path: Path, name: str) -> None:
    with restarted(tmp_path) as spool:
        shelf = spool.shelf(ONE)
        shelf.keep(collected(shelf))
        (shelf.folder / name).write_text("{")
    with restarted(tmp_path) as spool:
        assert [segment.scope.id for segment in spool.shelf(ONE).through()] == ["000"]
        assert [path.name for path in shelf.folder.iterdir()] == [Path(spool.left()[0].segment.path).name]


def test_another_version_or_other_settings_take_up_nothing(tmp_path: Path) -> None:
    with restarted(tmp_path, by="1") as spool:
        shelf = spool.shelf(ONE)
        shelf.keep(collected(shelf))
    with restarted(tmp_path, by="2") as spool:
        assert spool.shelf(ONE).through() == []
        assert ids(spool) == [("one", "000")]


def test_only_what_the_core_has_not_got_stays_after_the_answer(spool: Spool) -> None:
    shelf = spool.shelf(ONE)
    sent, refused, waits = (shelf.keep(collected(shelf, number)) for number in range(3))
    shelf.sent(sent)
    shelf.drop(refused)
    assert {segment.scope.id for segment in shelf.through()} == {"000", "002"}
    shelf.settle()

    assert [segment.scope.id for segment in shelf.through()] == ["002"]
    assert [path.name for path in shelf.folder.iterdir()] == [Path(waits.path).name]


def test_a_folder_goes_with_its_last_file(spool: Spool) -> None:
    shelf = spool.shelf(ONE)
    shelf.keep(collected(shelf))
    shelf.settle()
    assert shelf.folder.exists()
    spool.gone(spool.left()[0].segment.path)
    assert not shelf.folder.exists()


def test_what_is_being_written_is_left_alone(spool: Spool) -> None:
    older = spool.shelf(ONE)
    older.keep(collected(older))
    shelf = spool.shelf(TWO)
    written = collected(shelf, 1)
    shelf.keep(collected(shelf))
    assert Path(written.path).exists()
    assert shelf.keep(written).error == ""


def test_an_entry_without_its_file_is_forgotten(tmp_path: Path) -> None:
    with restarted(tmp_path) as spool:
        shelf = spool.shelf(ONE)
        Path(shelf.keep(collected(shelf)).path).unlink()
    with restarted(tmp_path) as spool:
        assert spool.left() == []
        assert spool.shelf(ONE).through() == []


def test_a_later_run_takes_the_place_of_what_waits(spool: Spool) -> None:
    older = spool.shelf(ONE)
    older.keep(collected(older, 0))
    older.keep(collected(older, 1))
    newer = spool.shelf(TWO)
    newer.keep(collected(newer, 0))
    assert ids(spool) == [("one", "001"), ("two", "000")]


def test_what_finds_no_room_costs_itself_and_says_so(spool: Spool) -> None:
    shelf = spool.shelf(ONE)
    first = shelf.keep(collected(shelf, 0, size=900))
    second = shelf.keep(collected(shelf, 1, size=900))
    assert (first.error, first.path == "") == ("", False)
    assert second.error.startswith("SpoolFailed: example:001 (account 1): cannot be kept in ")
    assert "of 1 MB of --spool-size" in second.error
    assert second.path == ""
    assert ids(spool) == [("one", "000")]
    assert len(list(shelf.folder.iterdir())) == 1


def test_a_full_disk_costs_the_account_and_says_so(spool: Spool) -> None:
    shelf = spool.shelf(ONE)
    scope = ExampleCollector(1).scopes().scopes[0]
    (shelf.folder / f"{scope.file_name}.ndjson.part").symlink_to("/dev/full")

    found = collected(shelf)

    assert found.error == (
        f"SpoolFailed: example:000 (account 0): cannot be kept in {shelf.folder} (No space left on device): "
        "make room there, or name another directory with --spool-dir"
    )
    assert list(shelf.folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_with_what_to_do(spool: Spool) -> None:
    shelf = spool.shelf(ONE)
    shelf.settle()
    shelf.folder.write_text("a file in the way")
    with pytest.raises(SpoolFailed, match=r"cannot be kept in .* \(File exists\): .*--spool-dir"):
        spool.shelf(ONE)


def test_what_cannot_be_settled_costs_nothing_now(spool: Spool, caplog: pytest.LogCaptureFixture) -> None:
    shelf = spool.shelf(ONE)
    shelf.sent(shelf.keep(collected(shelf)))
    spool.execute("CREATE TRIGGER full BEFORE DELETE ON scope BEGIN SELECT RAISE(ABORT, 'disk is full'); END", ())
    shelf.settle()
    assert "The spool fails (disk is full)" in caplog.text


def test_what_cannot_be_kept_for_a_reason_that_nobody_foresaw_costs_the_account(spool: Spool) -> None:
    shelf = spool.shelf(ONE)
    gone, odd = collected(shelf, 0), collected(shelf, 1)
    Path(gone.path).unlink()

    kept = [shelf.keep(gone), shelf.keep(replace(odd, kinds={"a": b"one"}))]  # type: ignore[dict-item]  # of a plugin

    assert [segment.path for segment in kept] == ["", ""]
    assert [segment.error.partition(":")[0] for segment in kept] == ["FileNotFoundError", "TypeError"]
    assert list(shelf.folder.iterdir()) == []


def test_names_that_look_alike_do_not_share_a_file() -> None:
    alike = [Scope("c", id_, "") for id_ in ("a/b", "a_b", "a b")]
    assert len({scope.file_name for scope in alike}) == len(alike)
    assert all("/" not in scope.file_name for scope in alike)


def test_entries_are_masked(tmp_path: Path) -> None:
    def mask(text: str) -> str:
        return text.replace("hush", "***")

    with closing(Spool(tmp_path, MEGABYTE, mask=mask)) as spool:
        shelf = spool.shelf(ONE)
        shelf.keep(replace(collected(shelf), messages=(Message("error", "the key hush is wrong"),)))
        assert shelf.through()[0].messages == (Message("error", "the key *** is wrong"),)


def test_an_entry_that_is_not_understood_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with restarted(tmp_path) as spool:
        shelf = spool.shelf(ONE)
        for number in (0, 1):
            shelf.keep(collected(shelf, number))
    with closing(sqlite3.connect(tmp_path / "spool.sqlite")) as database, database:
        database.execute("UPDATE scope SET facts = x'00' WHERE id = '000'")
    with restarted(tmp_path) as spool:
        assert ids(spool) == [("one", "001")]
    assert "is not understood" in caplog.text


def test_what_cannot_be_entered_is_sent_all_the_same(spool: Spool, caplog: pytest.LogCaptureFixture) -> None:
    spool._db.execute("PRAGMA max_page_count = 2")  # SQLite's own way to have no room
    shelf = spool.shelf(ONE)
    found = replace(collected(shelf), messages=tuple(Message("info", f"{n**9}") for n in range(5000)))
    kept = shelf.keep(found)
    shelf.sent(kept)
    assert kept == found
    assert "The spool fails (database or disk is full)" in caplog.text
    assert list(shelf.folder.iterdir()) == []
