"""A small cloud for tests of graphs: kinds with and without rules, an account with two regions, nodes in a line."""

from __future__ import annotations

from typing import Any

from resotolib.graph.edges import Linker, LinkReport
from resotolib.graph.graph import Graph, Node, node_id
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Call, EdgeRule, Identity, Kind, Reading

READING = Reading(Call("s", "List"))


def kind(name: str, *bases: str, service: str = "ec2", edges: tuple[EdgeRule, ...] = (), **more: Any) -> Kind:
    """A kind that can be listed."""
    return Kind(
        name,
        bases or ("resource",),
        "aws",
        service,
        identity=Identity("Id"),
        reading=READING,
        edges=edges,
        **more,
    )


def every(*kinds: Kind) -> dict[str, Kind]:
    """The kinds by name, with account, region and what they derive from."""
    places = (Kind("aws_account", ("account",), "aws"), Kind("aws_region", ("region",), "aws"))
    return {one.name: one for one in (*base_kinds(), *places, *kinds)}


class Account:
    """An account with the regions north and south, filled by `add`."""

    def __init__(self, *kinds: Kind, account: str = "111122223333") -> None:
        self.kinds = every(*kinds)
        self.id = account
        self.graph = Graph("aws")
        self.node = self._place("aws_account", account, self.graph.cloud)
        self.regions = {name: self._place("aws_region", name, self.node) for name in ("north", "south")}
        self.linker = Linker(self.graph, self.kinds)

    def add(
        self, kind: str, id_: str, item: Any = None, *, name: str = "", arn: str = "", region: str = "north"
    ) -> Node:
        """Add a resource that was made of `item`; in no region when `region` is ""."""
        reported = {"kind": kind, "id": id_, "name": name or id_, "tags": {}}
        node = Node(node_id(kind, "aws", self.id, region, id_), kind, reported)
        self.graph.add(node, self.regions.get(region, self.node))
        self.linker.add(node, self.kinds[kind], {"Id": id_} if item is None else item, arn=arn)
        return node

    def link(self) -> LinkReport:
        """Draw the edges."""
        return self.linker.link()

    def drawn(self) -> set[tuple[str, str, str]]:
        """Edges that are not containment, as (from, to, type) by the resources' own identifiers."""
        contained = set(self.graph.edges_of("default", "contains"))
        return {
            (self._own(source), self._own(target), type_)
            for source, target, type_ in self.graph.edges()
            if type_ == "delete" or (source, target) not in contained
        }

    def _own(self, id_: str) -> str:
        return str(self.graph[id_].reported["id"])

    def _place(self, kind: str, id_: str, parent: Node) -> Node:
        reported = {"kind": kind, "id": id_, "name": id_, "tags": {}}
        return self.graph.add(Node(node_id(kind, "aws", self.id, "", id_), kind, reported), parent)
