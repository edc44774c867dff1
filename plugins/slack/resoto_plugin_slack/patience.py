"""Which of Slack's answers are rate limits and which are failures of a moment."""

from __future__ import annotations

from resoto_plugin_slack.answer import Answer
from resoto_plugin_slack.errors import MOMENTARY, THROTTLED, code_of, refused
from resotolib.collect.patience import Judge


def _limit(answer: Answer) -> float | None:
    if answer.status != 429 and code_of(answer.data) not in THROTTLED:
        return None
    try:
        return float(answer.headers.get("retry-after", ""))
    except ValueError:
        return 0.0


JUDGE: Judge[Answer] = Judge(
    _limit,
    lambda answer: answer.status >= 500 or code_of(answer.data) in MOMENTARY,
    lambda answer, what: refused(429, answer.data, what),
)
