"""Nodes as the core sends them, from what was collected."""

from __future__ import annotations

from typing import Any

from resotolib.graph.graph import Graph, Node

LEVELS = {
    "cloud": "cloud",
    "aws_account": "account",
    "aws_region": "region",
    "gcp_project": "account",
    "gcp_region": "region",
    "gcp_zone": "zone",
}


def core_nodes(graph: Graph) -> list[dict[str, Any]]:
    """All resources, flagged for cleanup, with the ancestors that a core knows."""
    return [_node(graph, node) for node in graph.nodes() if node.kind not in ("graph_root", *LEVELS)]


def _node(graph: Graph, node: Node) -> dict[str, Any]:
    ancestors = {}
    above = graph.parent(node)
    while above is not None:
        if above.kind in LEVELS:
            known = {key: above.reported[key] for key in ("id", "name", "role") if key in above.reported}
            ancestors[LEVELS[above.kind]] = {"reported": known}
        above = graph.parent(above)
    metadata = {**node.metadata, "cleaned": False}
    sections = {"reported": node.reported, "metadata": metadata, "desired": {"clean": True}}
    return {"id": node.id, **sections, "ancestors": ancestors}
