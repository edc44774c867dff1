"""The shape of an upload: one root, known edges, no cycle, merge roots that do not meet, and who is above whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from resotolib.errors import Refusal
from resotoworker.localcore.codec import EDGE_TYPES
from resotoworker.localcore.model import LEVELS
from resotoworker.localcore.upload import Upload

Place = dict[str, tuple[int, str]]
"""For each level: how far up the nearest node of it is, and its id."""


class Tree:
    """Checks an upload when it is made; raises Refusal (400) in the words of a real core."""

    def __init__(self, upload: Upload, levels: dict[str, str]) -> None:
        self._upload = upload
        self._levels = levels
        self.children: dict[str, list[str]] = defaultdict(list)
        self._below: dict[str, list[str]] = defaultdict(list)
        self._check_edges()
        self.order = self._check_order()
        self.roots = self._merge_roots()
        self.owned = self._check_owned()

    def _check_edges(self) -> None:
        types = {kind for _, kind, _ in self._upload.edges}
        if types - EDGE_TYPES:
            message = f"Graph contains unknown edge types! Given: {types}. Known: {set(EDGE_TYPES)}"
            raise Refusal(400, "AssertionError", message)
        ends = set()
        for start, kind, end in self._upload.edges:
            for node in (start, end):
                if node not in self._upload.kinds:
                    message = f"{node} was used in an edge definition but not provided as vertex!"
                    raise Refusal(400, "AssertionError", message)
            ends.add(end)
            self._below[start].append(end)
            if kind == "default":
                self.children[start].append(end)
        roots = [node for node in self._upload.kinds if node not in ends]
        if len(roots) != 1 and not self._on_cycle(roots):
            raise Refusal(400, "AssertionError", f"Given subgraph has more than one root: {roots}")

    def _on_cycle(self, roots: list[str]) -> bool:
        """No root at all means a cycle, which is said as such later; an empty upload has neither."""
        return not roots and bool(self._upload.kinds)

    def _check_order(self) -> list[str]:
        """Nodes so that parents come first (default edges)."""
        waiting: dict[str, int] = defaultdict(int)
        for children in self.children.values():
            for child in children:
                waiting[child] += 1
        order = [node for node in self._upload.kinds if not waiting[node]]
        for node in order:
            for child in self.children[node]:
                waiting[child] -= 1
                if not waiting[child]:
                    order.append(child)
        if len(order) < len(self._upload.kinds):
            done = set(order)
            cycle = " -> ".join(self._cycle({node for node in self._upload.kinds if node not in done}))
            raise Refusal(400, "AssertionError", f"Default edges form a cycle: {cycle}. Leave one of them out!")
        return order

    def _cycle(self, nodes: set[str]) -> list[str]:
        """One cycle among nodes each of which has a parent among them."""
        parents = {child: node for node in nodes for child in self.children[node] if child in nodes}
        path: list[str] = []
        node = next(iter(sorted(nodes)))
        while node not in path:
            path.append(node)
            node = parents[node]
        return [node, *reversed(path[path.index(node) :])]

    def _merge_roots(self) -> list[str]:
        marked = set(self._upload.replaced)
        if not marked:
            message = "No replace nodes provided in the graph. Mark at least one node with replace=true!"
            raise Refusal(400, "AssertionError", message)
        roots: list[str] = []
        covered: set[str] = set()
        for node in self.order:
            if node in marked and node not in covered:  # marks below a merge root mean nothing
                if self._upload.kinds[node] not in self._levels:
                    message = f"Node {node} is marked as replace node, but the kind is not resolved during import!"
                    raise Refusal(400, "AssertionError", message)
                roots.append(node)
                covered.add(node)
            if node in covered:
                covered.update(self.children[node])
        return roots

    def _check_owned(self) -> set[str]:
        """The merge roots and everything below them; nothing may be below two."""
        owned: set[str] = set()
        for root in self.roots:
            found = self._descendants(root)
            if shared := found & owned:
                message = f"Nodes are referenced in more than one merge node: {shared}"
                raise Refusal(400, "AttributeError", message)
            owned |= found
        return owned

    def _descendants(self, node: str) -> set[str]:
        found, queue = {node}, [node]
        while queue:
            new = set(self._below[queue.pop()]) - found
            found |= new
            queue.extend(new)
        return found

    def lines(self) -> set[str]:
        """The merge roots and all nodes above them."""
        found = set(self.roots)
        for node in reversed(self.order):
            if not found.isdisjoint(self.children[node]):
                found.add(node)
        return found

    def level(self, root: str) -> str:
        """Which level (cloud, account, region or zone) a merge root is of."""
        return self._levels[self._upload.kinds[root]]

    def places(self) -> Iterator[tuple[str | bool | None, ...]]:
        """For each node the ids of its cloud, account, region and zone, whether a merge root owns it, and its id."""
        above: dict[str, Place] = {node: {} for node in self.order}
        for node in self.order:
            place = above[node]
            if level := self._levels.get(self._upload.kinds[node]):
                place[level] = (0, node)
            for child in self.children[node]:
                _nearer(above[child], place.items())
        for node, place in above.items():
            ids = [place[level][1] if level in place else None for level in LEVELS]
            yield (*ids, node in self.owned, node)


def _nearer(place: Place, parent: Iterable[tuple[str, tuple[int, str]]]) -> None:
    for level, (distance, node) in parent:
        if level not in place or distance + 1 < place[level][0]:
            place[level] = (distance + 1, node)
