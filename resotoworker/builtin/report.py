"""`--report`: the result of the last collect as JSON, for whoever watches workers by program."""

from __future__ import annotations

import errno
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from resotolib.collect.completeness import Outcome
from resotolib.collect.scope import Message
from resotolib.collect.segment import Segment, together
from resotolib.core.messages import Action
from resotolib.durable import whole
from resotolib.errors import SettingsError
from resotolib.hookspecs import hookimpl


class Report:
    """Writes the file anew after each collect; it is there whole or not at all. `mask` takes secrets out of it."""

    def __init__(self, path: Path, mask: Callable[[str], str] = str) -> None:
        """Raises SettingsError where no file can be written."""
        self._path = path
        self._mask = mask
        self._try()

    @hookimpl
    def resoto_collected(self, action: Action, segments: Sequence[Segment], messages: Sequence[Message]) -> None:
        """Write the report."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = self._mask(json.dumps(report(action, segments, messages), indent=2)) + "\n"
        with whole(self._path) as file:
            file.write(text.encode())

    def _try(self) -> None:
        trial = self._path.with_name(self._path.name + ".part")
        try:
            if self._path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with suppress(FileExistsError):  # a file, of which the next line says that it is no directory
                self._path.parent.mkdir(parents=True, exist_ok=True)
            trial.touch()
            trial.unlink()
        except OSError as error:
            raise SettingsError(f"--report names {self._path}, which cannot be written: {error.strerror}.") from error


def report(action: Action, segments: Sequence[Segment], messages: Sequence[Message] = ()) -> dict[str, Any]:
    """The report as plain data; `result` is done, partial or failed."""
    return {
        "task": action.task,
        "finished_at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "result": together((segment.result for segment in segments), messages),
        "messages": [_message(message) for message in messages],
        "scopes": [_scope(segment) for segment in segments],
    }


def _scope(segment: Segment) -> dict[str, Any]:
    unread = [reading for reading in segment.readings if reading.outcome is Outcome.UNREAD]
    return {
        "cloud": segment.scope.cloud,
        "id": segment.scope.id,
        "name": segment.scope.name,
        "result": segment.result,
        "error": segment.error,
        "nodes": segment.nodes,
        "edges": segment.edges,
        "calls": segment.calls,
        "seconds": round(segment.seconds, 3),
        "kinds": dict(sorted(segment.kinds.items())),
        "readings": dict(Counter(reading.outcome.value for reading in segment.readings)),
        "unread": [
            {
                "region": reading.region,
                **({"zone": reading.zone} if reading.zone else {}),
                "kind": reading.kind,
                "cause": reading.cause.value if reading.cause else "",
                "reason": reading.reason,
            }
            for reading in unread
        ],
        "messages": [_message(message) for message in segment.messages],
    }


def _message(message: Message) -> dict[str, str]:
    return {"level": message.level, "text": message.text}
