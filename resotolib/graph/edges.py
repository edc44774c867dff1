"""Draws the edges of a scope: those that kinds declare, and those that values give away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from resotolib.graph.graph import Graph, Node
from resotolib.graph.index import Attribute, Index
from resotolib.graph.kindtree import KindTree
from resotolib.graph.mentions import KindNames, Mention, mentions
from resotolib.graph.resolve import Resolver
from resotolib.kinds.kind import EdgeRule, Kind
from resotolib.kinds.paths import items

_ATTRIBUTES: tuple[Attribute, ...] = ("id", "arn", "name")

_Rules = list[tuple[EdgeRule, Callable[[Any], Iterator[Any]]]]


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What was drawn: number of default edges by rule and by value, delete edges, and kind pairs found by value."""

    declared: int = 0
    found: int = 0
    delete: int = 0
    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(slots=True)
class _Pointers:
    """What one resource points at."""

    node: Node
    kind: Kind
    region: str
    declared: list[tuple[EdgeRule, str]]
    mentions: list[Mention]


class Linker:
    """Give it every resource with the vendor's answer it was made of, then `link` once when all are there."""

    def __init__(self, graph: Graph, kinds: Mapping[str, Kind]) -> None:
        self._graph = graph
        self._tree = KindTree(kinds)
        self._names = KindNames(kinds)
        self._index = Index()
        self._pointers: list[_Pointers] = []
        self._rules: dict[str, _Rules] = {}
        self._targets = frozenset(rule.kind for kind in kinds.values() for rule in kind.edges)
        self._of_kind: defaultdict[tuple[str, str], list[Node]] = defaultdict(list)

    def add(self, node: Node, kind: Kind, item: Any, *, arn: str = "") -> None:
        """Take a resource that is in the graph, and note what `item` points at. `arn`: a name unique in the world."""
        region = self._region_of(node)
        own = {"id": node.reported.get("id"), "name": node.reported.get("name"), "arn": arn}
        self._put(node, kind, own, region)
        itself = (own["id"], arn)
        said = {m for m in mentions(item, self._names.tells) if m.value not in itself}
        self._pointers.append(_Pointers(node, kind, region, list(self._declared_values(kind, item)), list(said)))

    def link(self) -> LinkReport:
        """Draw the edges. Those that close a cycle are taken out later, by `drop_cycles`."""
        resolver = Resolver(self._index, self._names, self._tree.kinds, self._account())
        default, delete = 0, 0
        for pointers in self._pointers:
            for rule, other in self._declared(pointers, resolver):
                default += rule.default
                delete += bool(rule.delete)
                self._draw(rule, pointers.node, other)
        pairs: Counter[tuple[str, str]] = Counter()
        for _, used, user in sorted(self._found(resolver), key=_in_order):
            if not self._graph.connected(used, user):
                self._graph.connect(used, user, origin="found")
                pairs[(used.kind, user.kind)] += 1
        self._pointers = []
        return LinkReport(default, sum(pairs.values()), delete, pairs)

    def _put(self, node: Node, kind: Kind, own: Mapping[str, Any], region: str) -> None:
        """Make the resource found by what it is called, under its kind and the bases that rules speak of."""
        kinds = {kind.name, *(self._tree.closure(kind.name) & self._targets)}
        for attribute in _ATTRIBUTES:
            value = own[attribute]
            if isinstance(value, str) and value:
                self._index.add(node, attribute, value, kinds, region)
        for name in kinds:
            self._of_kind[(name, region)].append(node)

    def _declared_values(self, kind: Kind, item: Any) -> Iterator[tuple[EdgeRule, str]]:
        rules = self._rules.get(kind.name)
        if rules is None:
            rules = [(rule, items(rule.path)) for rule in kind.edges]
            self._rules[kind.name] = rules
        for rule, read in rules:
            if rule.match == "all":
                yield rule, ""
                continue
            for value in read(item):
                if isinstance(value, str | int) and value != "":
                    yield rule, str(value)

    def _declared(self, pointers: _Pointers, resolver: Resolver) -> Iterator[tuple[EdgeRule, Node]]:
        for rule, value in pointers.declared:
            if rule.match == "all":
                for other in self._of_kind.get((rule.kind, pointers.region), ()):
                    yield rule, other
            else:
                found = resolver.declared(rule, value, pointers.region)
                if found is not None:
                    yield rule, found

    def _found(self, resolver: Resolver) -> Iterator[tuple[bool, Node, Node]]:
        """What mentions say of pairs of kinds without a rule: (in a list?, what is used, what uses it)."""
        for pointers in self._pointers:
            node = pointers.node
            for mention in pointers.mentions:
                other = resolver.mentioned(pointers.kind, mention, pointers.region)
                if other is not None and other is not node and not self._tree.declared(node.kind, other.kind):
                    yield mention.many, other, node

    def _draw(self, rule: EdgeRule, node: Node, other: Node) -> None:
        if rule.default:
            source, target = (node, other) if rule.outgoing else (other, node)
            self._graph.connect(source, target)
        if rule.delete:
            last, first = (other, node) if rule.delete == "this_first" else (node, other)
            self._graph.connect(last, first, "delete")

    def _region_of(self, node: Node) -> str:
        above = self._graph.parent(node)
        while above is not None and "region" not in self._tree.closure(above.kind):
            above = self._graph.parent(above)
        return "" if above is None else str(above.reported.get("id"))

    def _account(self) -> str:
        """Identifier of the account that all resources lie below."""
        if not self._pointers:
            return ""
        node = self._pointers[0].node
        above = self._graph.parent(node)
        while above is not None and above is not self._graph.cloud:
            node, above = above, self._graph.parent(above)
        return str(node.reported.get("id"))


def _in_order(found: tuple[bool, Node, Node]) -> tuple[bool, str, str, str, str]:
    """A single reference says more about who uses whom than one in a list; the rest only makes the order steady."""
    many, used, user = found
    return many, used.kind, user.kind, used.id, user.id
