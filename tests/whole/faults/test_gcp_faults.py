"""Whatever fails in Google Cloud, the core loses nothing that is still there, and what is gone goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.whole.faults.gcp import FAR, FORK, GCP_FAULTS, REGION, ZONE, GcpCloud, GcpFault, gcp_cloud
from tests.whole.faults.meeting import Expected, Started, meet, start
from tests.whole.faults.rig import Rig, rig

pytestmark = pytest.mark.timeout(120)

FORKED = ("one project of GCP is denied", "a zone of GCP does not answer")
"""What is also tried with children; the others do not depend on where they are read."""


@pytest.fixture(scope="module")
def small_cloud() -> Iterator[GcpCloud]:
    with gcp_cloud() as running:
        yield running


@pytest.fixture(scope="module")
def threads(small_cloud: GcpCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with rig(tmp_path_factory.mktemp("threads"), small_cloud) as running:
        yield _start(running, GCP_FAULTS)


@pytest.fixture(scope="module")
def forked(small_cloud: GcpCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with rig(tmp_path_factory.mktemp("forked"), small_cloud, *FORK) as running:
        yield _start(running, [fault for fault in GCP_FAULTS if fault.title in FORKED])


def _start(running: Rig[GcpCloud], faults: Iterable[GcpFault]) -> Started:
    return start(running, {fault.title: running.cloud.make(fault.victim) for fault in faults if fault.victim})


@pytest.mark.parametrize("fault", GCP_FAULTS, ids=lambda fault: fault.title)
def test_in_threads(threads: Started, fault: GcpFault) -> None:
    _meets(threads, fault)


@pytest.mark.parametrize("fault", [one for one in GCP_FAULTS if one.title in FORKED], ids=lambda fault: fault.title)
def test_in_children(forked: Started, fault: GcpFault) -> None:
    _meets(forked, fault)


def test_what_is_gone_from_a_zone_that_answers_goes_although_another_zone_does_not(threads: Started) -> None:
    """A region is not unread as a whole because one of its zones is."""
    small: GcpCloud = threads.rig.cloud
    threads.rig.collect()
    gone = f"projects/{FAR}/zones/us-central1-b/disks/disk-1"
    kept = f"projects/{FAR}/zones/{ZONE}/disks/disk-1"
    small.server.remove("compute", gone)
    small.server.remove("compute", kept)
    small.server.unreachable(f"zones/{ZONE}")

    threads.rig.collect()
    threads.rig.mend()

    links = {node.reported.get("link"): node for node in threads.rig.content().nodes.values()}
    assert gone not in links
    assert links[kept].region == REGION
    assert links[kept].stale_since


def test_what_a_service_had_goes_when_it_is_switched_off(threads: Started) -> None:
    """That is a decision about the project, not a fault."""
    small: GcpCloud = threads.rig.cloud
    small.server.switch(FAR, "pubsub", on=False)

    ran = threads.rig.collect()

    small.server.switch(FAR, "pubsub", on=True)
    topics = [node for node in threads.rig.content().nodes.values() if node.kind == "gcp_pubsub_topic"]
    assert ran.result == "done", ran
    assert topics
    assert FAR not in {node.account for node in topics}


def test_when_all_is_well_again_nothing_is_stale(threads: Started) -> None:
    ran = threads.rig.collect()

    assert ran.result == "done", ran
    assert threads.rig.content().stale() == []


def _meets(started: Started, fault: GcpFault) -> None:
    small: GcpCloud = started.rig.cloud
    expected = Expected(fault, fault.words, fault.kinds, fault.regions, fault.sent)
    meet(started, expected, lambda name: small.delete(fault.victim, name), lambda: fault.spoil(small.server))
