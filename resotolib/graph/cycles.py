"""Takes out the edges that close a cycle: one cycle of default edges keeps a core busy for an hour.

The same edges go in every run, whatever order they were drawn in: first guesses, then declared ones, never containment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx

from resotolib.graph.graph import EdgeType, Graph

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Edges between two kinds that were left out. `reason`: "cycle" or "self"; `example`: one of them."""

    source: str
    target: str
    edge_type: EdgeType
    reason: str
    count: int
    example: str = ""

    def __str__(self) -> str:
        what = "pointed to itself" if self.reason == "self" else "closed a cycle"
        example = f" (such as {self.example})" if self.example else ""
        return f"{self.count} {self.edge_type} edges {self.source} -> {self.target} left out: {what}{example}."


def drop_cycles(graph: Graph) -> tuple[Dropped, ...]:
    """Remove the edges that close cycles and state all that were left out, edges of nodes to themselves included."""
    kept = graph.edges_of("default", "contains")
    dropped: list[tuple[str, str, EdgeType]] = []
    for origin in ("declared", "found"):
        drawn = graph.edges_of("default", origin)
        closing = closing_edges(kept, drawn)
        dropped += [(source, target, "default") for source, target in closing]
        kept += [edge for edge in drawn if edge not in closing]
    deletes = [*graph.edges_of("delete", "declared"), *graph.edges_of("delete", "found")]
    dropped += [(source, target, "delete") for source, target in closing_edges([], deletes)]
    for source, target, edge_type in dropped:
        graph.disconnect(source, target, edge_type)
    return (*_summary(graph, dropped), *_self_edges(graph))


def acyclic(edges: Collection[Edge]) -> bool:
    """Whether no path leads back to where it came from; takes time in proportion to the edges."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    incoming: defaultdict[str, int] = defaultdict(int)
    for source, target in edges:
        after[source].append(target)
        incoming[target] += 1
    free = [node for node in after if not incoming.get(node)]
    passed = 0
    while free:
        for target in after.get(free.pop(), ()):
            passed += 1
            incoming[target] -= 1
            if not incoming[target]:
                free.append(target)
    return passed == len(edges)


def closing_edges(fixed: Sequence[Edge], extra: Sequence[Edge]) -> set[Edge]:
    """Those of `extra` that have to go so that no cycle is left; `fixed` has none and is not touched."""
    if not extra or acyclic([*fixed, *extra]):
        return set()
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_edges_from(fixed)
    graph.add_edges_from(extra)
    fixed_set = set(fixed)
    closing: set[Edge] = set()
    for members in nx.strongly_connected_components(graph):
        if len(members) > 1:
            inside = [edge for node in members for edge in graph.out_edges(node) if edge[1] in members]
            component = _Component(fixed_set)
            component.fill(inside)
            closing.update(component.back_edges(sorted(members)))
    return closing


@dataclass(slots=True)
class _Component:
    """A set of nodes that all reach each other, walked depth first.

    A node is entered only after everything that points to it by a fixed edge: so no fixed edge ever points back.
    """

    fixed: set[Edge]
    before: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def fill(self, edges: Iterable[Edge]) -> None:
        """Take the edges, fixed ones to be walked first."""
        for source, target in sorted(edges, key=lambda edge: (edge not in self.fixed, edge)):
            self.after[source].append(target)
            if (source, target) in self.fixed:
                self.before[target].append(source)

    def back_edges(self, nodes: Sequence[str]) -> list[Edge]:
        """The edges to a node that the walk is still below of."""
        entered: set[str] = set()
        open_: set[str] = set()
        rest = {node: iter(self.after[node]) for node in nodes}
        found: list[Edge] = []
        stack = list(reversed(nodes))
        while stack:
            node = stack[-1]
            if node not in entered:
                waiting = next((other for other in self.before[node] if other not in entered), None)
                if waiting is not None:
                    stack.append(waiting)
                    continue
                entered.add(node)
                open_.add(node)
            for target in rest[node]:
                if target in open_:
                    found.append((node, target))
                elif target not in entered:
                    stack.append(target)
                    break
            else:
                open_.discard(node)
                stack.pop()
        return found


def _summary(graph: Graph, edges: Iterable[tuple[str, str, EdgeType]]) -> list[Dropped]:
    count: Counter[tuple[str, str, EdgeType]] = Counter()
    examples: dict[tuple[str, str, EdgeType], str] = {}
    for source, target, edge_type in sorted(edges):
        key = (graph[source].kind, graph[target].kind, edge_type)
        count[key] += 1
        examples.setdefault(key, f"{_name(graph[source].reported)} -> {_name(graph[target].reported)}")
    return [Dropped(*key, "cycle", count[key], examples[key]) for key in sorted(count)]


def _self_edges(graph: Graph) -> list[Dropped]:
    return [
        Dropped(kind, kind, edge_type, "self", count) for (kind, edge_type), count in sorted(graph.self_edges.items())
    ]


def _name(reported: Mapping[str, object]) -> str:
    return str(reported.get("id") or reported.get("name"))
