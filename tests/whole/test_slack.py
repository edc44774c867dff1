"""A worker cleans up at AWS and in Slack, and tells the owners: clouds, core and worker over real sockets."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.demo.children import Child
from tests.demo.pair import AWS_KEYS, environment, worker_command
from tests.fakes.aws.organisation import MANAGEMENT_ID
from tests.fakes.aws.place import HOME_REGION, MANAGEMENT, Place
from tests.fakes.aws.server import MotoServer
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.world import make_world
from tests.ports import free_port
from tests.whole.job import PSK, CoreUnderTest, execute, start_core, until, until_healthy
from tests.whole.realcore import needs_realcore

pytestmark = pytest.mark.timeout(300)  # starts a cloud, a core and a worker

FLAGS = ("--cleanup", "--slack-memberships", "none", "--aws-region", HOME_REGION, "--aws-collect", "ec2_volume")


@dataclass
class Rig:
    """Everything that takes part."""

    folder: Path
    cloud: str
    slack: SlackServer
    core: CoreUnderTest
    port: int = field(default_factory=free_port)
    worker: Child | None = None

    def start(self) -> None:
        """Start the worker, on the state of the one before."""
        more = ("--aws-endpoint-url", self.cloud, "--slack-endpoint-url", self.slack.url, *FLAGS)
        command = worker_command(self.core.url, self.port, self.folder, *more, collectors=("aws", "slack"))
        secrets = {**AWS_KEYS, "SLACK_BOT_TOKEN": TOKEN, "RESOTOWORKER_PSK": PSK}
        self.worker = Child("The worker", command, self.folder / "worker.log", environment(secrets))
        until_healthy(self.worker, self.port)

    def kill(self) -> None:
        """Kill the worker, which has no time to say anything."""
        assert self.worker is not None
        os.kill(psutil.Process(self.worker.pid).children()[0].pid, signal.SIGKILL)
        self.worker.stop()

    def stop(self) -> None:
        """Stop the worker."""
        if self.worker is not None:
            self.worker.stop()

    def flag(self, *owners: str) -> None:
        """Make a volume for each owner, collect them and flag them for cleanup."""
        ec2 = Place(self.cloud, MANAGEMENT_ID, "management", HOME_REGION, MANAGEMENT).client("ec2")
        for owner in owners:
            tags = [{"ResourceType": "volume", "Tags": [{"Key": "resoto:owner", "Value": owner}]}]
            ec2.create_volume(AvailabilityZone=f"{HOME_REGION}a", Size=1, TagSpecifications=tags)
        assert self.core.run("collect") == []
        execute(self.core.url, "search is(aws_ec2_volume) | clean")

    def told(self) -> Mapping[str, int]:
        """How many messages each user has got."""
        return Counter(user for user, _ in self.slack.world.posts)

    def log(self) -> str:
        """What the worker has logged."""
        assert self.worker is not None
        return self.worker.output.read_text(encoding="utf-8")


@pytest.fixture(params=[pytest.param("real", marks=needs_realcore), pytest.param("embedded")])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with ExitStack() as stack:
        cloud = stack.enter_context(MotoServer())
        slack = stack.enter_context(SlackServer(make_world(users=30, channels=2, big=2)))
        rig = Rig(tmp_path, cloud.url, slack, start_core(stack, request.param, tmp_path))
        stack.callback(rig.stop)
        rig.start()
        yield rig
    assert slack.faulty == []


def test_a_cleanup_and_its_notice_even_when_the_worker_is_killed_meanwhile(rig: Rig) -> None:
    rig.flag("email:user1@example.test", "slack:user2", "slack:user2", "slack:nobody")
    for search in ('is(slack_conversation) and id = "C00000"', 'is(slack_usergroup) and id = "S00001"'):
        execute(rig.core.url, f"search {search} | clean")

    errors = rig.core.run("cleanup")

    world = rig.slack.world
    assert [room["id"] for room in world.channels if room["is_archived"]] == ["C00000"]
    assert [group["id"] for group in world.usergroups[:4] if group["date_delete"]] == ["S00001"]
    assert rig.told() == {"U00001": 1, "U00002": 1}
    texts = dict(rig.slack.world.posts)
    assert texts["U00002"].count("• aws_ec2_volume vol-") == texts["U00002"].count("Cleaned up") == 2
    assert f"in aws {MANAGEMENT_ID} {HOME_REGION}" in texts["U00001"]
    assert rig.slack.called("users.lookupByEmail") == 0  # the graph has them
    assert len(errors) == 1  # of whom, the worker has said
    assert "slack:nobody was not told" in rig.log()
    assert TOKEN not in rig.log()

    rig.flag("slack:user1", "slack:user3")
    rig.slack.fault("conversations.open", 429, after=1, headers={"Retry-After": "100"})
    opened = rig.slack.called("conversations.open")
    execute(rig.core.url, "workflows run cleanup")
    until(lambda: rig.slack.called("conversations.open") == opened + 2)
    rig.kill()
    rig.start()

    until(lambda: rig.told().get("U00003"))
    assert rig.told() == {"U00001": 2, "U00002": 1, "U00003": 1}
