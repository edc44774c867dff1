"""The collect action: accounts of a made-up cloud into the embedded core, well-behaved or not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from resotolib.collect.collector import Concurrency
from resotolib.collect.completeness import Outcome
from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotoworker.builtin.report import Report
from resotoworker.localcore import LocalCore
from tests.resotoworker.installed import SitePackages
from tests.resotoworker.unruly import FORKED, THREADED, Rig, Unruly, install

HOW = [
    pytest.param(False, THREADED, id="threads"),
    pytest.param(True, THREADED, id="fork"),
    pytest.param(False, FORKED, id="scopes-forked"),
    pytest.param(True, FORKED, id="both-forked"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with LocalCore(tmp_path_factory.mktemp("core") / "core.sqlite") as core:
        yield core.url


@pytest.fixture
def rig(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    with Core(address, Credentials(None)) as core:
        made = Rig(core, install(SitePackages(site)), tmp_path, graph=f"g{uuid4().hex}")
        yield made
        made.close()


def stale(node: Mapping[str, Any]) -> bool:
    return "stale_since" in node.get("metadata", {})


@pytest.mark.parametrize(("fork", "concurrency"), HOW)
def test_every_account_arrives(rig: Rig, fork: bool, concurrency: Concurrency) -> None:
    end = rig.collect(Unruly(3, 4, concurrency), fork=fork)

    held = rig.held()
    assert end.error == ""
    assert [held.count(noun) for noun in ("account", "region", "network", "machine", "disk")] == [3, 3, 12, 12, 12]
    assert sum(edge[2] == "delete" for edge in held.edges) == 12
    assert rig.messages() == []
    assert rig.messages("info") == ["[example:999] 999 is suspended"]
    assert [one for one in (rig.folder / "spool").iterdir() if one.is_dir()] == []


def test_threads_and_children_send_the_same(rig: Rig) -> None:
    rig.collect(Unruly(2, 4, THREADED))
    first = rig.held()
    rig.collect(Unruly(2, 4, FORKED), fork=True)
    second = rig.held()

    assert set(first.nodes) == set(second.nodes)
    assert first.edges == second.edges
    assert {id_: node["reported"].get("name") for id_, node in first.nodes.items()} == {
        id_: node["reported"].get("name") for id_, node in second.nodes.items()
    }


@pytest.mark.parametrize(("fork", "concurrency"), HOW)
@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("fail", "NotAuthenticated: the account: its role cannot be assumed"),
        ("fail_oddly", "Unpicklable: the account: something else"),
    ],
)
def test_an_account_that_fails_costs_itself_only(
    rig: Rig, fork: bool, concurrency: Concurrency, way: str, text: str
) -> None:
    end = rig.collect(Unruly(4, 2, concurrency, ways={"001": way}), fork=fork)

    assert end.error == ""
    assert {node["reported"]["id"] for node in rig.held().of("account")} == {"000", "002", "003"}
    assert rig.messages() == [f"[example:001 (account 1)] Not collected: {text}"]
    run = rig.status.snapshot()
    assert run is not None
    assert run.outcome == "partial"


@pytest.mark.parametrize(
    ("way", "text"),
    [
        (
            "wrong_type",
            "Graph of example:001: example_disk disk-00000000: volume_size is int64, but the value is a str",
        ),
        (
            "unknown_property",
            "Graph of example:001: example_disk disk-00000000: the kind does not declare volume_colour",
        ),
        ("twins", "Graph of example: example_disk disk-00000000 and example_network network-x have one id"),
        ("edge_to_nowhere", "Graph of example: example_disk disk-00000009 is linked to but was never added"),
        (
            "refused",
            "Kind:example_disk Property:volume_size is not valid: Expected type int64 but got str",
        ),
    ],
)
def test_a_graph_that_is_wrong_costs_its_account_only_and_the_node_is_named(rig: Rig, way: str, text: str) -> None:
    rig.collect(Unruly(3, 7, ways={"001": way}))

    assert {node["reported"]["id"] for node in rig.held().of("account")} == {"000", "002"}
    (message,) = rig.messages()
    assert message.startswith("[example:001 (account 1)] Not collected: ")
    assert text in message
    assert "disk-0000000" in message


@pytest.mark.parametrize(("fork", "concurrency"), HOW)
def test_an_account_that_is_too_large_costs_itself_only(rig: Rig, fork: bool, concurrency: Concurrency) -> None:
    rig.collect(Unruly(2, 4, concurrency), max_scope_nodes=20)
    small = rig.held().count("account")
    rig.collect(Unruly(2, 7, concurrency), fork=fork, max_scope_nodes=20)

    assert small == 2
    assert rig.held().count("disk") == 8, "the core keeps what it had"
    assert [message.partition(" Not collected: ")[2] for message in rig.messages()] == [
        "GraphError: Graph of example: it has more than 20 resources: raise --max-scope-nodes, or leave kinds out."
    ] * 2


def test_a_cloud_that_cannot_be_found_costs_itself_only(rig: Rig) -> None:
    handler = rig.handler(Unruly(2, 2))
    end = rig.run(replace(handler, collectors=[*handler.collectors, Unruly(ways={"": ""}, cloud="other")]))

    run = rig.status.snapshot()
    assert run is not None
    assert (end.error, run.outcome) == ("", "partial")
    assert rig.messages() == ["[other] Not collected: NotAuthenticated: example: no credentials"]
    assert rig.held().count("account") == 2


def test_a_collector_that_hangs_while_it_looks_for_accounts_costs_itself_only(rig: Rig) -> None:
    handler = rig.handler(Unruly(1, 2), timeout=3)
    both = replace(handler, collectors=[*handler.collectors, Unruly(ways={"": "hang"}, cloud="other")])

    rig.run(both)
    first = rig.messages()
    rig.run(both)

    assert first == ["[other] Not collected: ScopeTimeout: other: not finished after 3 seconds"]
    assert rig.messages() == [
        "[other] Not collected: CollectError: other: an earlier run, whose time was over, is still at it"
    ]
    assert rig.held().count("account") == 1


def test_a_killed_child_costs_its_account_only(rig: Rig) -> None:
    rig.collect(Unruly(4, 2, FORKED, ways={"001": "die"}))

    assert rig.held().count("account") == 3
    (message,) = rig.messages()
    assert "example:001" in message
    assert "its process ended with signal SIGKILL" in message


def test_a_killed_child_of_a_collector_names_every_account_that_is_lost(rig: Rig) -> None:
    rig.core.create_graph(rig.graph)

    end = rig.collect(Unruly(2, 2, Concurrency(scopes=1), ways={"001": "die"}), fork=True)

    lost = [message for message in rig.messages() if "Not collected" in message]
    assert any("example:001" in message and "SIGKILL" in message for message in lost)
    assert rig.held().count("account") == (0 if end.error else 1)


@pytest.mark.parametrize(
    ("fork", "concurrency", "way"),
    [
        pytest.param(False, THREADED, "hang", id="threads"),
        pytest.param(True, FORKED, "hang_for_ever", id="forked"),
    ],
)
def test_what_hangs_is_left_behind_at_the_deadline(rig: Rig, fork: bool, concurrency: Concurrency, way: str) -> None:
    began = time.monotonic()

    rig.collect(Unruly(3, 2, concurrency, ways={"001": way}), fork=fork, timeout=4)

    assert time.monotonic() - began < 12
    assert rig.held().count("account") == 2
    (message,) = rig.messages()
    assert "001" in message
    assert "ScopeTimeout" in message


def test_what_still_runs_is_not_started_again(rig: Rig) -> None:
    handler = rig.handler(Unruly(2, 2, THREADED, ways={"001": "hang"}), timeout=3)
    rig.run(handler)

    rig.run(handler)

    (message,) = rig.messages()
    assert "an earlier run, whose time was over, is still at it" in message


@pytest.mark.parametrize(("fork", "concurrency"), HOW)
def test_a_stop_ends_it_soon_and_says_so(rig: Rig, fork: bool, concurrency: Concurrency) -> None:
    handler = rig.handler(Unruly(3, 2, concurrency, ways={"001": "wait", "002": "wait"}), fork=fork)
    stop = threading.Timer(1.5, rig.stop)
    began = time.monotonic()

    rig.run(handler, stop)

    stop.join()
    assert time.monotonic() - began < 10
    assert sum("Stopped" in message for message in rig.messages()) >= 2


def test_without_credentials_the_action_fails_with_the_reason(rig: Rig) -> None:
    end = rig.collect(Unruly(ways={"": ""}))
    assert end.error == "Nothing was collected. example: NotAuthenticated: example: no credentials"
    assert end.brief == "nothing was collected, for the reasons above"


def test_a_disk_that_is_full_from_the_beginning_fails_the_action_with_what_to_do_and_is_reported(
    rig: Rig, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    rig.plugins.add("resotoworker.report", Report(report))
    rig.collect(Unruly(1, 3))
    rig.spool._db.execute("CREATE TRIGGER full BEFORE DELETE ON scope BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    rig.spool._db.execute("INSERT INTO scope VALUES ('other', 'c', 'id', 't', 0, '', 0, x'00')")

    end = rig.collect(Unruly(2, 3))

    assert end.error == (
        f"Nothing was collected. What is collected: cannot be kept in {rig.spool.directory} (disk is full): "
        "make room there, or name another directory with --spool-dir"
    )
    told = json.loads(report.read_text())
    assert (told["result"], ["make room there" in scope["error"] for scope in told["scopes"]]) == ("failed", [True])
    assert rig.held().count("disk") == 3


def test_what_closes_a_cycle_is_left_out_and_named(rig: Rig) -> None:
    rig.collect(Unruly(1, 3, ways={"000": "cycle"}))

    assert rig.held().count("disk") == 3
    (message,) = [message for message in rig.messages("info") if "cycle" in message]
    assert "1 default edges example_disk -> example_disk left out" in message


def test_what_is_gone_from_the_cloud_goes_from_the_core_and_other_accounts_stay(rig: Rig) -> None:
    rig.collect(Unruly(2, 5))
    rig.collect(Unruly(1, 2))

    held = rig.held()
    assert (held.count("disk", "000"), held.count("disk", "001")) == (2, 5)


@pytest.mark.parametrize("outcome", [Outcome.UNREAD, Outcome.EXCLUDED])
def test_what_was_not_read_stays_in_the_core_with_its_edges(rig: Rig, outcome: Outcome) -> None:
    rig.collect(Unruly(1, 3))
    before = rig.held()

    rig.collect(Unruly(1, 3, skipped={"machine": outcome}))

    after = rig.held()
    assert set(after.nodes) == set(before.nodes)
    assert after.edges == before.edges
    assert all(stale(node) for node in after.of("machine"))
    assert not any(stale(node) for node in after.of("disk"))
    assert any("3 resources that were not read are kept" in message for message in rig.messages("info"))
    unread = [message for message in rig.messages() if "example_machine is unread in north" in message]
    assert len(unread) == (outcome is Outcome.UNREAD)


@pytest.mark.parametrize(
    ("skipped", "summary"),
    [
        ({}, "1 of 1 accounts collected"),
        ({"machine": Outcome.UNREAD}, "1 of 1 accounts collected; 1 times a kind could not be read in a region"),
    ],
)
def test_the_summary_speaks_of_what_was_not_read_only_if_there_is_any(
    rig: Rig, skipped: dict[str, Outcome], summary: str
) -> None:
    assert rig.collect(Unruly(1, 1, skipped=skipped)).summary == summary


def test_stale_since_is_the_first_time_and_goes_when_it_is_read_again(rig: Rig) -> None:
    rig.collect(Unruly(1, 2))
    rig.collect(Unruly(1, 2, skipped={"machine": Outcome.UNREAD}))
    first = {node["id"]: node["metadata"]["stale_since"] for node in rig.held().of("machine")}
    time.sleep(1.1)  # the stamp has seconds

    rig.collect(Unruly(1, 2, skipped={"machine": Outcome.UNREAD}))
    again = {node["id"]: node["metadata"]["stale_since"] for node in rig.held().of("machine")}
    rig.collect(Unruly(1, 1))

    assert first == again
    (left,) = rig.held().of("machine")
    assert not stale(left)


def test_what_was_not_read_and_lay_below_something_that_is_gone_lies_below_its_region(rig: Rig) -> None:
    rig.collect(Unruly(1, 3))
    rig.collect(Unruly(1, 1, skipped={"machine": Outcome.UNREAD}))

    held = rig.held()
    assert (held.count("network"), held.count("machine"), held.count("disk")) == (1, 3, 1)


def test_excluded_is_forgotten_when_asked(rig: Rig) -> None:
    rig.collect(Unruly(1, 3))
    rig.collect(Unruly(1, 3, skipped={"machine": Outcome.EXCLUDED}), forget_excluded=True)
    assert rig.held().count("machine") == 0


def test_progress_names_accounts_and_ends_complete(rig: Rig) -> None:
    rig.collect(Unruly(2, 2))
    trees = [frame["data"]["progress"] for frame in rig.frames if frame["kind"] == "action_progress"]
    last = trees[-1]
    assert {(part["name"], part["current"], part["total"]) for part in last["parts"]} == {
        ("account 0", 2, 2),
        ("account 1", 2, 2),
    }


def test_the_status_page_knows_all_scopes(rig: Rig) -> None:
    rig.collect(Unruly(2, 2, FORKED, ways={"001": "fail"}))
    run = rig.status.snapshot()
    assert run is not None
    assert {(one.scope.id, one.state, one.nodes) for one in run.scopes} == {("000", "done", 8), ("001", "failed", 0)}
    assert [one.calls for one in run.scopes] == [3, 3]
