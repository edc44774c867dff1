"""The library without a cloud: edges of larger and larger accounts, and their export."""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path
from typing import Any

from resotolib.graph.edges import Linker
from resotolib.graph.export import write
from resotolib.graph.graph import Graph, Node, node_id
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import EdgeRule, Identity, Kind, Property
from resotoworker.children import collect_garbage_seldom

GROUP = 10  # resources a network; five kinds in turn
REPEATS = 8

_KINDS = (
    Kind("bench_account", ("account",), "bench"),
    Kind("bench_region", ("region",), "bench"),
    Kind("bench_network", ("network",), "bench", identity=Identity("Id", "Name")),
    Kind("bench_machine", ("instance",), "bench", identity=Identity("Id"), edges=(EdgeRule("bench_network", "Net"),)),
    Kind(
        "bench_disk",
        ("volume",),
        "bench",
        identity=Identity("Id"),
        properties=(Property("disk_size", "int64", "Size"),),
        edges=(EdgeRule("bench_machine", "Attachments[].Machine", "id", delete="other_first"),),
    ),
)


def kinds() -> dict[str, Kind]:
    """Those of the bench and the base kinds."""
    return {kind.name: kind for kind in (*base_kinds(), *_KINDS)}


def account(size: int) -> tuple[Graph, Node, Linker]:
    """An account with `size` resources that point at each other, by rules and by bare values."""
    graph = Graph("bench")
    linker = Linker(graph, kinds())
    top = graph.add(_node("bench_account", "1"), graph.cloud)
    region = graph.add(_node("bench_region", "r1"), top)
    for number in range(size):
        group, place = divmod(number, GROUP)
        kind = _KINDS[2] if place == 0 else _KINDS[3] if place % 2 else _KINDS[4]
        item = _item(kind.name, group, number)
        node = graph.add(_node(kind.name, item["Id"]), region)
        node.reported |= {"name": item["Name"], "tags": item["Tags"], "instance_status": "running", "arn": item["Arn"]}
        linker.add(node, kind, item, arn=item["Arn"])
    return graph, top, linker


def _item(kind: str, group: int, number: int) -> dict[str, Any]:
    name = f"{kind}-{number:08x}{number:08x}"
    network = f"bench_network-{group * GROUP:08x}{group * GROUP:08x}"
    before = f"bench_machine-{number - 1:08x}{number - 1:08x}"
    return {
        "Id": name,
        "Name": f"{kind} {number}",
        "Arn": f"arn:bench:::{name}",
        "Net": network,
        "Size": number,
        "Attachments": [{"Machine": before, "Device": "/dev/sdf"}],
        "Peers": [network, f"arn:bench:::{before}"],
        "Tags": {"owner": "ada", "stage": "prod", "Name": f"{kind} {number}"},
        "Text": {"Description": f"resource {number} of group {group}", "State": "available", "Zone": "r1a"},
    }


def _node(kind: str, identifier: object) -> Node:
    id_ = node_id(kind, "bench", "1", "r1", str(identifier))
    return Node(id_, kind, {"kind": kind, "id": str(identifier), "name": str(identifier), "tags": {}})


def edge_seconds(*sizes: int) -> list[tuple[float, int]]:
    """For each size the CPU seconds to note and draw the edges of so many resources, and the number of edges.

    The best of some runs; sizes take turns, so that a slow moment of the machine does not fall on one of them.
    """
    before = gc.get_threshold()
    collect_garbage_seldom()
    runs = [[_edges(size) for size in sizes] for _ in range(REPEATS)]
    gc.set_threshold(*before)
    return [min(found) for found in zip(*runs, strict=True)]


def _edges(size: int) -> tuple[float, int]:
    gc.collect()
    gc.freeze()  # as the worker's children do: what was there before is not looked through again
    started = time.process_time()
    graph, _top, linker = account(size)
    linker.link()
    return time.process_time() - started, graph.number_of_edges()


def export_rate(size: int) -> float:
    """Nodes a second that are written as NDJSON, edges included."""
    graph, top, linker = account(size)
    linker.link()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        write(graph, top, Path(folder) / "segment.ndjson")
        return size / (time.perf_counter() - started)
