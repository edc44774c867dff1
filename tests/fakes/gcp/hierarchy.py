"""Organisations, folders and projects: who sees which, and what is below what."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.gcp.call import Call
from tests.fakes.gcp.filters import matcher
from tests.fakes.gcp.store import Resource


def visible(call: Call, rows: Iterable[Resource]) -> list[Resource]:
    """Those rows that the caller may see and asks for.

    `list` is about one parent and leaves out what has been deleted; `search` is about everything and does not.
    """
    rows = [row for row in rows if not row.name.startswith("projects/") or call.principal.sees(row.project)]
    if call.method.name == "list" and "parent" in call.query:
        deleted = call.query.get("showDeleted", "").lower() == "true"
        parent = call.store.canonical(call.query["parent"])
        rows = [
            row
            for row in rows
            if call.store.canonical(str(row.body.get("parent", ""))) == parent
            and (deleted or row.body.get("state", "ACTIVE") == "ACTIVE")
        ]
    if query := call.query.get("query"):
        fits = matcher(query)
        rows = [row for row in rows if fits(row.body)]
    return rows
