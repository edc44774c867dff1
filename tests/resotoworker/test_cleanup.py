"""The cleanup action against the embedded core, in both of its dialects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from resotolib.clean.deletion import Patience
from resotolib.core.auth import Credentials
from resotolib.core.dialects import probe
from resotolib.core.http import Core
from resotolib.core.reporter import Outcome
from resotolib.errors import CoreError, MessageError, NotPermitted
from resotoworker.builtin.status import RunStatus
from resotoworker.cleanup import Cleanup
from resotoworker.localcore import LocalCore
from resotoworker.settings import WorkerSettings
from tests.resotolib.clean.cloud import Cloud
from tests.resotoworker.sky import GRAPH, KINDS, Sky, Told, flag, metadata, upload

RESOURCES = {"vpc": "sky_vpc", "vm": "sky_vm", "spare": "sky_vm", "star": "sky_star"}
EDGES = [("vpc", "vm"), ("vpc", "spare")]
QUICK = Patience(in_use=0.3, gone=0.3, first=0.01, most=0.05)


@pytest.fixture(params=["3.x", "2.0"])
def core(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Core]:
    """A core that knows the resources."""
    with (
        LocalCore(tmp_path / "core.sqlite", dialect=request.param) as local,
        Core(local.url, Credentials(None)) as core,
    ):
        core.dialect = probe(core, GRAPH)
        upload(core, RESOURCES, EDGES)
        yield core


def run(core: Core, collectors: Sequence[Sky], told: Told | None = None, **flags: Any) -> tuple[Outcome, Told]:
    told = told or Told()
    settings = WorkerSettings(**{"cleanup": True, **flags})
    return Cleanup(settings, core, collectors, KINDS, QUICK)(told.action, told.reporter), told


def test_what_is_flagged_is_deleted_in_order_and_the_core_is_told(core: Core) -> None:
    cloud = Cloud(RESOURCES, [("vpc", "vm"), ("vpc", "spare")])
    flag(core, "vpc", "vm", "spare")

    outcome, told = run(core, [Sky(cloud)])

    after = metadata(core)
    assert outcome == Outcome(summary="3 deleted")
    assert set(cloud.resources) == {"star"}
    assert cloud.steps("delete")[-1] == "vpc"
    assert [after[name].get("cleaned") for name in ("vpc", "vm", "spare", "star")] == [True, True, True, False]
    assert [entry["msg"] for entry in after["vm"]["event_log"]] == ["Trying to clean up", "Cleaned up"]
    assert told.frames[-1]["message"] == "Cleanup: 3 deleted."


def test_what_was_cleaned_is_not_touched_again(core: Core) -> None:
    cloud = Cloud(RESOURCES)
    flag(core, "vm")
    run(core, [Sky(cloud)])
    calls = len(cloud.calls)

    outcome, _ = run(core, [Sky(cloud)])

    assert outcome.summary == "nothing is flagged"
    assert len(cloud.calls) == calls


def test_the_writer_is_given_the_account_as_the_core_knows_it(core: Core) -> None:
    cloud = Cloud(RESOURCES)
    flag(core, "vm")

    run(core, [Sky(cloud)])

    (account,) = {node["ancestors"]["account"]["reported"]["kind"] for node in cloud.given}
    assert account == "sky_account"


def test_what_became_of_each_resource_is_counted(core: Core) -> None:
    cloud, status, told = Cloud(RESOURCES), RunStatus(), Told()
    flag(core, "vm", "star")

    Cleanup(WorkerSettings(cleanup=True), core, [Sky(cloud)], KINDS, QUICK, status)(told.action, told.reporter)

    assert status.totals().deletions == {("sky", "sky_vm", "deleted"): 1, ("sky", "sky_star", "refused"): 1}


def test_a_core_without_the_graph_is_said_with_what_to_do(core: Core) -> None:
    with pytest.raises(CoreError, match=r"no graph elsewhere: let it collect first, or .*--resotocore-graph"):
        run(core, [Sky(Cloud(RESOURCES))], resotocore_graph="elsewhere")


def test_without_the_flag_nothing_is_deleted(core: Core) -> None:
    cloud = Cloud(RESOURCES)
    flag(core, "vm")

    outcome, told = run(core, [Sky(cloud)], cleanup=False)

    assert not outcome.error
    assert cloud.calls == []
    assert "--cleanup" in told.lines("info")[0]


@pytest.mark.parametrize("cleanup", [True, False])
def test_a_dry_run_tells_the_plan_and_does_nothing(core: Core, cleanup: bool) -> None:
    cloud = Cloud(RESOURCES)
    flag(core, "vpc", "vm", "star")

    outcome, told = run(core, [Sky(cloud)], cleanup=cleanup, cleanup_dry_run=True)

    assert cloud.calls == []
    assert outcome.summary == "dry run: 2 to delete in 2 waves, 1 refused, 0 done"
    assert told.lines("info") == [
        "dry run: 2 to delete in 2 waves, 1 refused, 0 done",
        "dry run: wave 1: sky_vm vm in a1 north",
        "dry run: wave 2: sky_vpc vpc in a1 north (not flagged, but needs it: sky_vm spare)",
        "dry run: refused: sky_star star: no way is known to delete resources of kind sky_star",
    ]
    assert not any("event_log" in data for data in metadata(core).values())


def test_failures_are_told_and_cost_only_what_depends_on_them(core: Core) -> None:
    cloud = Cloud(RESOURCES, faults={("delete", "vm"): [NotPermitted("sky_vm vm", "denied")]})
    flag(core, "vpc", "vm", "spare", "star")

    outcome, told = run(core, [Sky(cloud)])

    after = metadata(core)
    assert outcome == Outcome(summary="1 blocked, 1 deleted, 1 failed, 1 refused")
    assert set(cloud.resources) == {"vpc", "vm", "star"}
    assert after["vpc"]["event_log"][-1]["exception"] == "sky_vm vm has to go first and is still there"
    assert not after["vm"]["cleaned"]
    assert sorted(line.split(":")[1] for line in told.lines("error")) == [
        "a1] sky_star star",
        "a1] sky_vm vm",
        "a1] sky_vpc vpc",
    ]


def test_a_cloud_that_cannot_be_signed_in_to_is_left_alone(core: Core) -> None:
    cloud = Cloud(RESOURCES)
    flag(core, "vm")

    outcome, told = run(core, [Sky(cloud, broken=True)])

    assert outcome.summary == "1 refused"
    assert "the password is wrong" in told.lines("error")[0]
    assert cloud.calls == []


def test_other_clouds_are_not_ours(core: Core) -> None:
    flag(core, "vm")

    outcome, _ = run(core, [Sky(Cloud([]), cloud="sea")])

    assert outcome.summary == "nothing is flagged"


def test_a_stop_is_an_error_that_says_what_was_left(core: Core) -> None:
    told = Told()
    told.reporter.stop.set()
    flag(core, "vpc", "vm")

    outcome, _ = run(core, [Sky(Cloud(RESOURCES))], told)

    assert "1 resources were not seen to their end" in outcome.error


def test_a_cleanup_ends_when_its_time_is_over(core: Core) -> None:
    settings, told = WorkerSettings(cleanup=True, timeout=1), Told()
    cloud = Cloud(RESOURCES, [("vpc", "vm")], slow=10**9)
    flag(core, "vpc", "vm")

    outcome = Cleanup(settings, core, [Sky(cloud)], KINDS, Patience(gone=60, first=0.01))(told.action, told.reporter)

    after = metadata(core)
    assert outcome.error == "--timeout of 1 s is over: 1 resources were not seen to their end."
    assert cloud.steps("delete") == ["vm"]
    assert after["vm"]["event_log"][-1]["msg"].startswith("Did not see the end of the clean-up")


def test_what_the_core_cannot_be_told_is_an_error(tmp_path: Path) -> None:
    with LocalCore(tmp_path / "core.sqlite") as local, Core(local.url, Credentials(None)) as core:
        upload(core, RESOURCES, EDGES)
        flag(core, "vm")
        cloud = Cutting(RESOURCES, local)

        outcome, _ = run(core, [Sky(cloud)])

    assert set(cloud.resources) == {"vpc", "spare", "star"}
    assert "The core has not been told what became of 1 resources" in outcome.error


def test_what_a_core_answers_with_garbage_it_is_told_again(tmp_path: Path) -> None:
    with LocalCore(tmp_path / "core.sqlite") as local, Garbling(local.url, Credentials(None)) as core:
        upload(core, RESOURCES, EDGES)
        flag(core, "vm", "spare", "vpc")
        cloud = Cloud(RESOURCES, EDGES)

        outcome, _ = run(core, [Sky(cloud)])

        assert outcome == Outcome(summary="3 deleted")
        assert set(cloud.resources) == {"star"}
        assert [metadata(core)[name].get("cleaned") for name in ("vm", "spare", "vpc")] == [True, True, True]


class Garbling(Core):
    """A core that takes it, and one of whose answers makes no sense."""

    garbled = False

    def patch_nodes(self, graph: str, patches: Iterable[Mapping[str, Any]]) -> None:
        found = list(patches)
        super().patch_nodes(graph, found)
        if not self.garbled and "desired" not in found[0]:
            self.garbled = True
            raise MessageError("the core", "no JSON: <html>")


class Cutting(Cloud):
    """A cloud whose deletions take the core with them."""

    def __init__(self, resources: dict[str, str], core: LocalCore) -> None:
        super().__init__(resources)
        self._core = core

    def delete(self, node: Any) -> None:
        self._core.stop()
        super().delete(node)
