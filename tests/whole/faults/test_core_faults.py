"""Whatever becomes of the worker, the core and what is between them: nothing is lost, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.whole.faults.atoll import islands
from tests.whole.faults.content import Content
from tests.whole.faults.corerig import ISLANDS, CoreRig, core_rig
from tests.whole.faults.declared_core import CORE_FAULTS, CoreFault
from tests.whole.realcore import needs_realcore

pytestmark = pytest.mark.timeout(180)


def named(fault: CoreFault) -> str:
    return fault.title


@pytest.fixture(scope="module")
def threads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CoreRig]:
    with core_rig(tmp_path_factory.mktemp("threads"), "embedded") as rig:
        yield rig


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CoreRig]:
    with core_rig(tmp_path_factory.mktemp("forked"), "embedded", "--fork", "--atoll-fork") as rig:
        yield rig


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CoreRig]:
    with core_rig(tmp_path_factory.mktemp("real"), "real") as rig:
        yield rig


@pytest.mark.parametrize("fault", CORE_FAULTS, ids=named)
def test_in_threads(threads: CoreRig, fault: CoreFault) -> None:
    with threads.working() as rig:
        _meets(rig, fault)


@pytest.mark.parametrize("fault", [one for one in CORE_FAULTS if one.forked], ids=named)
def test_in_children(forked: CoreRig, fault: CoreFault) -> None:
    with forked.working() as rig:
        _meets(rig, fault)


@needs_realcore
@pytest.mark.parametrize("fault", [one for one in CORE_FAULTS if "real" in one.cores], ids=named)
def test_with_the_real_core(real: CoreRig, fault: CoreFault) -> None:
    with real.working() as rig:
        _meets(rig, fault)


def _meets(rig: CoreRig, fault: CoreFault) -> None:
    before, truth = _settled(rig), rig.atoll.read()
    victim, new = next(iter(truth["south"]["rocks"])), f"east-{len(truth['east']['rocks'])}"
    gone = [*before.named(victim), *before.named(f"palm-{victim}")]
    assert len(gone) == 2
    assert before.named(new) == []
    rig.atoll.remove("south", victim)
    rig.atoll.change("east", rocks={**truth["east"]["rocks"], new: 7})
    truth = rig.atoll.read()

    ran = fault.play(rig)

    after = rig.content()
    assert before.without(gone).missing(after) == [], rig.log()[-3000:]
    assert [str(node) for node in gone if node.id in after.nodes] == []
    assert [node.account for node in after.named(new)] == ["east-east"]
    assert (ran.result, ran.answers) == (fault.result, 1), (ran, rig.log()[-3000:])
    assert ran.lacks(fault.words) == [], ran
    assert rig.atoll.reads() == {island: 2 if island in fault.again else 1 for island in ISLANDS}
    assert rig.waiting() == 0
    if fault.kept:
        assert _of(after, fault.kept) == _of(before, fault.kept)
        rig.atoll.write(truth)
    rig.settled = True


def _of(content: Content, island: str) -> set[str]:
    return {id_ for id_, node in content.nodes.items() if node.account == f"{island}-{island}"}


def _settled(rig: CoreRig) -> Content:
    """The core knows all islands as they are, of which nobody has read anything yet."""
    if not rig.settled:
        rig.atoll.write(dict(islands(*ISLANDS, rocks=len(CORE_FAULTS) + 1)))
        ran = rig.collect()
        assert ran.result == "done", (ran, rig.log()[-3000:])
    rig.settled = False
    rig.atoll.forget()
    rig.forget_log()
    return rig.content()
