"""Collects the account: account → region → everything else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial

from resoto_plugin_onelogin import listing
from resoto_plugin_onelogin.flags import CLOUD
from resoto_plugin_onelogin.kinds import ACCOUNT, KINDS, REGION, collected
from resoto_plugin_onelogin.listing import Listing
from resoto_plugin_onelogin.session import Session
from resoto_plugin_onelogin.settings import OneLoginSettings
from resotolib.collect.collector import ScopeRun
from resotolib.collect.completeness import Outcome, Reading, reading_of
from resotolib.collect.items import ItemReader
from resotolib.collect.scope import Message, Scope
from resotolib.errors import CollectError, Unreadable
from resotolib.graph.edges import Linker
from resotolib.graph.graph import Node, node_id
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Kind


class AccountCollector:
    """Reads the kinds and states what was read. Calls run on the run's threads; this thread fills the graph."""

    def __init__(self, scope: Scope, session: Session, run: ScopeRun, settings: OneLoginSettings) -> None:
        self._scope, self._session, self._run = scope, session, run
        self._region = settings.region
        self._wanted, self._left_out = collected(devices=settings.mfa_devices)
        every = {kind.name: kind for kind in (*base_kinds(), *KINDS)}
        self._readers = {kind.name: ItemReader(kind, every) for kind in self._wanted}
        self._linker = Linker(run.graph, every)
        self._found: defaultdict[str, list[Node]] = defaultdict(list)
        self._errors: defaultdict[str, list[CollectError]] = defaultdict(list)
        self._dropped: Counter[tuple[str, str]] = Counter()

    def collect(self) -> None:
        """Fill the graph. Raises NotAuthenticated at once when nobody is let in."""
        self._session.scope()
        graph = self._run.graph
        account = graph.add(self._place(ACCOUNT, "", self._scope.id, self._scope.name), graph.cloud)
        region = graph.add(self._place(REGION, self._region, self._region, self._region), account)
        self._run.progress(regions=1)
        for found in self._run.map(partial(listing.read, self._session), self._top()):
            self._absorb(found, region)
        for kind in self._wanted:
            self._read_below(kind, region)
        self._linker.link()
        self._state()
        self._run.progress(regions_done=1)

    def _top(self) -> list[Kind]:
        return [kind for kind in self._wanted if kind.reading and not kind.reading.parent]

    def _read_below(self, kind: Kind, region: Node) -> None:
        """A kind that is listed for each resource of another; what is unread there is unread here."""
        parent = kind.reading.parent if kind.reading else ""
        if not parent:
            return
        self._errors[kind.name].extend(self._errors[parent])
        names = [str(node.reported["id"]) for node in self._found[parent]]
        for found in self._run.map(partial(listing.read, self._session, kind), names):
            self._absorb(found, region)

    def _absorb(self, found: Listing, region: Node) -> None:
        kind = found.kind
        reader = self._readers[kind.name]
        self._errors[kind.name].extend(found.errors)
        for item in found.items:
            dropped: list[str] = []
            node = reader.node(item, self._scope.id, self._region, dropped)
            self._dropped.update((kind.name, member) for member in dropped)
            if node is None:
                self._errors[kind.name].append(Unreadable(kind.title, "the answer holds one that has no id"))
            elif self._run.graph.get(node.id) is None:
                self._run.graph.add(node, region)
                self._found[kind.name].append(node)
                self._linker.add(node, kind, reader.links(item))
        self._run.progress(nodes=len(found.items))

    def _state(self) -> None:
        """Record what was read and what was not, and tell what was left out of items."""
        for kind in self._wanted:
            errors = self._errors[kind.name]
            complete = Reading(self._region, kind.name, Outcome.COMPLETE)
            self._run.record(reading_of(self._region, kind.name, errors[0]) if errors else complete)
        for kind in self._left_out:
            self._run.record(Reading(self._region, kind.name, Outcome.EXCLUDED))
        self._tell(
            f"{kind}: {member} was no value of its type in {count} resources and is left out there."
            for (kind, member), count in self._dropped.items()
        )

    def _tell(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._run.message(Message("info", text, str(self._scope)))

    def _place(self, kind: str, region: str, id_: str, name: str) -> Node:
        reported = {"kind": kind, "id": id_, "name": name, "tags": {}}
        return Node(node_id(kind, CLOUD, self._scope.id, region, id_), kind, reported)
