"""`--debug-dump-json`: a copy of everything that is sent, one file a scope, and the model of the kinds in it."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotolib.hookspecs import hookimpl

log = logging.getLogger(__name__)


class Dump:
    """Writes `<cloud>-<scope>.ndjson`, in the core's upload format, and `model.json`; those of earlier runs go."""

    def __init__(self, directory: Path, model: Callable[[Mapping[str, int]], Sequence[Any]]) -> None:
        """`model(kinds)` is the model of these kinds (number of nodes by name) as it is sent to the core."""
        self._directory = directory
        self._model = model
        self._written: set[str] = set()

    @hookimpl
    def resoto_scope_collected(self, action: Action, segment: Segment) -> None:  # noqa: ARG002  # the hook's signature
        """Copy the scope's file while it is there."""
        if segment.path:
            self._directory.mkdir(parents=True, exist_ok=True)
            name = _name(segment)
            shutil.copyfile(segment.path, self._directory / name)
            self._written.add(name)

    @hookimpl
    def resoto_collected(self, action: Action, segments: Sequence[Segment]) -> None:  # noqa: ARG002  # the hook's signature
        """Write the model of what was found."""
        kinds: dict[str, int] = {}
        for segment in segments:
            for kind, count in segment.kinds.items():
                kinds[kind] = kinds.get(kind, 0) + count
        self._directory.mkdir(parents=True, exist_ok=True)
        self._remove_older(segments)
        text = json.dumps(self._model(kinds), indent=2, ensure_ascii=False)
        (self._directory / "model.json").write_text(text + "\n", encoding="utf-8")
        log.info("What was collected is in %s", self._directory)

    def _remove_older(self, segments: Sequence[Segment]) -> None:
        """An account that was not collected now, and what an interrupted part of this run has not written either."""
        current = self._written | {_name(segment) for segment in segments if not segment.error}
        for file in self._directory.glob("*.ndjson"):
            if file.name not in current:
                file.unlink(missing_ok=True)
        self._written = set()


def _name(segment: Segment) -> str:
    return re.sub(r"[^\w.-]+", "_", f"{segment.scope.cloud}-{segment.scope.id}") + ".ndjson"
