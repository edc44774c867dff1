"""Pages, and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.seeding import fingerprint

Row = TypeVar("Row")

_PAGING = frozenset({"pageToken", "maxResults", "pageSize"})


def cut(rows: Sequence[Row], query: Mapping[str, str], name: str, most: int) -> tuple[Sequence[Row], str]:
    """The page that a request asks for and the token of the next one, empty after the last.

    `most`: the server never gives more. Raises the API's 400 for a token of another request.
    """
    request = fingerprint([name, *sorted(item for item in query.items() if item[0] not in _PAGING)])
    asked = int(query.get("maxResults") or query.get("pageSize") or 0)
    size = min(asked, most) if asked > 0 else most
    start = _start(query["pageToken"], request) if query.get("pageToken") else 0
    end = start + size
    return rows[start:end], _token(end, request) if end < len(rows) else ""


def _token(start: int, request: str) -> str:
    return base64.urlsafe_b64encode(f"{start}:{request}".encode()).decode()


def _start(token: str, request: str) -> int:
    with suppress(binascii.Error, ValueError):
        start, _, issued_for = base64.urlsafe_b64decode(token).decode().partition(":")
        if issued_for == request:
            return int(start)
    raise ApiError(400, "Invalid value for field 'pageToken': the token is not one of this request.", "invalid")
