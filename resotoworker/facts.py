"""What is known about a collected scope, as text that another start of this program reads back."""

from __future__ import annotations

import json
from dataclasses import asdict

from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Message, Scope
from resotolib.collect.segment import Segment
from resotolib.errors import MessageError


def write(segment: Segment) -> str:
    """The segment as JSON, without the path of its file."""
    readings = [
        (r.region, r.kind, r.outcome.value, r.cause and r.cause.value, r.reason, r.zone) for r in segment.readings
    ]
    facts = {name: getattr(segment, name) for name in ("nodes", "edges", "calls", "seconds", "error")}
    messages = [asdict(message) for message in segment.messages]
    scope = {**asdict(segment.scope), "data": dict(segment.scope.data)}
    more = {"scope": scope, "kinds": dict(segment.kinds), "readings": readings, "messages": messages}
    return json.dumps({**facts, **more}, separators=(",", ":"))


def parse(text: str) -> Segment:
    """The segment, without a path; raises MessageError."""
    try:
        facts = json.loads(text)
        readings = [
            Reading(region, kind, Outcome(outcome), Cause(cause) if cause else None, reason, zone)
            for region, kind, outcome, cause, reason, zone in facts["readings"]
        ]
        return Segment(
            **{
                **facts,
                "scope": Scope(**facts["scope"]),
                "readings": tuple(readings),
                "messages": tuple(Message(**message) for message in facts["messages"]),
            }
        )
    except (ValueError, TypeError, KeyError) as wrong:
        raise MessageError("an earlier start of this worker", f"{type(wrong).__name__}: {wrong}") from wrong
