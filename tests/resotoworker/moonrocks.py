"""A plugin for tests of stopping: what it does waits for a gate, a file that says that it may go on."""

PLUGIN = '''
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from resotolib.collect.collector import Concurrency
from resotolib.collect.completeness import Outcome, Reading
from resotolib.collect.scope import Discovery, Scope
from resotolib.graph.graph import Node
from resotolib.hookspecs import hookimpl
from resotolib.kinds.kind import Call, Deletion, Kind
from resotolib.settings import flag, group


@group("moon", "Moon")
@dataclass(frozen=True)
class MoonSettings:
    folder: str = flag("", "Folder of the gates")


def wait(folder, what, look=lambda: None):
    """Say that `what` is going on, and go on when its gate is open."""
    gate = Path(folder) / what
    gate.with_suffix(".seen").touch()
    while gate.with_suffix(".shut").exists():
        time.sleep(0.02)
        look()


@dataclass(frozen=True)
class Writer:
    folder: str

    def _gone(self, node):
        return Path(self.folder) / ("gone-" + node["reported"]["id"])

    def change_tags(self, node, update, delete):
        wait(self.folder, "tag")
        return {**node["reported"]["tags"], **update}

    def fetch(self, node):
        return None if self._gone(node).exists() else dict(node["reported"])

    def prepare(self, node):
        return None

    def delete(self, node):
        wait(self.folder, "delete")
        self._gone(node).touch()


@dataclass(frozen=True)
class Moon:
    folder: str
    cloud: str = "moon"
    concurrency: Concurrency = Concurrency()

    def scopes(self):
        return Discovery((Scope("moon", "near", "near side"),))

    def collect(self, scope, run):
        def add(kind, name, above):
            return run.graph.add(Node(name, kind, {"kind": kind, "id": name, "name": name, "tags": {}}), above)

        account = add("moon_account", "near", run.graph.cloud)
        first, second = (add("moon_rock", name, account) for name in ("first", "second"))
        run.graph.connect(second, first, "delete")
        wait(self.folder, "collect", run.stop_if_told)
        for number in range(500):
            add("moon_rock", f"pebble-{number}", account)
        run.record(Reading("", "moon_rock", Outcome.COMPLETE))

    def writer(self):
        return nullcontext(Writer(self.folder))


@hookimpl
def resoto_settings():
    return MoonSettings

@hookimpl
def resoto_kinds():
    gone = Deletion(Call("moon", "Delete", {"Id": "$id"}))
    return [Kind("moon_account", ("account",), "moon"), Kind("moon_rock", ("resource",), "moon", deletion=gone)]

@hookimpl
def resoto_collectors(settings):
    return [Moon(settings[MoonSettings].folder)]
'''
