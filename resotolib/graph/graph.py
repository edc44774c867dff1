"""The graph of one scope: cloud, account, regions, zones and resources with default and delete edges."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import networkx as nx

from resotolib.errors import GraphError

EdgeType = Literal["default", "delete"]
Origin = Literal["contains", "declared", "found"]
ROOT_ID = "root"


def node_id(kind: str, cloud: str, account: str, region: str, resource: str) -> str:
    """A resource's identity in the core: the same from run to run, and not changed by a new name."""
    parts = "\x1f".join((kind, cloud, account, region, resource)).encode()
    return base64.urlsafe_b64encode(hashlib.blake2b(parts, digest_size=16).digest()).rstrip(b"=").decode()


@dataclass(slots=True, eq=False)
class Node:
    """One resource: `reported` holds `kind`, `id`, `name`, `tags` and the kind's properties in the core's types."""

    id: str
    kind: str
    reported: dict[str, Any]
    metadata: dict[str, Any] = field(default_factory=dict)


class Graph:
    """Nodes by id, with at most one edge of each type between two nodes.

    Starts with the graph root and the cloud. Every other node is added below a parent that is there, so that
    containment is a tree; `connect` draws all further edges. Not thread-safe.
    """

    def __init__(self, cloud: str, most_nodes: int | None = None) -> None:
        """`most_nodes`: how many nodes there may be; one more is a GraphError."""
        self._name = cloud
        self._most_nodes = most_nodes
        self._graph: nx.MultiDiGraph = nx.MultiDiGraph()
        self._parents: dict[str, str] = {}
        self.self_edges: Counter[tuple[str, EdgeType]] = Counter()
        self.cloud = Node(
            node_id("cloud", cloud, "", "", cloud), "cloud", {"kind": "cloud", "id": cloud, "name": cloud, "tags": {}}
        )
        self.root = Node(ROOT_ID, "graph_root", {"kind": "graph_root", "id": ROOT_ID, "name": ROOT_ID, "tags": {}})
        self._graph.add_node(ROOT_ID, node=self.root)
        self.add(self.cloud, self.root)

    def add(self, node: Node, parent: Node) -> Node:
        """Add `node` below `parent`; a resource that is there already is not added: the first one is returned.

        Raises GraphError when `parent` is not in the graph, and when another resource has the node's id.
        """
        known: Node | None = self.get(node.id)
        if known is not None:
            if (known.kind, known.reported.get("id")) != (node.kind, node.reported.get("id")):
                raise GraphError(self._name, f"{_title(known)} and {_title(node)} have one id, {node.id}.")
            return known
        self._require(parent)
        if self._most_nodes is not None and len(self) > self._most_nodes:
            problem = f"it has more than {self._most_nodes} resources: raise --max-scope-nodes, or leave kinds out."
            raise GraphError(self._name, problem)
        self._graph.add_node(node.id, node=node)
        self._graph.add_edge(parent.id, node.id, key="default", origin="contains")
        self._parents[node.id] = parent.id
        return node

    def connect(
        self, source: Node, target: Node, edge_type: EdgeType = "default", *, origin: Origin = "declared"
    ) -> None:
        """Draw an edge; a node's edge to itself is not drawn but counted in `self_edges`.

        default: source contains, or is used by, target. delete: target is deleted before source.
        `origin`: "found" edges are guesses, the first to go when edges close a cycle. Raises GraphError when an end is
        not in the graph.
        """
        if source.id == target.id:
            self.self_edges[(source.kind, edge_type)] += 1
            return
        self._require(source)
        self._require(target)
        known = self._graph.get_edge_data(source.id, target.id, key=edge_type)
        if known is None:
            self._graph.add_edge(source.id, target.id, key=edge_type, origin=origin)
        elif origin == "declared" and known["origin"] == "found":
            known["origin"] = origin

    def disconnect(self, source: str, target: str, edge_type: EdgeType) -> None:
        """Take an edge away that is there."""
        self._graph.remove_edge(source, target, key=edge_type)

    def get(self, id_: str) -> Node | None:
        """The node with this id."""
        data = self._graph.nodes.get(id_)
        return None if data is None else data["node"]

    def __getitem__(self, id_: str) -> Node:
        node: Node = self._graph.nodes[id_]["node"]
        return node

    def parent(self, node: Node) -> Node | None:
        """What contains `node`; nothing contains the root."""
        id_ = self._parents.get(node.id)
        return None if id_ is None else self[id_]

    def connected(self, source: Node, target: Node) -> bool:
        """Whether a default edge joins the two, in either direction."""
        return bool(
            self._graph.has_edge(source.id, target.id, "default")
            or self._graph.has_edge(target.id, source.id, "default")
        )

    def __len__(self) -> int:
        return int(self._graph.number_of_nodes())

    def nodes(self) -> Iterator[Node]:
        """All nodes, parents before those that were added below them."""
        for _, node in self._graph.nodes(data="node"):
            yield node

    def edges(self) -> Iterator[tuple[str, str, EdgeType]]:
        """All edges as (from, to, type)."""
        yield from self._graph.edges(keys=True)

    def edges_of(self, edge_type: EdgeType, origin: Origin) -> list[tuple[str, str]]:
        """The edges of one type and origin as (from, to)."""
        edges = self._graph.edges(keys=True, data="origin")
        return [(source, target) for source, target, key, found in edges if key == edge_type and found == origin]

    def number_of_edges(self) -> int:
        """Edges of all types."""
        return int(self._graph.number_of_edges())

    def _require(self, node: Node) -> None:
        if node.id not in self._graph:
            raise GraphError(self._name, f"{_title(node)} is linked to but was never added.")


def _title(node: Node) -> str:
    return f"{node.kind} {node.reported.get('id')}"
