"""Messages: what is written reads back, what is garbage is refused with a reason."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resotolib.core.messages import (
    INFO_LIMIT,
    Action,
    BadTask,
    Progress,
    ProgressTree,
    TagTask,
    action_done,
    action_error,
    action_info,
    action_progress,
    parse_action,
    parse_task,
    task_done,
    task_error,
)
from resotolib.errors import MessageError

words = st.text(min_size=1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text(), json_values, max_size=4)
actions = st.builds(
    lambda type_, task, step, more: Action(type_, task, step, {**more, "task": task, "step": step}),
    words,
    words,
    words,
    objects,
)


def wire(action: Action) -> dict[str, Any]:
    return {
        "kind": "action_abort" if action.abort else "action",
        "message_type": action.type,
        "data": dict(action.data),
    }


@given(actions)
def test_an_action_reads_back(action: Action) -> None:
    assert parse_action(json.dumps(wire(action))) == action


@given(actions, st.text())
def test_answers_echo_the_data(action: Action, error: str) -> None:
    done, failed = json.loads(action_done(action)), json.loads(action_error(action, error))
    assert done == {"kind": "action_done", "message_type": action.type, "data": action.data}
    assert failed["kind"] == "action_error"
    assert failed["data"] == {**action.data, "error": error}


@given(actions, st.text(max_size=2000))
def test_a_line_for_the_operator_is_never_too_long(action: Action, text: str) -> None:
    data = json.loads(action_info(action, "error", text))["data"]
    assert data["level"] == "error"
    assert len(data["message"]) <= INFO_LIMIT
    assert text.startswith(data["message"].removesuffix("…"))


def test_a_reason_of_megabytes_does_not_close_the_socket() -> None:
    action = Action("collect", "t", "s", {"task": "t", "step": "s"})
    assert len(action_error(action, "x" * 10**7)) < 2**14
    assert len(task_error("t", "x" * 10**7)) < 2**14


@pytest.mark.parametrize("abort", [False, True])
def test_an_abort_is_told_from_an_action(*, abort: bool) -> None:
    action = Action("collect", "t", "s", {"task": "t", "step": "s"}, abort=abort)
    assert parse_action(json.dumps(wire(action))) == action
    assert action.key == "t:s"


def test_progress_has_its_time_in_utc() -> None:
    action = Action("collect", "t", "s", {"task": "t", "step": "s"})
    at = datetime(2026, 11, 23, 19, 23, 32, 999, tzinfo=timezone(timedelta(hours=1)))
    data = json.loads(action_progress(action, Progress("example", 0, 1), at=at))["data"]
    assert data == {
        "task": "t",
        "step": "s",
        "context": [],
        "progress": {"kind": "progress", "name": "example", "current": 0, "total": 1},
        "at": "2026-11-23T18:23:32Z",
    }


def test_progress_of_parts_is_a_tree() -> None:
    action = Action("collect", "t", "s", {})
    tree = ProgressTree("collect", (Progress("a1", 1, 2, ("aws",)), Progress("a2", 2, 2)))
    assert json.loads(action_progress(action, tree))["data"]["progress"] == {
        "kind": "tree",
        "name": "collect",
        "parts": [
            {"kind": "progress", "name": "a1", "current": 1, "total": 2, "path": ["aws"]},
            {"kind": "progress", "name": "a2", "current": 2, "total": 2},
        ],
    }


@given(st.text() | st.binary())
def test_garbage_is_refused_and_raises_nothing_else(garbage: str | bytes) -> None:
    for parse in (parse_action, parse_task):
        with pytest.raises(MessageError):
            parse(garbage)


@given(json_values, json_values, json_values)
def test_objects_of_the_wrong_shape_are_refused(kind: Any, message_type: Any, data: Any) -> None:
    frame = json.dumps({"kind": kind, "message_type": message_type, "data": data})
    with pytest.raises(MessageError):
        parse_action(frame)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "event"}, "event"),
        ({"kind": None}, "kind"),
        ({"message_type": ""}, "message_type"),
        ({"data": None}, "data of action collect"),
        ({"data": {"task": "t"}}, "step"),
        ({"data": {"task": 1, "step": "s"}}, "task"),
        ({"data": {"task": "\ud800", "step": "s"}}, "half of a character"),
    ],
)
def test_the_error_says_what_is_wrong(change: dict[str, Any], reason: str) -> None:
    message = {"kind": "action", "message_type": "collect", "data": {"task": "t", "step": "s"}, **change}
    with pytest.raises(MessageError, match=reason):
        parse_action(json.dumps(message))


def task(**data: Any) -> str:
    node = {"id": "n", "reported": {"id": "i"}}
    return json.dumps(
        {"task_id": "x", "task_name": "tag", "data": {"node": node, **data}, "attrs": {"cloud": "aws", "account": "1"}}
    )


def test_a_tag_task_is_read() -> None:
    found = parse_task(task(update={"a": "b"}, delete=["c"]))
    assert found == TagTask(
        "x", {"id": "n", "reported": {"id": "i"}}, {"a": "b"}, ("c",), {"cloud": "aws", "account": "1"}
    )


@pytest.mark.parametrize(("sent", "value"), [(None, ""), ("x", "x"), (12, "12"), (True, "true"), (1.5, "1.5")])
def test_tag_values_are_text(sent: Any, value: str) -> None:
    found = parse_task(task(update={"a": sent}))
    assert isinstance(found, TagTask)
    assert dict(found.update) == {"a": value}
    assert found.delete == ()


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (task(node=None), "node"),
        (task(node={"id": "n"}), "reported"),
        (task(update=["a"]), "update"),
        (task(update={"a": ["b"]}), "'a'"),
        (task(delete="a"), "delete"),
        ('{"task_id": "x", "task_name": "dance"}', "dance"),
        ('{"task_id": "x"}', "task_name"),
    ],
)
def test_a_task_that_names_itself_is_answered(frame: str, reason: str) -> None:
    found = parse_task(frame)
    assert isinstance(found, BadTask)
    assert found.id == "x"
    assert reason in found.error


def test_results_of_tasks() -> None:
    assert json.loads(task_done("x", {"id": "n"})) == {"task_id": "x", "result": "done", "data": {"id": "n"}}
    assert json.loads(task_error("x", "no")) == {"task_id": "x", "result": "error", "error": "no"}
