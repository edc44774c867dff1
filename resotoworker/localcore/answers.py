"""Answers in the shapes of the wire."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from resotolib.errors import Refusal
from resotoworker.localcore.codec import Json, pack
from resotoworker.localcore.core import Core

NDJSON = "application/x-ndjson"
CHUNK = 200
GRAPH_OF_UPLOAD = ("ConflictingChangeInProgress", "NoSuchGraph")


def json_answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """One JSON text."""
    return Response(pack(body), status, headers, media_type="application/json")


def refused(refusal: Refusal) -> Response:
    """What a client sees of a Refusal."""
    return PlainTextResponse(str(refusal), refusal.status)


def import_aborted(refusal: Refusal) -> Refusal:
    """A Refusal inside an upload, as uploads say it."""
    _, name, message = refusal.args
    if name in GRAPH_OF_UPLOAD:
        return refusal
    return Refusal(refusal.status, "ImportAborted", f"{name}({message!r})")


async def stream(core: Core, request: Request, query: Callable[[sqlite3.Connection], Iterator[Json]]) -> Response:
    """The elements of a query, as lines or as one array, made while they are sent.

    The first ones are made before the answer begins: a query that is refused answers with 400.
    """
    connection = await core.run(core.store.reader)
    try:
        elements = await core.run(query, connection)
        first = await core.run(_take, elements)
    except BaseException:
        connection.close()
        raise
    lines = NDJSON in request.headers.get("accept", "")
    parts = _parts(core, connection, elements, first, lines=lines)
    return StreamingResponse(parts, media_type=NDJSON if lines else "application/json")


async def _parts(
    core: Core, connection: sqlite3.Connection, elements: Iterator[Json], chunk: list[str], *, lines: bool
) -> AsyncIterator[str]:
    separator = "\n" if lines else ",\n"
    try:
        yield "" if lines else "[\n"
        while chunk:
            yield separator.join(chunk)
            chunk = await core.run(_take, elements)
            yield separator if chunk else "\n"
        yield "" if lines else "]\n"
    finally:
        # An interrupted answer may leave a read going on in the pool: closing waits for it there.
        await asyncio.shield(core.run(connection.close))


def _take(elements: Iterator[Json]) -> list[str]:
    return [pack(element) for element in islice(elements, CHUNK)]
