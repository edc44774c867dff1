"""Whatever fails in the cloud, the core loses nothing that is still there, and what is gone goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.whole.faults.answers import ANSWER_FAULTS
from tests.whole.faults.cloud import Cloud, cloud
from tests.whole.faults.content import Content
from tests.whole.faults.declared import CLOUD_FAULTS, CloudFault
from tests.whole.faults.rig import FORK, Rig, rig

pytestmark = pytest.mark.timeout(120)

FAULTS = (*CLOUD_FAULTS, *ANSWER_FAULTS)
FORKED = ("one account is denied (AssumeRole)", "the token expires in mid-run")
"""What is also tried with children; the others do not depend on where they are read."""


@dataclass
class Started:
    """A rig whose core knows everything; `victims` by fault."""

    rig: Rig
    victims: dict[str, str]


@pytest.fixture(scope="module")
def small_cloud() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


@pytest.fixture(scope="module")
def threads(small_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with rig(tmp_path_factory.mktemp("threads"), small_cloud) as running:
        yield _start(running, FAULTS)


@pytest.fixture(scope="module")
def forked(small_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with rig(tmp_path_factory.mktemp("forked"), small_cloud, *FORK) as running:
        yield _start(running, [fault for fault in FAULTS if fault.title in FORKED])


def _start(running: Rig, faults: tuple[CloudFault, ...] | list[CloudFault]) -> Started:
    victims = {fault.title: running.cloud.make(fault.victim) for fault in faults if fault.victim}
    ran = running.collect()
    assert ran.result == "done", (ran, running.log())
    return Started(running, victims)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_in_threads(threads: Started, fault: CloudFault) -> None:
    _meets(threads, fault)


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.title in FORKED], ids=lambda fault: fault.title)
def test_in_children(forked: Started, fault: CloudFault) -> None:
    _meets(forked, fault)


def test_when_all_is_well_again_nothing_is_stale(threads: Started) -> None:
    before = threads.rig.content()

    ran = threads.rig.collect()

    after = threads.rig.content()
    assert ran.result == "done", ran
    assert after.stale() == []
    assert before.missing(after) == []


def _meets(started: Started, fault: CloudFault) -> None:
    running = started.rig
    before = running.content()
    gone = before.named(started.victims[fault.title]) if fault.victim else []
    if fault.victim:
        assert len(gone) == 1
        running.cloud.delete(fault.victim, started.victims[fault.title])
    for rule in fault.rules(running.cloud):
        running.cloud.proxy.add(rule)
    ran = running.collect()
    running.mend()

    after = running.content()
    assert before.without(gone).missing(after) == [], running.log()[-3000:]
    assert [str(node) for node in gone if node.id in after.nodes] == []
    assert ran.result == fault.result, ran
    assert ran.lacks(fault.words) == [], ran
    _stale_is_what_was_not_read(before, after, fault)


def _stale_is_what_was_not_read(before: Content, after: Content, fault: CloudFault) -> None:
    stale = after.stale()
    if not fault.sent:
        assert {node.id for node in stale} <= {node.id for node in before.stale()}
        return
    assert stale
    assert {node.region for node in stale} <= ({fault.region} if fault.region else {node.region for node in stale})
    assert {node.kind for node in stale} <= (set(fault.stale) or {node.kind for node in stale})
