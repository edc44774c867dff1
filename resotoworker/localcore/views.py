"""SQL over the graph: each kind is a view with a column for each property.

The views live in the connection that asks and are made for the kinds that a statement names: a schema of some hundred
views would be read anew by every connection of the core.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from resotolib.errors import SettingsError
from resotoworker.localcore.codec import Json
from resotoworker.localcore.graphs import stored_model
from resotoworker.localcore.model import LEVELS, Model
from resotoworker.localcore.predicates import json_path

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def run_sql(path: Path, graph: str, statement: str) -> Iterator[Json]:
    """The rows of a statement, over a file that a core may be using. Nothing can be changed. Raises SettingsError."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            make_views(connection, graph, stored_model(connection, graph), set(WORD.findall(statement)))
            cursor = connection.execute(statement)
            names = [column[0] for column in cursor.description or ()]
            for row in cursor:
                yield dict(zip(names, row, strict=True))
    except sqlite3.Error as error:
        raise SettingsError(f"--sql over {path}: {error}.") from error


def make_views(connection: sqlite3.Connection, graph: str, model: Model, wanted: set[str]) -> None:
    """A temporary view for each wanted kind; it holds the nodes of the kinds below it, too."""
    for fqn in sorted(wanted & set(model.kinds)):
        if model.kinds[fqn].runtime_kind is None:
            columns = {"node_id": "n.id", **{level: _identifier(level) for level in LEVELS}}
            for name in model.properties(fqn):
                columns.setdefault(name, f"json_extract(n.reported, {_text(json_path((name,)))})")
            select = ", ".join(f"{sql} AS {_name(name)}" for name, sql in columns.items())
            kinds = ", ".join(map(_text, sorted(model.subkinds(fqn))))
            connection.execute(
                f"CREATE TEMP VIEW {_name(fqn)} AS SELECT {select} FROM main.node n "
                f"WHERE n.graph = {_text(graph)} AND n.kind IN ({kinds})"
            )


def _identifier(level: str) -> str:
    return f"(SELECT json_extract(a.reported, '$.id') FROM main.node a WHERE a.graph = n.graph AND a.id = n.{level})"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
