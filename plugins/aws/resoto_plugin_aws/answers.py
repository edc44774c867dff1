"""Answers that the SDK takes for well-formed ones without any members.

No body, a body that is no JSON, or JSON of somebody else that has none of the members.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

READING = ("BatchGet", "Describe", "Get", "List", "Search")
"""How the operations begin whose answers say what there is. Nothing said is not nothing there."""
_TYPE = "__type"  # some services name the shape of their answer


def listen(client: Any) -> None:
    """Look at every answer that a client gets."""
    client.meta.events.register("after-call.*", heed)


def heed(http_response: Any, parsed: Mapping[str, Any], model: OperationModel, **_: Any) -> None:
    """Raises ResponseParserError for a successful answer to a question that says nothing at all."""
    said = parsed.keys() - {"ResponseMetadata"}
    if said or http_response.status_code != 200 or not model.name.startswith(READING) or not _speaks(model):
        return
    body = http_response.content
    if not body.strip():
        raise ResponseParserError("the answer was empty")
    if "json" in model.service_model.resolved_protocol:
        _check(body, model)


def _check(body: bytes, model: OperationModel) -> None:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ResponseParserError(f"the answer is no JSON: {error}") from error
    if "payload" in model.output_shape.serialization:
        return
    if not isinstance(answer, Mapping):
        raise ResponseParserError("the answer is no JSON object")
    names = answer.keys() - {_TYPE}
    known = {member.serialization.get("name", name) for name, member in model.output_shape.members.items()}
    if names and known.isdisjoint(names):
        raise ResponseParserError(f"the answer is that of something else: it has {', '.join(sorted(names)[:5])}")


def _speaks(model: OperationModel) -> bool:
    """Whether answers have a body with members."""
    return model.output_shape is not None and bool(model.output_shape.members) and not model.has_streaming_output
