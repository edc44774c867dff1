"""A child that dies or hangs, a cloud that dawdles, two workers at one cloud, clocks that differ: nothing is lost."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path

import psutil
import pytest
import requests

from resotolib.core.auth import Credentials, bearer_token
from tests.demo.children import Child
from tests.demo.pair import environment, organisation_flags, worker_command
from tests.fakes.aws.place import MANAGEMENT
from tests.fakes.aws.proxy import Rule
from tests.ports import free_port
from tests.whole.faults.cloud import AWAY, FORK, KINDS, REGIONS, Cloud, Victim, cloud
from tests.whole.faults.declared import HOME, Fault
from tests.whole.faults.known import Known, time_enough
from tests.whole.faults.rig import Ran, Rig, rig
from tests.whole.faults.workers import CHILD_HANGS, CHILD_KILLED, CLOCK_SKEW, SLOW_ANSWER, TWO_WORKERS
from tests.whole.job import PSK, until

pytestmark = pytest.mark.timeout(300)

OTHER = Victim(member=False)


@pytest.fixture(scope="module")
def small_cloud() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


@pytest.fixture(scope="module")
def forked(small_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig[Cloud]]:
    with rig(tmp_path_factory.mktemp("forked"), small_cloud, *FORK, "--max-process-memory", "64") as running:
        yield running


@pytest.fixture(scope="module")
def threads(small_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig[Cloud]]:
    folder = tmp_path_factory.mktemp("threads")
    with rig(folder, small_cloud, "--report", str(folder / "report.json")) as running:
        yield running


@pytest.fixture(scope="module")
def forked_for_a_time(forked: Rig[Cloud], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig[Cloud]]:
    flags = (*FORK, "--timeout", time_enough(forked))
    with rig(tmp_path_factory.mktemp("forked-for-a-time"), forked.cloud, *flags) as running:
        yield running


@pytest.fixture(scope="module")
def threads_for_a_time(threads: Rig[Cloud], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig[Cloud]]:
    folder = tmp_path_factory.mktemp("threads-for-a-time")
    with rig(folder, threads.cloud, "--timeout", time_enough(threads)) as running:
        yield running


def busy(running: Rig[Cloud]) -> list[psutil.Process]:
    """The children that talk to the cloud."""
    port = int(running.cloud.proxy.url.rpartition(":")[2])
    found = []
    for child in psutil.Process(running.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            connections = child.net_connections("tcp")
            if any(one.raddr and one.raddr.port == port and one.status == "ESTABLISHED" for one in connections):
                found.append(child)
    return found


def the_child_of_the_member(running: Rig[Cloud]) -> psutil.Process:
    """The child that is left when the other account is through: it waits for an answer that is held back."""

    def alone() -> bool:
        asked = {call.key_id == MANAGEMENT.key_id for call in running.cloud.proxy.asked("DescribeVolumes")}
        return asked == {True, False} and len(busy(running)) == 1

    until(alone)
    return busy(running)[0]


def held_back(**more: float) -> Rule:
    """An answer to the member's account that does not come, or slowly."""
    until_ = None if more else threading.Event()
    return Rule(operation="DescribeVolumes", region=AWAY, other_than=MANAGEMENT.key_id, until=until_, **more)  # type: ignore[arg-type]  # numbers only


def ends_as(fault: Fault, ran: Ran, *words: str) -> None:
    assert ran.result == fault.result, ran
    assert ran.lacks(words) == [], ran


def leaves_nothing_running(running: Rig[Cloud], threads_before: int) -> None:
    """The fork server and its tracker are the only children, and they have none."""
    worker = psutil.Process(running.pid)
    until(lambda: worker.children(recursive=True) == worker.children(), 10)
    until(lambda: worker.num_threads() <= threads_before, 20)


def _strikes(known: Known, fault: Fault, strike: Callable[[psutil.Process], None], words: str) -> None:
    """A child that is struck in mid-collect costs its account only, and is gone afterwards."""
    running = known.rig
    threads_before = psutil.Process(running.pid).num_threads()
    running.mend()
    running.cloud.proxy.add(held_back())
    run = running.begin()
    child = the_child_of_the_member(running)

    strike(child)

    ran = running.ended(run, 200)
    ends_as(fault, ran, f"[aws:{running.cloud.member} ", "Not collected: ", words)
    assert not child.is_running()
    known.is_kept()
    running.mend()
    leaves_nothing_running(running, threads_before)


def test_a_child_that_is_killed(forked: Rig[Cloud]) -> None:
    _strikes(Known(forked, OTHER), CHILD_KILLED, psutil.Process.kill, "its process ended with signal SIGKILL")


def test_a_child_that_hangs(forked_for_a_time: Rig[Cloud]) -> None:
    _strikes(Known(forked_for_a_time, OTHER), CHILD_HANGS, psutil.Process.suspend, "not finished after")


def test_children_that_have_grown_are_replaced(forked: Rig[Cloud]) -> None:
    forked.collect()

    assert "A child has grown beyond 64 MB and is replaced" in forked.log()


