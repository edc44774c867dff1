"""What a core would refuse, or choke on, found before it is sent: the whole upload fails for one wrong node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from resotolib.errors import GraphError
from resotolib.graph.cycles import acyclic
from resotolib.graph.graph import Graph, Node
from resotolib.graph.kindtree import KindTree
from resotolib.graph.values import fault
from resotolib.kinds.checks import all_properties
from resotolib.kinds.kind import Kind, Shape

SAMPLE = 5


def account(graph: Graph, kinds: Mapping[str, Kind]) -> Node:
    """The one node below the cloud: what a merge replaces. Raises GraphError when it is not one account."""
    below = [node for node in graph.nodes() if graph.parent(node) is graph.cloud]
    tree = KindTree(kinds)
    if len(below) == 1 and "account" in tree.closure(below[0].kind):
        return below[0]
    found = ", ".join(f"{node.kind} {node.reported.get('id')}" for node in below) or "nothing"
    raise GraphError(graph.cloud.reported["id"], f"one account was expected below the cloud, found: {found}.")


def check(graph: Graph, kinds: Mapping[str, Kind], *, sample: int = SAMPLE) -> None:
    """Raise GraphError, naming kind and node, when the graph breaks a rule of the core.

    Names of properties are compared for all nodes, values for the first `sample` of each kind (0: of all nodes).
    """
    scope = f"{graph.cloud.reported['id']}:{account(graph, kinds).reported.get('id')}"
    for problem in _problems(graph, kinds, sample):
        raise GraphError(scope, problem)
    if not acyclic([(source, target) for source, target, type_ in graph.edges() if type_ == "default"]):
        raise GraphError(scope, "its default edges have a cycle; call drop_cycles first.")


def _problems(graph: Graph, kinds: Mapping[str, Kind], sample: int) -> Iterator[str]:
    shapes = {shape.name: shape for kind in kinds.values() for shape in kind.shapes}
    types: dict[str, dict[str, str]] = {}
    seen: Counter[str] = Counter()
    for node in graph.nodes():
        if node.kind not in types:
            if node.kind not in kinds:
                yield f"{node.kind} {node.reported.get('id')} is of a kind that no plugin declares."
                return
            shapes.update({shape.name: shape for shape in kinds[node.kind].shapes})
            types[node.kind] = {name: one.type for name, one in all_properties(kinds[node.kind], kinds).items()}
            types[node.kind]["kind"] = "string"
        seen[node.kind] += 1
        problem = _problem(node, types[node.kind], shapes, values=not sample or seen[node.kind] <= sample)
        if problem:
            yield f"{node.kind} {node.reported.get('id')}: {problem}"


def _problem(node: Node, types: Mapping[str, str], shapes: Mapping[str, Shape], *, values: bool) -> str:
    reported: Mapping[str, Any] = node.reported
    if reported.get("kind") != node.kind or not isinstance(reported.get("id"), str):
        return "its properties need its kind, and an id that is text."
    if not reported.keys() <= types.keys():
        return f"the kind does not declare {', '.join(sorted(reported.keys() - types.keys()))}."
    if not values:
        return ""
    faults = (fault(value, types[name], shapes, name) for name, value in reported.items())
    return next((found for found in faults if found), "")
