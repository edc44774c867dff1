"""A graph as the core takes it: one JSON object a line, nodes before what lies below them, then edges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from json.encoder import encode_basestring_ascii as _quoted
from pathlib import Path
from typing import Any

from resotolib.durable import whole
from resotolib.errors import GraphError
from resotolib.graph.graph import Graph, Node

LINE_LIMIT = 9 * 2**20  # bytes; a 3.9 core gives up above 10 MiB
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode


def head(cloud: str) -> list[bytes]:
    """The lines above every account of a cloud: the root, the cloud and the edge between them."""
    graph = Graph(cloud)
    lines = [_encode(_node(node)) for node in graph.nodes()]
    return [line.encode() for line in (*lines, _encode({"from": graph.root.id, "to": graph.cloud.id}))]


def write(graph: Graph, account: Node, path: Path, *, limit: int = LINE_LIMIT) -> tuple[str, ...]:
    """Write everything below the cloud and return what had to be left out; the file is there whole or not at all.

    `account` is marked as what the merge replaces, with the time of this export. A property that makes a line longer
    than `limit` bytes is left out. Raises GraphError for a value that is no JSON, and OSError.
    """
    left_out: list[str] = []
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    account.metadata |= {"replace": True, "exported_at": now}
    with whole(path) as file:
        file.writelines(line.encode() for line in _node_lines(graph, limit, left_out))
        file.writelines(line.encode() for line in _edge_lines(graph))
    return tuple(left_out)


def _node_lines(graph: Graph, limit: int, left_out: list[str]) -> Iterator[str]:
    above = (graph.root, graph.cloud)
    for node in graph.nodes():
        if node in above:
            continue
        try:
            line = _encode(_node(node))
        except (TypeError, ValueError, RecursionError) as wrong:
            problem = f"{node.kind} {node.reported.get('id')} has a value that is no JSON: {wrong}."
            raise GraphError(graph.cloud.reported["id"], problem) from wrong
        yield (line if len(line) < limit else _shortened(node, limit, left_out)) + "\n"


def _edge_lines(graph: Graph) -> Iterator[str]:
    for source, target, edge_type in graph.edges():
        if source == graph.root.id:
            continue
        type_ = "" if edge_type == "default" else f',"edge_type":"{edge_type}"'
        yield f'{{"from":{_quoted(source)},"to":{_quoted(target)}{type_}}}\n'


def _node(node: Node) -> dict[str, Any]:
    """A core takes an empty section for none, and would keep what it had of it: so metadata is never empty."""
    return {"id": node.id, "reported": node.reported, "metadata": {"cleaned": False, **node.metadata}}


def _shortened(node: Node, limit: int, left_out: list[str]) -> str:
    """The node without its largest properties, as many as have to go."""
    reported = dict(node.reported)
    sizes = {name: len(_encode(value)) for name, value in reported.items() if name not in ("id", "kind")}
    while True:
        line = _encode({**_node(node), "reported": reported})
        if len(line) < limit:
            return line
        if not sizes:
            raise GraphError(node.kind, f"{node.reported.get('id')} is longer than {limit} bytes in one property.")
        largest = max(sizes, key=lambda name: sizes[name])
        left_out.append(f"Property {largest} of {node.kind} {reported['id']} is too long for the core: left out.")
        del reported[largest], sizes[largest]
