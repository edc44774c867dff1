"""The nodes that contain resources: the account, its regions, their zones."""

from __future__ import annotations

from resoto_plugin_aws.flags import CLOUD
from resoto_plugin_aws.session import AccountSession
from resotolib.collect.records import Record
from resotolib.collect.scope import Scope
from resotolib.graph.graph import Graph, Node, node_id


class Places:
    """Makes each of them when it is first asked for."""

    def __init__(self, graph: Graph, scope: Scope, session: AccountSession) -> None:
        self._graph = graph
        self._account_id = session.account
        name = scope.name or scope.id
        reported = {"kind": "aws_account", "id": scope.id, "name": name, "tags": {}, "role": session.role}
        self.account = graph.add(Node(self._id("aws_account", scope.id), "aws_account", reported), graph.cloud)
        self._regions: dict[str, Node] = {}
        self._zones: dict[str, Node] = {}

    def region(self, name: str) -> Node:
        """The node of a region, or of `global`."""
        if name not in self._regions:
            self._regions[name] = self._place("aws_region", name, name, self.account)
        return self._regions[name]

    def zone(self, region: str, name: str) -> Node:
        """The node of an availability zone."""
        if name not in self._zones:
            self._zones[name] = self._place("aws_zone", region, name, self.region(region))
        return self._zones[name]

    def describe_account(self, record: Record) -> None:
        """Add to the account's node what was read about it."""
        self.account.reported.update(record.reported())
        record.node = self.account

    def _place(self, kind: str, region: str, name: str, above: Node) -> Node:
        reported = {"kind": kind, "id": name, "name": name, "tags": {}}
        id_ = node_id(kind, CLOUD, self._account_id, region, name)
        return self._graph.add(Node(id_, kind, reported), above)

    def _id(self, kind: str, name: str) -> str:
        return node_id(kind, CLOUD, name, "", name)
