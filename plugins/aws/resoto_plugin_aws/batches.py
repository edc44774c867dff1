"""What an answer about several items leaves out: gone if the answer says so, else not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from resotolib.errors import Unreadable

MISSING = "MISSING"  # the reason by which ECS says that there is no such thing
_FAILURES, _NOT_FOUND = "failures", "NotFound"


def unread(what: str, asked: Sequence[Any], answer: Mapping[str, Any], found: Sequence[Any]) -> Unreadable | None:
    """Why some of what was asked for is not known; None when all was found or is said not to be there."""
    reasons = [reason for reason in _reasons(answer) if reason != MISSING]
    gone = len(list(_reasons(answer))) - len(reasons) + sum(len(names) for names in _not_found(answer))
    missing = len({str(item) for item in asked}) - len(found) - gone
    if missing <= 0:
        return None
    said = f": {', '.join(sorted(set(reasons)))}" if reasons else ""
    return Unreadable(what, f"the answer leaves out {missing} of {len(asked)} without saying that they are gone{said}")


def _reasons(answer: Mapping[str, Any]) -> Iterator[str]:
    for failure in answer.get(_FAILURES) or ():
        detail = failure.get("detail")
        yield f"{failure.get('reason')}{f' ({detail})' if detail else ''}"


def _not_found(answer: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    return (value for name, value in answer.items() if name.endswith(_NOT_FOUND) and isinstance(value, list))
