"""The same person in OneLogin, Slack and AWS: joined by e-mail address in the real core and in the embedded one."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from tests.fakes.aws.organisation import MANAGEMENT_ID
from tests.fakes.onelogin.server import OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.world import TEAM_ID, make_world
from tests.whole.community import PEOPLE, SECOND_TEAM, SECOND_TOKEN, Community, community, joined, serving
from tests.whole.job import PSK, CoreName, start_core
from tests.whole.realcore import needs_realcore

FORK = ("--fork", "--aws-fork")
IAM = f"aws/{MANAGEMENT_ID}"


def onelogin(number: int) -> str:
    return f"onelogin/555/user{number}"


def slack(number: int, team: str = TEAM_ID) -> str:
    return f"slack/{team}/user{number}"


EVERYBODY = {
    *((onelogin(number), slack(number)) for number in range(PEOPLE)),
    (onelogin(0), slack(0, SECOND_TEAM)),
    *((who, f"{IAM}/user0@example.test") for who in (onelogin(0), slack(0), slack(0, SECOND_TEAM))),
    *((who, f"{IAM}/admin") for who in (onelogin(1), slack(1))),
    *((who, f"{IAM}/center") for who in (onelogin(5), slack(5))),
}
"""Not the twins, of whom nobody knows which is user 2, nor the one that is user 3 and somebody else."""


@pytest.mark.timeout(400)  # starts three clouds, a core and a worker
@pytest.mark.parametrize(
    ("core", "flags"),
    [
        pytest.param("real", FORK, id="real-fork", marks=needs_realcore),
        pytest.param("embedded", (), id="embedded-threads"),
    ],
)
def test_people_are_the_same_people(core: CoreName, flags: tuple[str, ...], tmp_path: Path) -> None:
    with community(tmp_path, core, flags) as clouds:
        assert clouds.collect() == [], clouds.worker.tail(40)
        assert clouds.joined() == EVERYBODY

        unread(clouds)
        gone(clouds)


def unread(clouds: Community) -> None:
    """What is unread, or not even found, keeps its edges; so does everything that is uploaded a second time."""
    clouds.slack.scopes.discard("users:read")
    clouds.onelogin.fault("/auth/oauth2/v2/token", 401)

    clouds.collect()

    clouds.slack.scopes.add("users:read")
    assert clouds.joined() == EVERYBODY
    assert all("stale_since" in node["metadata"] for node in clouds.nodes("slack_user").values())
    assert {node["ancestors"]["cloud"]["reported"]["id"] for node in clouds.nodes("aws_iam_user").values()} == {"aws"}


def gone(clouds: Community) -> None:
    """Who leaves, is cleaned up, or has another address loses the edges; a twin who is alone now is known."""
    clouds.onelogin.tenant.users.pop(1)
    clouds.slack.world.users[0]["profile"]["email"] = "renamed@example.test"
    clouds.iam.delete_user(UserName="twin")
    assert clouds.clean("admin") == []

    assert clouds.collect() == []

    lost = {edge for edge in EVERYBODY if not {onelogin(1), slack(0), f"{IAM}/admin"}.isdisjoint(edge)}
    found = {(who, f"{IAM}/other-twin") for who in (onelogin(2), slack(2))}
    assert clouds.joined() == (EVERYBODY - lost) | found


@pytest.mark.timeout(200)
def test_workers_with_different_plugins_join_each_others_users(tmp_path: Path) -> None:
    """Each learns from the core's model what the other's users are; at the latest in the run after the first."""
    with ExitStack() as stack:
        chat = stack.enter_context(SlackServer(make_world(2, 2, 1)))
        chat.worlds[SECOND_TOKEN] = chat.world
        staff = stack.enter_context(OneLoginServer(make_tenant(2, 1, 1, 1)))
        core = start_core(stack, "embedded", tmp_path)
        for name, flags in {
            "slack": ("--slack-endpoint-url", chat.url),
            "onelogin": ("--onelogin-endpoint-url", staff.url),
        }.items():
            stack.enter_context(serving(tmp_path, core.url, (name,), flags))
        client = stack.enter_context(Core(core.url, Credentials(PSK)))

        core.run("collect")
        assert core.run("collect") == []

        assert joined(client) == {(onelogin(number), slack(number)) for number in range(2)}
