"""Messages that a subscriber may send."""

from __future__ import annotations

import json

from resotolib.errors import MessageError
from resotoworker.localcore.codec import Json

ANSWERS = ("action_done", "action_error")
REPORTS = ("action_info", "action_progress")
NEEDED: dict[str, tuple[str, ...]] = {"action_info": ("level", "message"), "action_progress": ("progress", "at")}


def parse_message(text: str, *, early: bool) -> Json:
    """A message of a subscriber; raises MessageError. `early`: as 2.0 cores, which know no reports."""
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise MessageError("a subscriber", f"it is no JSON: {wrong}") from wrong
    if not isinstance(found, dict) or not isinstance(found.get("message_type"), str):
        raise MessageError("a subscriber", "it has no message_type")
    kind, data = found.get("kind"), found.get("data")
    if kind == "event":
        return found
    if kind not in (ANSWERS if early else ANSWERS + REPORTS):
        raise MessageError("a subscriber", f"its kind is {kind}")
    if not isinstance(data, dict) or not {"task", "step"} <= set(data):
        raise MessageError("a subscriber", "its data needs task and step")
    if missing := [name for name in NEEDED.get(str(kind), ()) if name not in data]:
        raise MessageError("a subscriber", f"its data needs {' and '.join(missing)}")
    return found
