"""Messages between the core and the worker, parsed and written in one place (wire format: one JSON object a frame)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

from resotolib.errors import MessageError

INFO_LIMIT = 500  # characters; the core's own clients keep to it
ERROR_LIMIT = 10_000  # characters; a message of megabytes makes the core close the socket, each time it is sent
_ACTIONS = "the core"
_TASKS = "the core's work queue"


@dataclass(frozen=True, slots=True)
class Action:
    """An instruction to every subscriber: `type` is collect, cleanup, …; `data` is echoed in the answer."""

    type: str
    task: str
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)
    abort: bool = False

    @property
    def key(self) -> str:
        """What makes the action the same action when it is delivered twice."""
        return f"{self.task}:{self.step}"


@dataclass(frozen=True, slots=True)
class TagTask:
    """A task for this worker alone: change the tags of `node` and answer with the changed node."""

    id: str
    node: Mapping[str, Any]
    update: Mapping[str, str]
    delete: tuple[str, ...]
    attrs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadTask:
    """A task that names itself and cannot be done: the core is told `error` in place of waiting for its timeout."""

    id: str
    error: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is: `current` of `total`, done when equal. `path` says where it belongs in a tree."""

    name: str
    current: int
    total: int
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressTree:
    """How far the parts of a piece of work are."""

    name: str
    parts: tuple[Progress, ...] = ()


Level = Literal["info", "error"]


def parse_action(frame: str | bytes) -> Action:
    """What came over the subscriber's socket; raises MessageError for anything that is no action."""
    message = _object(_ACTIONS, frame)
    kind = _text(_ACTIONS, message, "kind")
    if kind not in ("action", "action_abort"):
        raise MessageError(_ACTIONS, f"kind {kind!r} is neither action nor action_abort")
    type_ = _text(_ACTIONS, message, "message_type")
    data = message.get("data")
    if not isinstance(data, dict):
        raise MessageError(_ACTIONS, f"data of action {type_} is no object")
    task, step = _text(_ACTIONS, data, "task"), _text(_ACTIONS, data, "step")
    return Action(type_, task, step, data, abort=kind == "action_abort")


def parse_task(frame: str | bytes) -> TagTask | BadTask:
    """What came over the work queue; raises MessageError for anything that cannot even be answered."""
    message = _object(_TASKS, frame)
    task_id = _text(_TASKS, message, "task_id")
    try:
        return _tag_task(task_id, message)
    except MessageError as wrong:
        return BadTask(task_id, str(wrong))


def _tag_task(task_id: str, message: Mapping[str, Any]) -> TagTask:
    name = _text(_TASKS, message, "task_name")
    if name != "tag":
        raise MessageError(_TASKS, f"task {name} is not one that this worker registered for")
    data = _mapping(message, "data", "the task")
    node = _mapping(data, "node", "data")
    _mapping(node, "reported", "data.node")
    _text(_TASKS, node, "id")
    update = {
        str(key): _tag_value(key, value) for key, value in _mapping(data, "update", "data", missing_ok=True).items()
    }
    delete = data.get("delete") or []
    if not isinstance(delete, list) or not all(isinstance(key, str) for key in delete):
        raise MessageError(_TASKS, "data.delete is no list of tag keys")
    attrs = {str(key): str(value) for key, value in _mapping(message, "attrs", "the task", missing_ok=True).items()}
    return TagTask(task_id, node, update, tuple(delete), attrs)


def _tag_value(key: str, value: object) -> str:
    """Clouds know text only; `tag update key` without a value arrives as null and means an empty value."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise MessageError(_TASKS, f"value of tag {key!r} is neither text nor a number")


def _object(source: str, frame: str | bytes) -> dict[str, Any]:
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError) as wrong:
        raise MessageError(source, f"no JSON: {wrong}") from wrong
    if not isinstance(message, dict):
        raise MessageError(source, f"expected an object, got {type(message).__name__}")
    return message


def _text(source: str, message: Mapping[str, Any], key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str) or not value:
        raise MessageError(source, f"{key} is missing or no text")
    if not value.isascii() and value.encode(errors="replace").decode() != value:
        raise MessageError(source, f"{key} is {value!r}, half of a character")
    return value


def _mapping(message: Mapping[str, Any], key: str, where: str, *, missing_ok: bool = False) -> Mapping[str, Any]:
    value = message.get(key)
    if value is None and missing_ok:
        return {}
    if not isinstance(value, dict):
        raise MessageError(_TASKS, f"{key} of {where} is missing or no object")
    return value


def action_done(action: Action) -> str:
    """The frame that ends the action well."""
    return _answer("action_done", action, {})


def action_error(action: Action, error: str) -> str:
    """The frame that ends the action with an error; the workflow goes on."""
    return _answer("action_error", action, {"error": _cut(error, ERROR_LIMIT)})


def action_info(action: Action, level: Level, text: str) -> str:
    """The frame of a line for the operator, cut to 500 characters; level error is listed in the workflow's log."""
    return _answer("action_info", action, {"level": level, "message": _cut(text, INFO_LIMIT)})


def action_progress(action: Action, progress: Progress | ProgressTree, *, at: datetime | None = None) -> str:
    """The frame that says how far the action is; `at` is the time of the statement, now if not given."""
    moment = (at or datetime.now(timezone.utc)).astimezone(timezone.utc)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    body = _progress(progress) if isinstance(progress, Progress) else _tree(progress)
    return _answer("action_progress", action, {"progress": body, "context": [], "at": stamp})


def task_done(task_id: str, node: Mapping[str, Any]) -> str:
    """The frame that answers a task with the changed node, whose sections are complete."""
    return _dump({"task_id": task_id, "result": "done", "data": node})


def task_error(task_id: str, error: str) -> str:
    """The frame that answers a task with the reason why it failed."""
    return _dump({"task_id": task_id, "result": "error", "error": _cut(error, ERROR_LIMIT)})


def _progress(progress: Progress) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": "progress",
        "name": progress.name,
        "current": progress.current,
        "total": progress.total,
    }
    return {**body, "path": list(progress.path)} if progress.path else body


def _tree(tree: ProgressTree) -> dict[str, Any]:
    return {"kind": "tree", "name": tree.name, "parts": [_progress(part) for part in tree.parts]}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _answer(kind: str, action: Action, more: Mapping[str, Any]) -> str:
    return _dump({"kind": kind, "message_type": action.type, "data": {**action.data, **more}})


def _dump(message: Mapping[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"))
