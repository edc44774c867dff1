"""Which of OneLogin's answers are rate limits and which are failures of a moment."""

from __future__ import annotations

from resoto_plugin_onelogin.errors import refused
from resoto_plugin_onelogin.transport import Answer
from resotolib.collect.patience import SHORTEST, Judge
from resotolib.errors import CollectError

_WAITS = ("retry-after", "x-ratelimit-reset")


def _limit(answer: Answer) -> float | None:
    return _seconds(answer) if answer.status == 429 else None


def _seconds(answer: Answer) -> float:
    """How long the server asks us to wait, in either of its headers."""
    for header in _WAITS:
        try:
            return float(answer.headers[header])
        except (KeyError, ValueError):
            continue
    return 0.0


def _refused(answer: Answer, what: str) -> CollectError:
    return refused(429, answer.data or f"wait {max(_seconds(answer), SHORTEST):.0f} seconds", what)


JUDGE: Judge[Answer] = Judge(_limit, lambda answer: answer.status >= 500, _refused)
