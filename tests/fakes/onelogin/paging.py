"""How lists are cut into pages: by headers in version 2, by the body in version 1, and otherwise for assignments."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tests.fakes.onelogin.tenant import Row

Reply = tuple[int, Any, dict[str, str]]


def by_headers(rows: Sequence[Row], query: Mapping[str, str], cap: int) -> Reply:
    """Version 2. The cursor stands in the header as it would in an address, with `%3D` at its end."""
    limit, at = _limit(query, cap), _at(query.get("cursor"))
    headers = {"Total-Count": str(len(rows)), "Total-Pages": str(-(-len(rows) // limit)), "Page-Items": str(limit)}
    headers["Current-Page"] = str(at // limit + 1)
    if at + limit < len(rows):
        headers["After-Cursor"] = quote(_cursor(at + limit))
    return 200, rows[at : at + limit], headers


def by_body(rows: Sequence[Row], query: Mapping[str, str], cap: int) -> Reply:
    """Version 1."""
    limit, at = _limit(query, cap), _at(query.get("after_cursor"))
    following = _cursor(at + limit) if at + limit < len(rows) else None
    pagination = {"before_cursor": None, "after_cursor": following, "previous_link": None, "next_link": None}
    status = {"error": False, "code": 200, "type": "success", "message": "Success"}
    return 200, {"status": status, "pagination": pagination, "data": rows[at : at + limit]}, {}


def by_link(rows: Sequence[int], query: Mapping[str, str], cap: int, member: str) -> Reply:
    """What a privilege is assigned to."""
    at = _at(query.get("cursor"))
    following = _cursor(at + cap) if at + cap < len(rows) else None
    body = {"total": len(rows), member: rows[at : at + cap], "beforeCursor": None, "previousLink": None}
    return 200, {**body, "afterCursor": following, "nextLink": None}, {}


def _limit(query: Mapping[str, str], cap: int) -> int:
    return min(int(query.get("limit", cap)), cap)


def _cursor(at: int) -> str:
    return base64.b64encode(f"position={at}".encode()).decode()


def _at(cursor: str | None) -> int:
    """Raises ValueError for a cursor that is none, such as one that was encoded twice."""
    return int(base64.b64decode(cursor, validate=True).decode().partition("=")[2]) if cursor else 0
