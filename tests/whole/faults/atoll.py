"""A cloud of a few islands that is a JSON file, as a plugin of the worker; and the same for those who change it.

    {"north": {"rocks": {"r1": 3}, "bad": false, "unread": false}, …}      rocks by name, with their size

Each rock has a palm on it. A file `<estate>.hold-<island>` keeps a worker that reads the island waiting.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resotolib.collect.collector import Concurrency, ScopeRun, Writer
from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Discovery, Scope
from resotolib.graph.graph import Graph, Node, node_id
from resotolib.hookspecs import hookimpl
from resotolib.kinds.kind import Kind, Property
from resotolib.settings import Settings, flag, group

CLOUD, REGION = "atoll", "lagoon"
ROCK, PALM = "atoll_rock", "atoll_palm"
KINDS = (
    Kind("atoll_island", ("account",), CLOUD),
    Kind("atoll_lagoon", ("region",), CLOUD),
    Kind(ROCK, ("resource",), CLOUD, properties=(Property("rock_size", "int64"),)),
    Kind(PALM, ("resource",), CLOUD),
)


@dataclass(frozen=True)
class Atoll:
    """The file, as who changes it sees it."""

    path: Path

    def read(self) -> dict[str, dict[str, Any]]:
        """What there is."""
        found: dict[str, dict[str, Any]] = json.loads(self.path.read_text())
        return found

    def write(self, islands: dict[str, dict[str, Any]]) -> None:
        """Change it as a whole."""
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(islands))
        part.replace(self.path)

    def change(self, island: str, **what: Any) -> None:
        """Change one island."""
        islands = self.read()
        self.write({**islands, island: {**islands[island], **what}})

    def remove(self, island: str, rock: str) -> None:
        """A rock is gone, and its palm."""
        rocks = self.read()[island]["rocks"]
        self.change(island, rocks={name: size for name, size in rocks.items() if name != rock})

    def hold(self, island: str) -> None:
        """Who reads this island has to wait."""
        self._beside("hold", island).touch()

    def release(self) -> None:
        """Nobody waits any more."""
        for path in self.path.parent.glob(f"{self.path.name}.hold-*"):
            path.unlink()

    def held(self, island: str) -> Path:
        """The file that keeps a reader waiting."""
        return self._beside("hold", island)

    def note(self, island: str) -> None:
        """Somebody reads this island."""
        with self._beside("reads", "all").open("a") as file:
            file.write(f"{island}\n")

    def reads(self) -> Counter[str]:
        """How often each island has been read since `forget`."""
        path = self._beside("reads", "all")
        return Counter(path.read_text().split()) if path.exists() else Counter()

    def forget(self) -> None:
        """Count anew, and hold nobody."""
        self.release()
        self._beside("reads", "all").unlink(missing_ok=True)

    def _beside(self, what: str, island: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{what}-{island}")


@group(CLOUD, "Atoll")
@dataclass(frozen=True)
class AtollSettings:
    """Flags `--atoll-…`."""

    file: str = flag("", "The islands")
    fork: bool = flag(default=False, help="Collect each island in a process of its own")


@dataclass(frozen=True)
class AtollCollector:
    """Reads the file, once for each island."""

    path: str
    concurrency: Concurrency
    cloud: str = CLOUD

    def scopes(self) -> Discovery:
        """The islands."""
        return Discovery(tuple(Scope(CLOUD, name, name) for name in sorted(Atoll(Path(self.path)).read())))

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """Rocks and palms, as they were when the reading began."""
        atoll = Atoll(Path(self.path))
        island = atoll.read()[scope.id]
        atoll.note(scope.id)
        while atoll.held(scope.id).exists():
            run.stop_if_told()
            time.sleep(0.02)
        _fill(run.graph, scope, island)
        run.record(Reading(REGION, ROCK, Outcome.COMPLETE))
        unread = Reading(REGION, PALM, Outcome.UNREAD, Cause.DENIED, "the palms are not to be looked at")
        run.record(unread if island.get("unread") else Reading(REGION, PALM, Outcome.COMPLETE))

    def writer(self) -> AbstractContextManager[Writer]:
        """Nobody changes it through the worker."""
        return nullcontext()  # type: ignore[return-value]  # never asked


def _fill(graph: Graph, scope: Scope, island: dict[str, Any]) -> None:
    account = _add(graph, graph.cloud, scope, "atoll_island", scope.id)
    region = _add(graph, account, scope, "atoll_lagoon", REGION)
    for name, size in island["rocks"].items():
        rock = _add(graph, region, scope, ROCK, name, rock_size=size)
        if not island.get("unread"):
            palm = _add(graph, region, scope, PALM, f"palm-{name}")
            graph.connect(rock, palm)
            graph.connect(palm, rock, "delete")
    if island.get("bad"):  # what the worker's check lets through, for it looks at a sample, and no core does
        rock.reported["rock_size"] = "large"


def _add(graph: Graph, parent: Node, scope: Scope, kind: str, name: str, **more: Any) -> Node:
    reported = {"kind": kind, "id": f"{scope.id}-{name}", "name": name, "tags": {}, **more}
    return graph.add(Node(node_id(kind, CLOUD, scope.id, REGION, name), kind, reported), parent)


def islands(*names: str, rocks: int = 3) -> Iterator[tuple[str, dict[str, Any]]]:
    """Some of the same size."""
    for name in names:
        yield name, {"rocks": {f"{name}-{number}": number for number in range(rocks)}}


@hookimpl
def resoto_settings() -> type[Any]:
    """The flags."""
    return AtollSettings


@hookimpl
def resoto_kinds() -> Sequence[Kind]:
    """What there is on an atoll."""
    return KINDS


@hookimpl
def resoto_collectors(settings: Settings) -> Sequence[AtollCollector]:
    """One."""
    own = settings[AtollSettings]
    return [AtollCollector(own.file, Concurrency(fork=own.fork, scopes=3, calls=1))]
