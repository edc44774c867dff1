"""How segments get to the core: together where they can, apart where they must, again where the core was away."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Scope
from resotolib.collect.segment import Segment
from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.kinds.kind import Kind, Person
from resotolib.testing.example import REGION, ExampleCollector, all_kinds, kinds
from resotoworker.channel import silent
from resotoworker.scopes import ScopeContext, collect_scope
from resotoworker.spool import MEGABYTE, Shelf, Spool
from resotoworker.upload import Target, Uploader
from tests.resotolib.core.fakecore import Answer, FakeCore, Request, fake_core, until
from tests.resotoworker.unruly import Unruly

COUNTS = json.dumps({"nodes_created": 1})


@dataclass
class Script:
    """What the core does with merges: each answer is taken once, the last one for ever."""

    merges: list[Callable[[Request], Answer]] = field(default_factory=lambda: [lambda _: (200, COUNTS)])
    searches: Answer = (200, "")
    model: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        """The answer to a request."""
        if request.path.endswith("/merge"):
            play = self.merges.pop(0) if len(self.merges) > 1 else self.merges[0]
            return play(request)
        if "/search/" in request.path:
            return self.searches
        if request.path.endswith("/model"):
            if request.method == "PATCH":
                self.model += json.loads(request.body)
            return 200, json.dumps({"kinds": self.model})
        return 200, "{}"


@pytest.fixture
def fake() -> Iterator[FakeCore]:
    with fake_core() as core:
        yield core


@pytest.fixture
def script(fake: FakeCore) -> Script:
    fake.answer = script = Script()
    return script


@dataclass
class Sending:
    """Segments on their way to a core."""

    fake: FakeCore
    folder: Path
    spool: Spool
    through: list[Segment] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def segment(self, number: int, *readings: Reading, size: int = 2, **ways: str) -> Segment:
        """A collected account."""
        collector = Unruly(number + 1, size, ways={f"{number:03}": way for way in ways.values()})
        found = collect_scope(collector, collector.scopes().scopes[number], self.context, silent())
        return self.shelf.keep(replace(found, readings=readings))

    @property
    def context(self) -> ScopeContext:
        """Where segments go."""
        return ScopeContext(kinds, str(self.shelf.folder))

    @cached_property
    def shelf(self) -> Shelf:
        """Where segments wait."""
        return self.spool.shelf(Action("collect", "task-1", "collect"))

    def send(self, *segments: Segment, batch: int = 100_000, patience: float = 10) -> None:
        """Send them all and wait."""
        with Core(self.fake.http, Credentials(None)) as core, self.uploader(core, batch, patience) as uploader:
            for segment in segments:
                uploader.put(segment)

    def uploader(
        self, core: Core, batch: int = 100_000, patience: float = 10, kinds: Iterable[Kind] = (), seconds: float = 60
    ) -> Uploader:
        """To put segments into one by one; `kinds`: in place of those of the example. After `seconds` it is over."""
        now = time.monotonic()
        every = all_kinds() | {kind.name: kind for kind in kinds}
        target = Target(core, "ck", "task-1", every, batch, now + patience, self.stop, now + seconds, pause=0.1)
        return Uploader(target, self.through.append, self.shelf)

    def uploads(self) -> list[list[dict[str, Any]]]:
        """What arrived, by request."""
        return [[json.loads(line) for line in request.body.splitlines()] for request in self.fake.asked("POST", MERGE)]

    def errors(self) -> dict[str, str]:
        """By account."""
        return {segment.scope.id: segment.error for segment in self.through}


MERGE = "/graph/ck/merge"


@pytest.fixture
def sending(fake: FakeCore, script: Script, tmp_path: Path) -> Iterator[Sending]:
    with closing(Spool(tmp_path, 100 * MEGABYTE)) as spool:
        yield Sending(fake, tmp_path, spool)


def accounts(upload: list[dict[str, Any]]) -> list[str]:
    return [one["reported"]["id"] for one in upload if one.get("metadata", {}).get("replace")]


def test_what_waits_while_a_merge_runs_goes_together(sending: Sending, script: Script) -> None:
    go = threading.Event()

    def slow(_: Request) -> Answer:
        go.wait(10)
        return 200, COUNTS

    script.merges.insert(0, slow)
    with Core(sending.fake.http, Credentials(None)) as core, sending.uploader(core) as uploader:
        uploader.put(sending.segment(0))
        until(lambda: sending.fake.asked("POST", MERGE))
        for number in (1, 2, 3):
            uploader.put(sending.segment(number))
        go.set()

    assert [accounts(upload) for upload in sending.uploads()] == [["000"], ["001", "002", "003"]]
    assert set(sending.errors().values()) == {""}


def test_a_batch_has_one_root_one_cloud_and_all_ends_of_its_edges(sending: Sending) -> None:
    sending.send(sending.segment(0), sending.segment(1))
    for upload in sending.uploads():
        names = [one["id"] for one in upload if "id" in one]
        assert len(names) == len(set(names))
        below = {one["to"] for one in upload if "from" in one}
        assert [one["id"] for one in upload if "id" in one and one["id"] not in below] == ["root"]
        assert {end for one in upload if "from" in one for end in (one["from"], one["to"])} <= set(names)


def test_a_batch_is_bounded(sending: Sending) -> None:
    segments = [sending.segment(number) for number in range(4)]
    sending.send(*segments, batch=segments[0].nodes)
    assert [len(accounts(upload)) for upload in sending.uploads()] == [1, 1, 1, 1]


def test_a_batch_that_is_refused_is_split_until_the_bad_one_is_alone(sending: Sending, script: Script) -> None:
    def pick(request: Request) -> Answer:
        return (400, "Error: ImportAborted\nMessage: no") if b'"id":"002"' in request.body else (200, COUNTS)

    script.merges[:] = [pick]
    segments = [sending.segment(number) for number in range(5)]
    sending.send(*segments)

    errors = sending.errors()
    assert [account for account, error in errors.items() if error] == ["002"]
    assert errors["002"].startswith("not sent to the core, which keeps what it had: Core at ")
    assert "ImportAborted" in errors["002"]


def test_a_core_that_is_busy_with_the_account_is_asked_again(sending: Sending, script: Script) -> None:
    script.merges.insert(0, lambda _: (400, "Error: ConflictingChangeInProgress"))
    sending.send(sending.segment(0))
    assert sending.errors() == {"000": ""}


def test_what_a_core_that_stays_away_has_not_confirmed_is_kept(sending: Sending, script: Script) -> None:
    script.merges[:] = [lambda _: (503, "shutting down")]
    sending.send(sending.segment(0), patience=0.5)
    assert sending.errors()["000"].startswith("not confirmed by the core: ")
    assert [left.segment.scope.id for left in sending.spool.left()] == ["000"]


@pytest.mark.parametrize("answer", [(200, "<html>Back soon</html>"), (302, ""), (407, "log in"), (408, "too slow")])
def test_what_something_else_than_the_core_has_answered_is_kept(
    sending: Sending, script: Script, answer: Answer
) -> None:
    script.merges[:] = [lambda _: answer]
    sending.fake.location = "/maintenance" if answer[0] == 302 else ""
    sending.send(sending.segment(0))
    assert sending.errors()["000"].startswith("not confirmed by the core: ")
    assert [left.segment.scope.id for left in sending.spool.left()] == ["000"]


def test_a_core_that_fails_is_asked_again(sending: Sending, script: Script) -> None:
    script.merges.insert(0, lambda _: (500, "Internal Server Error"))
    sending.send(sending.segment(0))
    assert sending.errors() == {"000": ""}


def test_an_answer_that_does_not_come_leaves_open_whether_the_core_has_it(sending: Sending, script: Script) -> None:
    go = threading.Event()

    def silent_core(_: Request) -> Answer:
        go.wait(10)
        return 200, COUNTS

    script.merges[:] = [silent_core]
    with Core(sending.fake.http, Credentials(None), merge_seconds=0.2) as core:
        with sending.uploader(core, patience=0.5) as uploader:
            uploader.put(sending.segment(0))
        go.set()
    assert sending.errors()["000"].startswith("not confirmed by the core: ")
    assert "no answer to POST /graph/ck/merge in time" in sending.errors()["000"]
    assert [left.segment.scope.id for left in sending.spool.left()] == ["000"]


def test_a_core_that_never_answers_costs_no_more_than_the_time_of_the_action(sending: Sending, script: Script) -> None:
    go = threading.Event()

    def silent_core(_: Request) -> Answer:
        go.wait(10)
        return 200, COUNTS

    script.merges[:] = [silent_core]
    segments = [sending.segment(number) for number in range(3)]
    began = time.monotonic()
    with Core(sending.fake.http, Credentials(None)) as core:
        with sending.uploader(core, batch=1, patience=0, seconds=0.5) as uploader:
            for segment in segments:
                uploader.put(segment)
        took = time.monotonic() - began
        go.set()

    assert took < 5
    assert all(error.startswith("not confirmed by the core: ") for error in sending.errors().values())
    assert "no time is left for " in sending.errors()["002"]
    assert len(sending.fake.asked("POST", MERGE)) == 1
    assert [left.segment.scope.id for left in sending.spool.left()] == ["000", "001", "002"]


def test_a_failed_account_is_not_sent(sending: Sending) -> None:
    sending.send(Segment(Scope("example", "7", ""), error="Throttled: x"), sending.segment(0))
    assert [accounts(upload) for upload in sending.uploads()] == [["000"]]
    assert sending.errors() == {"7": "Throttled: x", "000": ""}


def test_kinds_are_sent_once_and_only_those_that_were_found(sending: Sending, script: Script) -> None:
    with Core(sending.fake.http, Credentials(None)) as core, sending.uploader(core) as uploader:
        uploader.put(sending.segment(0))
        until(lambda: len(sending.through) == 1)
        uploader.put(sending.segment(1))

    (patch,) = sending.fake.asked("PATCH")
    sent = {kind["fqn"] for kind in json.loads(patch.body)}
    assert {"example_disk", "example_machine", "volume", "resource", "cloud", "graph_root"} <= sent
    assert "database" not in sent
    assert len(sending.fake.asked("GET")) == 1


def test_a_core_that_knows_the_kinds_is_sent_none(sending: Sending) -> None:
    sending.send(sending.segment(0))
    sending.send(sending.segment(1))
    assert len(sending.fake.asked("PATCH")) == 1


def test_files_are_gone_when_the_core_has_answered_well_or_not(sending: Sending, script: Script) -> None:
    script.merges[:] = [lambda _: (200, COUNTS), lambda _: (400, "no")]
    sending.send(sending.segment(0))
    sending.send(sending.segment(1))
    assert list(sending.shelf.folder.iterdir()) == []


def test_an_account_with_gaps_is_not_sent_when_the_core_cannot_say_what_it_holds(
    sending: Sending, script: Script
) -> None:
    gap = Reading(REGION, "example_network", Outcome.UNREAD, Cause.DENIED, "not permitted")
    script.searches = (400, "Error: something")

    sending.send(sending.segment(0, gap), sending.segment(1))

    assert [accounts(upload) for upload in sending.uploads()] == [["001"]]
    assert "not sent to the core" in sending.errors()["000"]


def test_what_the_core_says_may_close_no_cycle_and_needs_a_place(sending: Sending, script: Script) -> None:
    """The core knows a network between two machines that is unread now, and a subnet below something that is gone."""
    machines = [one for one in nodes(sending.segment(0)) if one.get("reported", {}).get("kind") == "example_machine"]
    place = {"region": {"reported": {"id": REGION}}}
    old = {"type": "node", "id": "old", "reported": {"kind": "example_network", "id": "n"}, "ancestors": place}
    edges = [(machines[0]["id"], "old"), ("old", machines[0]["id"]), ("gone", "old")]
    rows = [old, *({"type": "edge", "from": one, "to": two, "edge_type": "default"} for one, two in edges)]
    script.searches = (200, "\n".join(map(json.dumps, rows)))

    sending.send(sending.segment(0, Reading(REGION, "example_network", Outcome.UNREAD, Cause.DENIED, "x")))

    (upload,) = sending.uploads()
    drawn = {(one["from"], one["to"]) for one in upload if "from" in one}
    assert len(drawn & set(edges[:2])) == 1
    assert ("gone", "old") not in drawn
    assert sending.errors() == {"000": ""}
    assert any(to == "old" for _, to in drawn)


def test_what_is_joined_with_an_account_is_not_kept_in_it(sending: Sending, script: Script) -> None:
    region = {"region": {"reported": {"id": REGION}}}
    held = {id_: {**region, "account": {"reported": {"id": id_}}} for id_ in ("000", "001")}
    rows = [
        {"type": "node", "id": f"of-{id_}", "reported": {"kind": "example_network", "id": id_}, "ancestors": above}
        for id_, above in held.items()
    ]
    script.searches = (200, "\n".join(map(json.dumps, rows)))

    sending.send(sending.segment(0, Reading(REGION, "example_network", Outcome.UNREAD, Cause.DENIED, "x")))

    (upload,) = sending.uploads()
    assert {one["id"] for one in upload if one.get("id", "").startswith("of-")} == {"of-000"}


def nodes(segment: Segment) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(segment.path).read_text().splitlines()]


def test_the_uploads_of_the_example_are_what_the_collector_made(sending: Sending) -> None:
    collector = ExampleCollector(1, 2)
    found = collect_scope(collector, collector.scopes().scopes[0], sending.context, silent())
    assert (found.nodes, found.error) == (8, "")
    assert len(nodes(found)) == found.nodes + found.edges


PEOPLE = [
    replace(all_kinds()["example_network"], person=Person("directory", ("tags.owner",))),
    replace(all_kinds()["example_machine"], person=Person("cloud", ("tags.owner",))),
]


def selectors(upload: list[dict[str, Any]]) -> int:
    return sum("from_selector" in element for element in upload)


def test_people_are_joined_by_the_last_upload_which_waits_for_the_end(sending: Sending) -> None:
    first, second = (with_owners(sending.segment(number, size=1)) for number in (0, 1))
    with Core(sending.fake.http, Credentials(None)) as core, sending.uploader(core, kinds=PEOPLE) as uploader:
        uploader.put(first)
        uploader.put(second)
        until(lambda: sending.fake.asked("POST", MERGE))

    assert [(accounts(upload), selectors(upload)) for upload in sending.uploads()] == [(["000"], 0), (["001"], 1)]


@pytest.mark.parametrize("searches", [(400, "Error: ParseError"), (200, "no JSON")])
def test_a_core_that_does_not_tell_whom_it_has_keeps_its_edges(
    sending: Sending, script: Script, searches: Answer
) -> None:
    script.searches = searches
    with Core(sending.fake.http, Credentials(None)) as core, sending.uploader(core, kinds=PEOPLE) as uploader:
        uploader.put(with_owners(sending.segment(0, size=1)))

    assert [selectors(upload) for upload in sending.uploads()] == [0]
    assert sending.errors() == {"000": ""}


def with_owners(segment: Segment) -> Segment:
    """Each resource is that of one person of the account."""
    path = Path(segment.path)
    path.write_text(path.read_text().replace('"nobody"', f'"owner-{segment.scope.id}@x.test"'))
    return segment
