"""What is deleted, in which order, and what is not and why: worked out before anything is done.

The order comes from the delete edges between the resources themselves (A -> B: B goes first), also through resources
that are not flagged. Nothing here talks to a cloud or to the core, and the same input gives the same plan.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from resotolib.clean.resource import Resource

Refuse = Callable[[Resource], str]
"""Why a flagged resource must not be deleted; "" when it may."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A flagged resource that is left alone. `blocker` is the id of the other resource that is the reason, if any."""

    resource: Resource
    reason: str
    blocker: str = ""


@dataclass(frozen=True)
class Plan:
    """Waves of resources, each to begin when the one before it has ended.

    `done`: flagged resources that have been deleted before. `unflagged`: by resource, those that are not flagged but
    should go first; the cloud may delete them together with it, or refuse.
    """

    waves: tuple[tuple[Resource, ...], ...]
    refused: tuple[Refusal, ...] = ()
    done: tuple[Resource, ...] = ()
    unflagged: Mapping[str, tuple[Resource, ...]] = field(default_factory=dict)
    _order: nx.DiGraph = field(default_factory=nx.DiGraph, repr=False, compare=False)

    def __len__(self) -> int:
        return sum(map(len, self.waves))

    def dependants(self, ids: Iterable[str], seen: set[str]) -> Iterator[tuple[str, str]]:
        """What cannot be deleted while the resources `ids` exist, as (id, the one of `ids` that is in its way).

        `seen` is added to, and what it holds is left out: asked again with the same set, every edge is walked once.
        """
        yield from _dependants(self._order, ids, seen)

    def lines(self) -> Iterator[str]:
        """The plan for people."""
        yield f"{len(self)} to delete in {len(self.waves)} waves, {len(self.refused)} refused, {len(self.done)} done"
        for number, wave in enumerate(self.waves, 1):
            for resource in wave:
                yield f"wave {number}: {resource} in {resource.account} {resource.region}{self._remark(resource)}"
        for refusal in self.refused:
            yield f"refused: {refusal.resource}: {refusal.reason}"

    def _remark(self, resource: Resource) -> str:
        names = [str(other) for other in self.unflagged.get(resource.id, ())]
        return f" (not flagged, but needs it: {_some(names)})" if names else ""


def make_plan(resources: Iterable[Resource], edges: Iterable[tuple[str, str]], refuse: Refuse = lambda _: "") -> Plan:
    """Plan the deletion of the flagged ones among `resources`.

    `edges` are delete edges as pairs of ids; an edge to itself, or to what is not among `resources`, says nothing.
    """
    known = {resource.id: resource for resource in resources}
    order: nx.DiGraph = nx.DiGraph()
    order.add_nodes_from(sorted(known))
    order.add_edges_from(sorted((a, b) for a, b in edges if a != b and a in known and b in known))
    flagged = {id_: known[id_] for id_ in order if known[id_].flagged}
    done = {id_: resource for id_, resource in flagged.items() if resource.cleaned}
    condensed = nx.condensation(order)
    open_ = {id_: resource for id_, resource in flagged.items() if id_ not in done}
    refused = _refusals(order, condensed, open_, refuse)
    todo = {id_: resource for id_, resource in open_.items() if id_ not in refused}
    return Plan(
        waves=_waves(condensed, todo),
        refused=tuple(refused.values()),
        done=tuple(done.values()),
        unflagged=_unflagged(order, known, todo),
        _order=order,
    )


def _refusals(
    order: nx.DiGraph, condensed: nx.DiGraph, flagged: Mapping[str, Resource], refuse: Refuse
) -> dict[str, Refusal]:
    refused: dict[str, Refusal] = {}
    for id_, resource in flagged.items():
        reason = "it is protected" if resource.protected else refuse(resource)
        if reason:
            refused[id_] = Refusal(resource, reason)
    for cycle in _cycles(condensed, flagged):
        names = " -> ".join(str(flagged[id_]) for id_ in (*cycle, cycle[0]))
        for id_ in cycle:
            refused.setdefault(id_, Refusal(flagged[id_], f"each of these must go before the other: {_short(names)}"))
    for id_, blocker in _dependants(order, sorted(refused), set()):
        if id_ in flagged and id_ not in refused:
            reason = f"{flagged[blocker]} must go first and is refused"
            refused[id_] = Refusal(flagged[id_], reason, blocker)
    return refused


def _cycles(condensed: nx.DiGraph, flagged: Mapping[str, Resource]) -> Iterator[list[str]]:
    """Groups of flagged resources of which each must go before the others."""
    for _, members in condensed.nodes(data="members"):
        cycle = sorted(member for member in members if member in flagged)
        if len(cycle) > 1:
            yield cycle


def _waves(condensed: nx.DiGraph, todo: Mapping[str, Resource]) -> tuple[tuple[Resource, ...], ...]:
    """The wave of a resource is the length of the longest chain of resources to delete before it."""
    after: dict[Any, int] = {}
    waves: dict[int, list[Resource]] = {}
    for part in reversed(list(nx.topological_sort(condensed))):
        level = max((after[behind] for behind in condensed.successors(part)), default=0)
        mine = [todo[member] for member in condensed.nodes[part]["members"] if member in todo]
        after[part] = level + bool(mine)
        if mine:
            waves.setdefault(level, []).extend(mine)
    return tuple(tuple(sorted(waves[level], key=lambda r: (r.kind, r.id))) for level in sorted(waves))


def _unflagged(
    order: nx.DiGraph, known: Mapping[str, Resource], todo: Mapping[str, Resource]
) -> dict[str, tuple[Resource, ...]]:
    found = {id_: tuple(known[other] for other in order.successors(id_) if not known[other].flagged) for id_ in todo}
    return {id_: others for id_, others in found.items() if others}


def _dependants(order: nx.DiGraph, ids: Iterable[str], seen: set[str]) -> Iterator[tuple[str, str]]:
    starts = list(ids)
    seen.update(starts)
    queue = deque((start, start) for start in starts)
    while queue:
        at, start = queue.popleft()
        for before in order.predecessors(at):
            if before not in seen:
                seen.add(before)
                queue.append((before, start))
                yield before, start


def _some(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _short(text: str, most: int = 400) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
