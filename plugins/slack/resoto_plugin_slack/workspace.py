"""Collects a workspace: team → three regions → people, user groups and conversations."""

from __future__ import annotations

from collections import Counter, defaultdict

from resoto_plugin_slack import scopes
from resoto_plugin_slack.client import Client, Item
from resoto_plugin_slack.errors import denied
from resoto_plugin_slack.flags import CLOUD
from resoto_plugin_slack.kinds import CONVERSATION, ENTERPRISE, KINDS, REGION, REGION_OF, REGIONS, TEAM, USER
from resoto_plugin_slack.listing import Listing, Reader, tasks
from resoto_plugin_slack.scopes import Granted
from resoto_plugin_slack.settings import SlackSettings
from resotolib.collect.collector import ScopeRun
from resotolib.collect.completeness import Outcome, Reading, reading_of
from resotolib.collect.items import ItemReader
from resotolib.collect.scope import Level, Message, Scope
from resotolib.errors import CollectError, Unreadable
from resotolib.graph.edges import Linker
from resotolib.graph.graph import Node, node_id
from resotolib.kinds.base import base_kinds


class WorkspaceCollector:
    """Reads the kinds and states what was read. Calls run on the run's threads; this thread fills the graph."""

    def __init__(self, scope: Scope, client: Client, run: ScopeRun, settings: SlackSettings) -> None:
        self._scope, self._client, self._run, self._settings = scope, client, run, settings
        every = {kind.name: kind for kind in (*base_kinds(), *KINDS)}
        self._kinds = {kind.name: kind for kind in KINDS}
        self._readers = {kind.name: ItemReader(kind, every) for kind in KINDS if kind.identity}
        self._linker = Linker(run.graph, every)
        self._regions: dict[str, Node] = {}
        self._conversations: dict[str, tuple[Node, Item]] = {}
        self._errors: defaultdict[str, list[CollectError]] = defaultdict(list)
        self._dropped: Counter[tuple[str, str]] = Counter()

    def collect(self) -> None:
        """Fill the graph. Raises NotAuthenticated at once when nobody is let in."""
        granted = Granted(self._client.call("auth.test", {}))
        self._places(granted)
        self._run.progress(regions=len(REGIONS))
        reader = Reader(self._client, granted, self._settings)
        for found in self._run.map(reader.read, tasks(self._settings)):
            self._absorb(found)
        self._read_members(reader)
        for node, item in self._conversations.values():
            self._linker.add(node, self._kinds[CONVERSATION], self._readers[CONVERSATION].links(item))
        self._linker.link()
        self._state(granted)
        self._run.progress(regions_done=len(REGIONS))

    def _places(self, granted: Granted) -> None:
        """The team, its enterprise, and the regions that stand for what it has."""
        graph = self._run.graph
        about = self._about(granted)
        node = self._node(TEAM, "", {"name": self._scope.name, **about, "id": self._scope.id})
        team = graph.add(node, graph.cloud)
        if about.get("enterprise_id"):
            graph.add(self._node(ENTERPRISE, "", about), team)
        for name in REGIONS:
            reported = {"kind": REGION, "id": name, "name": name, "tags": {}}
            self._regions[name] = graph.add(Node(self._id(REGION, name, name), REGION, reported), team)

    def _about(self, granted: Granted) -> Item:
        """What Slack says about the team; a team that nothing may be read of is told of."""
        try:
            granted.require(scopes.TEAM, "team.info")
            found = (self._client.call("team.info", {}).data or {}).get("team")
        except CollectError as error:
            self._tell("error", f"What the team is like is not known: {error}")
            return {}
        return dict(found) if isinstance(found, dict) else {}

    def _absorb(self, found: Listing) -> None:
        for kind in found.kinds:
            self._errors[kind].extend(found.errors)
        for kind, item in found.items:
            node = self._node(kind, REGION_OF[kind], item)
            if not node.reported["id"]:
                self._errors[kind].append(Unreadable(kind, "the answer holds one that has no id"))
            elif self._run.graph.get(node.id) is None:
                self._run.graph.add(node, self._regions[REGION_OF[kind]])
                if kind == CONVERSATION:
                    self._conversations[node.reported["id"]] = (node, item)
                else:
                    self._linker.add(node, self._kinds[kind], self._readers[kind].links(item))
        self._run.progress(nodes=len(found.items))

    def _read_members(self, reader: Reader) -> None:
        """Who is in which conversation: a call for each that somebody is in."""
        wanted = [item for _, item in self._conversations.values() if reader.counts(item)]
        asked = (item for item in wanted if item.get("num_members") != 0)
        for id_, members, error in self._run.map(reader.members, asked):
            self._conversations[id_][1]["+members"] = members
            if error is not None:
                self._errors[CONVERSATION].append(error)

    def _state(self, granted: Granted) -> None:
        """Record what was read and what was not, and tell what was left out of items."""
        if granted.has(scopes.USERS) and not granted.has(scopes.EMAIL):
            said = "users have no e-mail address, the token does not have the scope for it"
            self._errors[USER].append(denied("users.list", said, scopes.EMAIL))
        for kind, region in REGION_OF.items():
            errors = self._errors[kind]
            self._run.record(reading_of(region, kind, errors[0]) if errors else Reading(region, kind, Outcome.COMPLETE))
        for (kind, member), count in self._dropped.items():
            self._tell("info", f"{kind}: {member} was no value of its type in {count} resources and is left out there.")

    def _node(self, kind: str, region: str, item: Item) -> Node:
        dropped: list[str] = []
        node = self._readers[kind].node(item, self._scope.id, region, dropped)
        self._dropped.update((kind, member) for member in dropped)
        return node or Node("", kind, {"id": ""})

    def _tell(self, level: Level, text: str) -> None:
        self._run.message(Message(level, text, str(self._scope)))

    def _id(self, kind: str, region: str, id_: str) -> str:
        return node_id(kind, CLOUD, self._scope.id, region, id_)
