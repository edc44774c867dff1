"""`--report` says what a collect came to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Message, Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotolib.errors import SettingsError
from resotoworker.builtin.report import Report, report

ACTION = Action("collect", "task-1", "collect")
READ = Reading("us-east-1", "aws_vpc", Outcome.COMPLETE)
UNREAD = Reading("eu-west-1", "aws_vpc", Outcome.UNREAD, Cause.DENIED, "ec2:DescribeVpcs is not allowed")

GOOD = Segment(Scope("aws", "1", "one"), nodes=3, kinds={"aws_vpc": 3}, readings=(READ,))
PARTLY = Segment(Scope("aws", "2", "two"), nodes=1, readings=(READ, UNREAD), messages=(Message("info", "hello"),))
BAD = Segment(Scope("aws", "3", "three"), error="NotPermitted: the role cannot be taken")


@pytest.mark.parametrize(
    ("segments", "result"),
    [
        ([GOOD], "done"),
        ([GOOD, PARTLY], "partial"),
        ([GOOD, BAD], "partial"),
        ([BAD], "failed"),
        ([], "done"),
    ],
)
def test_the_result_is_that_of_all_scopes(segments: list[Segment], result: str) -> None:
    assert report(ACTION, segments)["result"] == result


def test_what_was_not_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "last.json"

    Report(path).resoto_collected(ACTION, [PARTLY, BAD], [])

    partly, bad = json.loads(path.read_text())["scopes"]
    assert partly["readings"] == {"complete": 1, "unread": 1}
    assert partly["unread"] == [
        {"region": "eu-west-1", "kind": "aws_vpc", "cause": "denied", "reason": "ec2:DescribeVpcs is not allowed"}
    ]
    assert bad["error"] == "NotPermitted: the role cannot be taken"


def test_a_place_where_nothing_can_be_written_is_a_wrong_setting(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(SettingsError, match=f"^--report names {tmp_path}, which cannot be written: Is a directory"):
        Report(tmp_path)
    with pytest.raises(SettingsError, match=f"^--report names {file}/last.json, which cannot be written: Not a dir"):
        Report(file / "last.json")


def test_where_it_does_not_fit_the_one_before_stays_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "last.json"
    made = Report(path)
    made.resoto_collected(ACTION, [GOOD], [])
    (tmp_path / "last.json.part").symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        made.resoto_collected(ACTION, [BAD], [])

    assert json.loads(path.read_text())["result"] == "done"
    assert [entry.name for entry in tmp_path.iterdir()] == ["last.json"]


def test_the_last_report_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "last.json"

    Report(path).resoto_collected(ACTION, [BAD], [])
    Report(path).resoto_collected(ACTION, [GOOD], [])

    assert json.loads(path.read_text())["result"] == "done"
    assert [entry.name for entry in tmp_path.iterdir()] == ["last.json"]
