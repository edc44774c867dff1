"""Lists, page by page, in the styles of both versions of the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from resoto_plugin_onelogin.session import Session
from resoto_plugin_onelogin.transport import Answer
from resotolib.errors import Unreadable
from resotolib.kinds.kind import Call

Item = dict[str, Any]


def pages(session: Session, call: Call) -> Iterator[list[Item]]:
    """The pages of a list. Raises CollectError; an answer that is no list is one, and so is a list that ends early."""
    read: int = 0
    for answer in _answers(session, call, "after_cursor" if call.service == "v1" else "cursor"):
        found = _items(answer, call)
        read += len(found)
        yield found
    total = answer.headers.get("total-count", "")
    if total.isdigit() and read < int(total):
        raise Unreadable(call.operation, f"the list ended after {read} of {total}")


def members(session: Session, path: str, member: str) -> Iterator[Any]:
    """What an assignment list holds: pages that hold their items and their cursor side by side."""
    for answer in _answers(session, Call("v1", path, {}), "cursor"):
        found = answer.data.get(member) if isinstance(answer.data, Mapping) else None
        if not isinstance(found, list):
            raise Unreadable(path, f"the answer holds no list of {member}")
        yield from found


def _answers(session: Session, call: Call, parameter: str) -> Iterator[Answer]:
    query = dict(call.params)
    seen: set[str] = set()
    while True:
        answer = session.get(call.operation, query)
        yield answer
        cursor = _cursor(answer)
        if not cursor:
            return
        if cursor in seen:
            raise Unreadable(call.operation, "a page names one that was read before as the next")
        seen.add(cursor)
        query = {**call.params, parameter: cursor}


def _items(answer: Answer, call: Call) -> list[Item]:
    found = answer.data
    if isinstance(found, Mapping) and call.items:
        found = found.get(call.items)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Unreadable(call.operation, f"the answer is no list of objects but {type(found).__name__}")
    return found


def _cursor(answer: Answer) -> str:
    """What to ask the next page with. In headers it is encoded for addresses already, and would be a second time."""
    header = unquote(answer.headers.get("after-cursor", ""))
    if header or not isinstance(answer.data, Mapping):
        return header
    pagination = answer.data.get("pagination")
    inner = pagination.get("after_cursor") if isinstance(pagination, Mapping) else answer.data.get("afterCursor")
    if inner:
        return unquote(str(inner))
    link = answer.data.get("nextLink")
    return _cursor_of(str(link)) if link else ""


def _cursor_of(link: str) -> str:
    found = parse_qs(urlsplit(link).query)
    return next((found[name][0] for name in ("cursor", "after_cursor") if name in found), "")
