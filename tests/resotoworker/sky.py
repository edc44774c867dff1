"""A cloud in memory that the embedded core has been told of, for tests of the handlers that change it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from resotolib.collect.collector import Concurrency, Writer
from resotolib.collect.scope import Discovery, Scope
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.core.reporter import Reporter
from resotolib.errors import NotAuthenticated
from resotolib.graph.model import model
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Call, Deletion, EdgeRule, Kind
from tests.resotolib.clean.cloud import Cloud

GRAPH = "ck"
GONE = Deletion(Call("sky", "Delete", {"Id": "$id"}))
KINDS = {
    kind.name: kind
    for kind in (
        Kind("sky_account", ("account",), "sky"),
        Kind("sky_region", ("region",), "sky"),
        Kind("sky_vpc", ("resource",), "sky", deletion=GONE),
        Kind("sky_vm", ("resource",), "sky", deletion=GONE, edges=(EdgeRule("sky_vpc", "Vpc", delete="this_first"),)),
        Kind("sky_star", ("resource",), "sky"),
    )
}


@dataclass
class Sky:
    """A collector whose writer is `cloud`. `broken`: nobody can sign in."""

    cloud_: Cloud
    broken: bool = False
    opened: int = 0
    cloud: str = "sky"
    concurrency: Concurrency = field(default_factory=Concurrency)

    def scopes(self) -> Discovery:
        return Discovery((Scope("sky", "a1", "one"),))

    def collect(self, scope: Scope, run: Any) -> None:
        return None

    def writer(self) -> AbstractContextManager[Writer]:
        return self._writer()

    @contextmanager
    def _writer(self) -> Iterator[Writer]:
        if self.broken:
            raise NotAuthenticated("sky", "the password is wrong")
        self.opened += 1
        yield self.cloud_
        self.opened -= 1


def upload(core: Core, resources: dict[str, str], edges: Sequence[tuple[str, str]]) -> None:
    """Tell the core of resources (kind by id) below one account and region, with default and delete edges."""
    core.create_graph(GRAPH)
    names = {"graph_root", "cloud", *KINDS}
    core.update_model(GRAPH, model(names, {kind.name: kind for kind in base_kinds()} | KINDS))
    above = {"root": "graph_root", "sky": "cloud", "a1": "sky_account", "north": "sky_region"}
    nodes: list[dict[str, Any]] = [
        {"id": id_, "reported": {"kind": kind, "id": id_, "name": id_, "tags": {}}, "metadata": {"cleaned": False}}
        for id_, kind in (above | resources).items()
    ]
    nodes[2]["metadata"]["replace"] = True
    lines = [*nodes, *({"from": a, "to": b} for a, b in [("root", "sky"), ("sky", "a1"), ("a1", "north")])]
    lines += [{"from": "north", "to": id_} for id_ in resources]
    for source, target in edges:
        lines += [{"from": source, "to": target}, {"from": source, "to": target, "edge_type": "delete"}]
    core.merge(GRAPH, [json.dumps(line).encode() for line in lines], "task", len(nodes), len(lines) - len(nodes))


def flag(core: Core, *ids: str) -> None:
    """Flag resources for cleanup."""
    core.patch_nodes(GRAPH, [{"id": id_, "desired": {"clean": True}} for id_ in ids])


def metadata(core: Core) -> dict[str, dict[str, Any]]:
    """The metadata of all resources, by id."""
    rows = core.search_graph(GRAPH, "is(resource)")
    return {row["id"]: row.get("metadata", {}) for row in rows if row["type"] == "node"}


class Told:
    """A reporter and what it told the core."""

    def __init__(self) -> None:
        action = Action("cleanup", "t1", "cleanup", {"task": "t1", "step": "cleanup"})
        self.action = action
        self.frames: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self.reporter = Reporter(action, self._tell)

    def _tell(self, frame: str, *, replace: bool) -> None:
        with self._lock:
            self.frames.append(json.loads(frame)["data"])

    def lines(self, level: str) -> list[str]:
        """The messages of a level."""
        return [frame["message"] for frame in self.frames if frame.get("level") == level]
