"""How kinds of one plugin are related: what they derive from, and the graph of their edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

from resotolib.kinds.kind import EdgeRule, Kind


def ancestors(kind: Kind, every: Mapping[str, Kind]) -> set[str]:
    """The names of all that a kind derives from."""
    return set(kind.bases).union(*(ancestors(every[base], every) for base in kind.bases))


def edges(kinds: Iterable[Kind], edge_type: str) -> nx.DiGraph:
    """Kinds and the edges that their rules draw; by default also those from what they are listed from."""
    graph = nx.DiGraph()
    for kind in kinds:
        if edge_type == "default" and kind.reading and kind.reading.list and kind.reading.parent:
            graph.add_edge(kind.reading.parent, kind.name)
        for rule in kind.edges:
            pair = _default_pair(kind, rule) if edge_type == "default" else _delete_pair(kind, rule)
            if pair and rule.kind != kind.name:
                graph.add_edge(*pair)
    return graph


def _default_pair(kind: Kind, rule: EdgeRule) -> tuple[str, str] | None:
    if not rule.default:
        return None
    return (kind.name, rule.kind) if rule.outgoing else (rule.kind, kind.name)


def _delete_pair(kind: Kind, rule: EdgeRule) -> tuple[str, str] | None:
    if not rule.delete:
        return None
    return (rule.kind, kind.name) if rule.delete == "this_first" else (kind.name, rule.kind)
