"""Reading an upload: nodes are checked and put aside on disk, only ids and edges are kept in memory."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from resotolib.errors import Refusal
from resotoworker.localcore.codec import Json, canonical, pack
from resotoworker.localcore.model import LEVELS, Model
from resotoworker.localcore.times import parse_duration, parse_time, utc_text

TIMES = ("ctime", "mtime")
ROOT = "root"
BATCH = 1000
STAGE = """CREATE TEMP TABLE staged (
    id TEXT PRIMARY KEY, kind TEXT, cloud TEXT, account TEXT, region TEXT, zone TEXT, reported TEXT, desired TEXT,
    metadata TEXT, usage TEXT, hash BLOB, wants_ctime INTEGER, wants_mtime INTEGER, owned INTEGER DEFAULT 0
)"""

Edge = tuple[str, str, str]
"""Start, type, end."""


@dataclass
class Upload:
    """What was uploaded, apart from the nodes' content, which lies in the table `staged` of the connection."""

    kinds: dict[str, str] = field(default_factory=dict)
    root_ids: set[str] = field(default_factory=set)
    replaced: list[str] = field(default_factory=list)
    edges: dict[Edge, None] = field(default_factory=dict)
    deferred: list[tuple[str, str, str]] = field(default_factory=list)


class Reader:
    """Reads the lines of one upload into `staged`; raises Refusal for the first line that does not fit the model."""

    def __init__(self, connection: sqlite3.Connection, model: Model, *, defers: bool) -> None:
        self._connection = connection
        self._defers = defers
        self._model = model
        self._roots = model.subkinds("graph_root")
        self._rows: list[tuple[Any, ...]] = []
        self.upload = Upload()
        connection.execute(STAGE)

    def read(self, elements: Iterable[Any]) -> Upload:
        """All elements of the upload, in any order."""
        self._connection.execute("BEGIN")
        for element in elements:
            self._take(element)
            if len(self._rows) >= BATCH:
                self._flush()
        self._flush()
        self._connection.execute("COMMIT")
        self._rename_roots()
        return self.upload

    def _take(self, element: Any) -> None:
        if not isinstance(element, dict):
            raise _neither(element)
        if "id" in element and isinstance(element.get("reported"), dict):
            self._node(element)
        elif "from" in element and "to" in element:
            edge = (str(element["from"]), str(element.get("edge_type") or "default"), str(element["to"]))
            self.upload.edges[edge] = None
        elif self._defers and "from_selector" in element and "to_selector" in element:
            ends = pack(element["from_selector"]), pack(element["to_selector"])
            self.upload.deferred.append((str(element.get("edge_type") or "default"), *ends))
        else:
            raise _neither(element)

    def _node(self, element: Json) -> None:
        reported = self._model.check(element["reported"])
        kind, metadata = str(reported["kind"]), element.get("metadata")
        node_id = str(element["id"])
        if kind in self._roots:
            self.upload.root_ids.add(node_id)
            node_id = ROOT
        known = self._model.properties(kind)
        sections = [reported, element.get("desired"), metadata, element.get("usage") or None]
        digest = hashlib.blake2b(canonical(sections), digest_size=16).digest()
        if end := expiry(reported):
            sections[2] = {**(metadata if isinstance(metadata, dict) else {}), "expires": end}
        texts = [None if section is None else pack(section) for section in sections]
        self._rows.append((node_id, kind, *texts, digest, *(time in known and time not in reported for time in TIMES)))
        self.upload.kinds[node_id] = kind
        if element.get("replace") is True or (isinstance(metadata, dict) and metadata.get("replace") is True):
            self.upload.replaced.append(node_id)

    def _rename_roots(self) -> None:
        """All uploads meet in one root, whatever they call it."""
        roots, upload = self.upload.root_ids, self.upload
        if roots - {ROOT}:
            names = dict.fromkeys(roots, ROOT)
            upload.edges = {(names.get(a, a), kind, names.get(b, b)): None for a, kind, b in upload.edges}

    def _flush(self) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO staged "
            "(id, kind, reported, desired, metadata, usage, hash, wants_ctime, wants_mtime) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._rows,
        )
        self._rows.clear()


def expiry(reported: Json) -> str | None:
    """When a resource is to be cleaned up, if its tags say so: at a moment, or a time after it was made."""
    tags = reported.get("tags") or {}
    try:
        if moment := tags.get("resoto:expires"):
            return utc_text(parse_time(moment))
        after = parse_duration(tags.get("resoto:expiration") or tags.get("expiration") or "")
        return utc_text(parse_time(reported.get("ctime") or "0s") + after) if after else None
    except (ValueError, OverflowError):
        return None  # people write many things into tags


def _neither(element: object) -> Refusal:
    message = f"Format not understood! Got {json.dumps(element)} which is neither vertex nor edge."
    return Refusal(400, "AttributeError", message)


def elements_of(spool: IO[bytes], content_type: str) -> Iterator[Any]:
    """The elements of a spooled request body, one JSON text a line or one array."""
    try:
        if content_type in ("application/x-ndjson", "application/ndjson"):
            yield from (json.loads(line) for line in spool if line.strip())
        else:
            found = json.load(spool)
            yield from found if isinstance(found, list) else [found]
    except ValueError as error:
        raise Refusal(400, "JSONDecodeError", str(error)) from error


def stage_places(connection: sqlite3.Connection, places: Iterable[tuple[Any, ...]]) -> None:
    """Write down where each node belongs: (cloud, account, region, zone, owned by a merge root, id)."""
    columns = ", ".join(f"{level} = ?" for level in LEVELS)
    connection.executemany(f"UPDATE staged SET {columns}, owned = ? WHERE id = ?", places)
