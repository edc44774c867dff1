"""Whatever fails in the cloud, the core loses nothing that is still there, and what is gone goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.whole.faults.answers import ANSWER_FAULTS
from tests.whole.faults.cloud import FORK, Cloud, cloud
from tests.whole.faults.declared import CLOUD_FAULTS, CloudFault
from tests.whole.faults.meeting import Expected, Started, meet, start
from tests.whole.faults.rig import Rig, rig

pytestmark = pytest.mark.timeout(120)

FAULTS = (*CLOUD_FAULTS, *ANSWER_FAULTS)
FORKED = ("one account is denied (AssumeRole)", "the token expires in mid-run")
"""What is also tried with children; the others do not depend on where they are read."""


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


def _start(running: Rig[Cloud], faults: Iterable[CloudFault]) -> Started:
    return start(running, {fault.title: running.cloud.make(fault.victim) for fault in faults if fault.victim})


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
    small: Cloud = started.rig.cloud

    def delete(name: str) -> None:
        assert fault.victim is not None
        small.delete(fault.victim, name)

    def spoil() -> None:
        for rule in fault.rules(small):
            small.proxy.add(rule)

    regions = (fault.region,) if fault.region else ()
    meet(started, Expected(fault, fault.words, fault.stale, regions, fault.sent), delete, spoil)