def test_a_killed_worker_leaves_no_child(forked: Rig[Cloud]) -> None:
    known = Known(forked)
    forked.mend()
    forked.cloud.proxy.add(held_back())
    forked.begin()
    the_child_of_the_member(forked)
    family = psutil.Process(forked.pid).children(recursive=True)

    psutil.Process(forked.pid).kill()

    _, alive = psutil.wait_procs(family, timeout=5)
    assert len(family) >= 3, "the fork server, its tracker and a child"
    assert alive == []
    forked.mend()
    known.is_kept()


def test_a_cloud_that_dawdles(threads_for_a_time: Rig[Cloud]) -> None:
    running = threads_for_a_time
    known = Known(running, OTHER)
    threads_before = psutil.Process(running.pid).num_threads()
    running.cloud.proxy.add(held_back(pause=0.2))

    ran = running.ended(running.begin(), 200)

    ends_as(SLOW_ANSWER, ran, f"[aws:{running.cloud.member} ", "Not collected: ", "not finished after")
    known.is_kept()
    running.mend()
    leaves_nothing_running(running, threads_before)


def _late(head: bytes) -> bytes:
    """The head as it would be of a worker whose clock is ten minutes behind."""
    token = bearer_token(PSK, ttl=-300)
    return re.sub(rb"(?i)(\r\nauthorization: bearer )[^\r]*", rb"\g<1>" + token.encode(), head)


def _early(answer: bytes) -> bytes:
    """The answer of a core whose clock is ten minutes ahead."""
    date = formatdate(time.time() + 600, usegmt=True)
    return re.sub(rb"(?i)(\r\ndate: )[^\r]*", rb"\g<1>" + date.encode(), answer, count=1)


def test_clocks_that_differ(threads: Rig[Cloud]) -> None:
    known = Known(threads)
    threads.proxy.change, threads.proxy.change_answer = _late, _early

    ran = threads.collect()

    threads.mend()
    ends_as(CLOCK_SKEW, ran, "s ahead of that of this machine", "Set both clocks")
    known.is_kept()


def test_what_is_unread_is_told_in_six_places(threads: Rig[Cloud]) -> None:
    Known(threads)
    member, words = threads.cloud.member, "Allow ec2:DescribeVolumes to role resoto"
    denied = Rule("UnauthorizedOperation", 403, "DescribeVolumes", region=AWAY, other_than=MANAGEMENT.key_id)
    threads.cloud.proxy.add(denied)

    ran = threads.collect()

    threads.mend()
    report = json.loads((threads.folder / "report.json").read_text())
    (scope,) = [one for one in report["scopes"] if one["id"] == member]
    (unread,) = scope["unread"]
    (told,) = ran.errors
    (logged,) = [line for line in threads.log().splitlines() if re.search(r"aws_ec2_volume +1 +denied", line)]
    page = requests.get(f"http://127.0.0.1:{threads.port}/", headers=Credentials(PSK).headers(), timeout=5).text
    metrics = requests.get(
        f"http://127.0.0.1:{threads.port}/metrics", headers=Credentials(PSK).headers(), timeout=5
    ).text
    assert (ran.result, report["result"], scope["result"]) == ("partial", "partial", "partial")
    assert (unread["kind"], unread["region"], unread["cause"]) == ("aws_ec2_volume", AWAY, "denied")
    assert all(words in text for text in (unread["reason"], told, logged, page))
    assert f"aws:{member}" in told
    assert f"aws:{member}" in logged
    assert 'collect <span class="partial">partial</span>' in page
    labels = f'account="{member}",cause="denied",cloud="aws",kind="aws_ec2_volume"'
    assert f"resotoworker_run_unread_regions{{{labels}}} 1.0" in metrics
    assert 'resotoworker_actions_total{action="collect",outcome="partial"} ' in metrics
    assert {(node.kind, node.account, node.region) for node in threads.content().stale()} == {
        ("aws_ec2_volume", member, AWAY)
    }


def _worker(running: Rig[Cloud], folder: Path, *flags: str) -> Child:
    folder.mkdir()
    more = (*organisation_flags(running.cloud.proxy.url, REGIONS), "--aws-collect", *KINDS, *flags)
    command = worker_command(running.proxy.url, free_port(), folder, *more)
    return Child("A worker", command, folder / "log", {**environment(), "RESOTOWORKER_PSK": PSK})


def test_two_workers_at_one_cloud(threads: Rig[Cloud], tmp_path: Path) -> None:
    known = Known(threads, HOME, OTHER)
    assert threads.worker is not None
    threads.worker.stop()
    until(lambda: threads.proxy.websockets() == 0)
    of_management = ("--aws-scrape-exclude-account", threads.cloud.member)
    with (
        _worker(threads, tmp_path / "one", *of_management),
        _worker(threads, tmp_path / "other", "--aws-dont-scrape-current"),
    ):
        until(lambda: threads.proxy.websockets() == 4, 30)
        ran = threads.collect()

    ends_as(TWO_WORKERS, ran)
    assert ran.answers == 2
    after = known.is_kept()
    assert after.stale() == []
    assert after.missing(known.before.without(known.gone)) == []
