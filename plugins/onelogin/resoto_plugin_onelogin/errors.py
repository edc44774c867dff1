"""What OneLogin and its SDK say when something is wrong, translated into our errors: the one place that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resotolib.errors import CollectError, NotAuthenticated, NotPermitted, Throttled, Unreadable

LONGEST = 200


def refused(status: int, body: Any, what: str) -> CollectError:
    """Our error for an answer with a status that is no success."""
    said = f"status {status}{said_in(body)}"
    if status == 401:
        return NotAuthenticated(what, f"{said}. Check --onelogin-client-id, --onelogin-client-secret and the region")
    if status == 403:
        return NotPermitted(what, f"{said}. Give the API credentials a scope that allows it (Read All, or Manage All)")
    if status == 429:
        return Throttled(what, f"{said}. Raise --onelogin-throttle-timeout, or collect less often")
    return Unreadable(what, said)


def said_in(body: Any) -> str:
    """The vendor's words in an answer, in the forms of both versions of the API; "" when there are none."""
    found = body
    if isinstance(body, Mapping):
        status = body.get("status")
        found = body.get("message") or (status.get("message") if isinstance(status, Mapping) else "")
    return f": {' '.join(found.split())[:LONGEST]}" if isinstance(found, str) and found.strip() else ""
