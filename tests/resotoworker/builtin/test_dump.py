"""`--debug-dump-json` keeps what was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from resotolib.collect.scope import Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotoworker.builtin.dump import Dump

ACTION = Action("collect", "task-1", "collect")


def test_a_scope_is_copied_while_its_file_is_there(tmp_path: Path) -> None:
    file = tmp_path / "segment"
    file.write_text('{"id":"a"}\n')
    dump = Dump(tmp_path / "dumps", sorted)

    dump.resoto_scope_collected(ACTION, Segment(Scope("aws", "../1", "prod"), str(file)))

    assert (tmp_path / "dumps" / "aws-.._1.ndjson").read_text() == '{"id":"a"}\n'


def test_the_model_is_that_of_what_was_found(tmp_path: Path) -> None:
    dump = Dump(tmp_path, sorted)
    segments = [Segment(Scope("aws", str(number), ""), kinds={kind: 1}) for number, kind in enumerate("ba")]

    dump.resoto_collected(ACTION, segments)

    assert json.loads((tmp_path / "model.json").read_text()) == ["a", "b"]


def test_what_is_not_of_the_last_run_is_removed(tmp_path: Path) -> None:
    """One is gone, one failed, one was taken up from an interrupted run, one is not at the core yet."""
    file = tmp_path / "segment"
    file.write_text('{"id":"a"}\n')
    folder = tmp_path / "dumps"
    dump = Dump(folder, sorted)
    scopes = [Scope("aws", id_, "") for id_ in ("gone", "failed", "earlier", "kept")]
    for scope in scopes:
        dump.resoto_scope_collected(ACTION, Segment(scope, str(file)))
    dump.resoto_collected(ACTION, [Segment(scope) for scope in scopes])
    assert len(list(folder.glob("*.ndjson"))) == 4

    kept = Segment(scopes[3], str(file))
    dump.resoto_scope_collected(ACTION, kept)
    dump.resoto_collected(ACTION, [Segment(scopes[1], error="died"), Segment(scopes[2]), replace(kept, error="away")])

    assert {found.name for found in folder.iterdir()} == {"aws-earlier.ndjson", "aws-kept.ndjson", "model.json"}


def test_a_scope_that_failed_leaves_no_file(tmp_path: Path) -> None:
    Dump(tmp_path, sorted).resoto_scope_collected(ACTION, Segment(Scope("aws", "1", ""), error="died"))

    assert list(tmp_path.iterdir()) == []
