"""What owners read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from resotolib.clean.history import History

LONGEST = 3500
"""Characters of one message; Slack recommends at most 4,000."""
LONGEST_LINE = 600
"""Before it is escaped, which makes it up to five times as long."""


def parts(histories: Sequence[History], mask: Callable[[str], str] = str) -> list[str]:
    """The texts to send, in this order; `mask` takes out what nobody may read."""
    count = len(histories)
    title = f"Cleanup by Resoto: what happened to {count} resource{'' if count == 1 else 's'} of yours."
    texts, current = [], title
    for line in _lines(histories, mask):
        if len(current) + 1 + len(line) > LONGEST:
            texts.append(current)
            current = line
        else:
            current = f"{current}\n{line}"
    return [*texts, current]


def _lines(histories: Sequence[History], mask: Callable[[str], str]) -> Iterator[str]:
    """Escaped as Slack wants it: names of resources may look like its markup, and must not call anybody."""
    for history in histories:
        resource = history.resource
        place = " ".join(part for part in (resource.cloud, resource.account, resource.region) if part)
        yield from _pieces(mask(f"• {resource.name} in {place}"))
        for entry in history.entries:
            said = f": {entry.error}" if entry.error else ""
            yield from _pieces(mask(f"    {entry.at} {entry.message}{said}"))


def _pieces(line: str) -> Iterator[str]:
    flat = " ".join(line.splitlines())
    for start in range(0, len(flat), LONGEST_LINE):
        yield escape(flat[start : start + LONGEST_LINE], quote=False)
