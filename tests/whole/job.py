"""The whole job: a core, the worker as a process, and a small cloud that both are asked about."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import requests

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from resotoworker.localcore import LocalCore
from tests.demo.children import Child
from tests.demo.pair import environment, organisation_flags, worker_command
from tests.fakes.aws import organisation
from tests.fakes.aws.organisation import Account
from tests.fakes.aws.place import HOME_REGION, IMAGE, Place
from tests.fakes.aws.server import MotoServer
from tests.ports import free_port
from tests.whole.realcore import RealCore, real_core

PSK = "known to core and worker"
GRAPH = "ck"
REGIONS = (HOME_REGION, "eu-central-1")
KINDS = ("vpc", "ec2_subnet", "ec2_security_group", "ec2_instance", "ec2_volume", "ec2_keypair", "iam_role")
CoreName = Literal["real", "embedded"]


class CoreUnderTest(Protocol):
    """What the real core and the embedded one have in common for a test."""

    url: str

    def run(self, workflow: str) -> list[str]:
        """Run a workflow to its end; what went wrong."""


@dataclass
class Real:
    """The real core."""

    core: RealCore
    url: str

    def run(self, workflow: str) -> list[str]:
        before = {task["id"] for task in self.core.get("/_test/state")["task_history"]}
        merges = self.core.get("/_test/state")["merges"]
        self.core.cli(f"workflows run {workflow}")
        until(lambda: self._ended(before))
        state = self.core.get("/_test/state")
        failed = [f"{task}" for task in state["task_history"] if task["id"] not in before and task["has_error"]]
        bad = [f"{merge}" for merge in self.core.get("/_test/merges")[merges:] if not merge["ok"]]
        return failed + bad

    def _ended(self, before: set[str]) -> bool:
        state = self.core.get("/_test/state")
        ended = [task for task in state["task_history"] if task["id"] not in before and task["done"]]
        return bool(ended) and not state["running_tasks"]


@dataclass
class Embedded:
    """The embedded core."""

    url: str

    def run(self, workflow: str) -> list[str]:
        execute(self.url, f"workflows run {workflow}")
        until(lambda: self._runs() and self._runs()[0]["state"] != "running")
        last = self._runs()[0]
        failed = [message["text"] for message in last["messages"] if message["level"] == "error"]
        return failed + ([last["state"]] if last["state"] != "done" else [])

    def _runs(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/workflows", headers=Credentials(PSK).headers(), timeout=30)
        runs: list[dict[str, Any]] = answer.json()
        return sorted(runs, key=lambda run: str(run.get("started_at", "")), reverse=True)


@dataclass(frozen=True)
class Five:
    """Five resources that hold each other."""

    vpc: str
    subnet: str
    group: str
    instance: str
    volume: str

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return (self.vpc, self.subnet, self.group, self.instance, self.volume)


@dataclass
class Job:
    """All that takes part. `fives`: by account, resources made for the test."""

    under_test: CoreUnderTest
    core: Core
    worker: Child
    places: dict[str, Place]
    fives: dict[str, Five]

    def execute(self, command: str) -> str:
        """A line of the core's shell."""
        return execute(self.under_test.url, command)

    def nodes(self, query: str = "is(resource)") -> dict[str, dict[str, Any]]:
        """What the core has found, by the id at AWS."""
        rows = self.core.search_graph(GRAPH, query)
        return {row["reported"]["id"]: row for row in rows if row["type"] == "node"}

    def counted(self) -> Counter[tuple[str, str]]:
        """How many resources of each kind and account the core has."""
        rows = (row for row in self.core.search_graph(GRAPH, "is(aws_resource)") if row["type"] == "node")
        return Counter((row["reported"]["kind"], row["ancestors"]["account"]["reported"]["id"]) for row in rows)


@contextmanager
def job(folder: Path, core: CoreName, flags: Sequence[str]) -> Iterator[Job]:
    """Make a cloud of two accounts, start core and worker, wait until the worker serves."""
    with ExitStack() as stack:
        cloud = stack.enter_context(MotoServer())
        accounts = organisation.create(cloud.url, members=1, suspended=0)
        places = {account.id: _place(cloud.url, account) for account in accounts}
        fives = {id_: make_five(place) for id_, place in places.items()}
        under_test = start_core(stack, core, folder)
        port = free_port()
        more = (*organisation_flags(cloud.url, REGIONS), "--aws-collect", *KINDS, "--cleanup", *flags)
        command = worker_command(under_test.url, port, folder, *more)
        keys = {**environment(), "RESOTOWORKER_PSK": PSK}
        worker = stack.enter_context(Child("The worker", command, folder / "worker.log", keys))
        until_healthy(worker, port)
        client = stack.enter_context(Core(under_test.url, Credentials(PSK)))
        yield Job(under_test, client, worker, places, fives)


def make_five(place: Place) -> Five:
    """A VPC with a subnet and a group, an instance in them, and a volume at the instance; and a key pair aside."""
    ec2 = place.client("ec2")
    ec2.create_key_pair(KeyName="spare")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24", AvailabilityZone=f"{place.region}a")["Subnet"]
    group = ec2.create_security_group(GroupName="five", Description="one of five", VpcId=vpc)["GroupId"]
    instance = ec2.run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=subnet["SubnetId"], SecurityGroupIds=[group]
    )["Instances"][0]["InstanceId"]
    volume = ec2.create_volume(AvailabilityZone=f"{place.region}a", Size=1)["VolumeId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
    return Five(vpc, subnet["SubnetId"], group, instance, volume)


def execute(url: str, command: str) -> str:
    """The answer to a line of a core's shell."""
    headers = {**Credentials(PSK).headers(), "Content-Type": "text/plain", "Accept": "application/x-ndjson"}
    answer = requests.post(f"{url}/cli/execute?graph={GRAPH}", data=command.encode(), headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def until(true: Callable[[], Any], seconds: float = 120) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def _place(url: str, account: Account) -> Place:
    return Place(url, account.id, account.label, HOME_REGION, account.credentials)


def start_core(stack: ExitStack, name: CoreName, folder: Path) -> CoreUnderTest:
    """Start a core that stops with the stack."""
    if name == "real":
        real = stack.enter_context(real_core(folder / "core.log", PSK))
        return Real(real, real.url)
    return Embedded(stack.enter_context(LocalCore(folder / "core.sqlite", psk=PSK)).url)


def until_healthy(worker: Child, port: int) -> None:
    """Wait until a worker is connected."""

    def healthy() -> bool:
        worker.check()
        try:
            return requests.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    until(healthy)
