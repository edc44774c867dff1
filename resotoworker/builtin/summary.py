"""The log lines that end a collect action: what was found, and what could not be read."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence

from resotolib.collect.completeness import Outcome
from resotolib.collect.scope import Message
from resotolib.collect.segment import Segment, together
from resotolib.core.messages import Action
from resotolib.hookspecs import hookimpl

log = logging.getLogger(__name__)

MOST_LINES = 50  # of unread kinds
HEAD = ("not read of", "kind", "regions", "cause", "reason")


@hookimpl
def resoto_collected(action: Action, segments: Sequence[Segment], messages: Sequence[Message]) -> None:
    """One line for the action, one for each account that failed, and the table of what is unread."""
    log.info(
        "%s of task %s is %s: %d accounts, %d resources, %d edges, %d API calls",
        action.type,
        action.task,
        together((segment.result for segment in segments), messages),
        len(segments),
        sum(segment.nodes for segment in segments),
        sum(segment.edges for segment in segments),
        sum(segment.calls for segment in segments),
    )
    for segment in segments:
        if segment.error:
            log.error("%s failed: %s", segment.scope, segment.error)
    _unread(segments)


def _unread(segments: Sequence[Segment]) -> None:
    regions: Counter[tuple[str, str, str, str]] = Counter()
    for segment in segments:
        for reading in segment.readings:
            if reading.outcome is Outcome.UNREAD:
                cause = reading.cause.value if reading.cause else "unknown"
                regions[str(segment.scope), reading.kind, cause, reading.reason] += 1
    if not regions:
        return
    shown = regions.most_common(MOST_LINES)
    rows = [HEAD, *((*row[:2], str(count), *row[2:]) for row, count in shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        log.warning("%s  %s", "  ".join(cells), row[-1])
    if len(regions) > MOST_LINES:
        log.warning("%d more are not read: the status page lists them", len(regions) - MOST_LINES)
