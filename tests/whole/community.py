"""People in three clouds, a worker that collects them all, and a core that may know who is who."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from tests.demo.children import Child
from tests.demo.pair import environment, program
from tests.fakes.aws import identity
from tests.fakes.aws.organisation import MANAGEMENT_ID
from tests.fakes.aws.place import HOME_REGION, MANAGEMENT, Place
from tests.fakes.aws.server import MotoServer
from tests.fakes.onelogin.server import ID, SECRET, OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.world import make_world
from tests.ports import free_port
from tests.whole.job import GRAPH, PSK, CoreName, CoreUnderTest, execute, start_core, until_healthy

PEOPLE = 6
AWS_KINDS = ("iam_user", "identitystore_user")
SECOND_TOKEN, SECOND_TEAM = "xoxb-1111111111-abcdefghijkl", "T0002"
KINDS = ("onelogin_user", "slack_user", "aws_iam_user", "aws_identitystore_user")
IAM_USERS: Mapping[str, str] = {
    "user0@example.test": "",
    "admin": "User1@Example.test",  # addresses are written as one likes
    "robot": "",
    "user3@example.test": "someone.else@example.test",
    "twin": "user2@example.test",
    "other-twin": "user2@example.test",
}
"""Name and tag `email` of each IAM user: two say who they are, one is nobody, one is two, and two are one."""


@dataclass
class Community:
    """All that takes part."""

    under_test: CoreUnderTest
    core: Core
    worker: Child
    slack: SlackServer
    onelogin: OneLoginServer
    iam: Any

    def collect(self) -> list[str]:
        """Run the core's workflow; what went wrong."""
        return self.under_test.run("collect")

    def clean(self, name: str) -> list[str]:
        """Flag an IAM user and run the workflow that deletes it; what went wrong."""
        execute(self.under_test.url, f'search is(aws_iam_user) and name == "{name}" | clean "gone"')
        return self.under_test.run("cleanup")

    def joined(self) -> set[tuple[str, str]]:
        """See `joined`."""
        return joined(self.core)

    def nodes(self, kind: str) -> dict[str, dict[str, Any]]:
        """The nodes of a kind by the name that `joined` has for them."""
        rows = self.core.search_graph(GRAPH, f"is({kind})")
        return {_called(row): row for row in rows if row["type"] == "node"}


def joined(core: Core) -> set[tuple[str, str]]:
    """The ends of the edges between accounts, as cloud, account and name."""
    query = "kind in [" + ", ".join(f'"{kind}"' for kind in KINDS) + "] -default[0:1]->"
    rows = list(core.search_graph(GRAPH, query))
    names = {row["id"]: _called(row) for row in rows if row["type"] == "node"}
    edges = {(names[row["from"]], names[row["to"]]) for row in rows if row["type"] == "edge"}
    return {(a, b) for a, b in edges if a.rpartition("/")[0] != b.rpartition("/")[0]}


def _called(row: Mapping[str, Any]) -> str:
    above = [str(row["ancestors"][level]["reported"]["id"]) for level in ("cloud", "account")]
    return "/".join((*above, row["reported"]["name"]))


@contextmanager
def community(folder: Path, core: CoreName, flags: Sequence[str]) -> Iterator[Community]:
    """Fill the clouds, start core and worker, wait until the worker serves."""
    with ExitStack() as stack:
        cloud = stack.enter_context(MotoServer())
        slack = stack.enter_context(SlackServer(make_world(PEOPLE, 2, 3)))
        slack.worlds[SECOND_TOKEN] = make_world(1, 2, 1)
        slack.worlds[SECOND_TOKEN].team |= {"id": SECOND_TEAM, "name": "Branch"}
        onelogin = stack.enter_context(OneLoginServer(make_tenant(PEOPLE, 2, 2, 2)))
        place = Place(cloud.url, MANAGEMENT_ID, "management", HOME_REGION, MANAGEMENT)
        iam = place.client("iam")
        for name, address in IAM_USERS.items():
            iam.create_user(UserName=name, Tags=[{"Key": "email", "Value": address}] if address else [])
        identity.add_person(place, "center", "user5@example.test")
        under_test = start_core(stack, core, folder)
        flags = (
            *("--aws-endpoint-url", cloud.url, "--aws-region", HOME_REGION, "--aws-collect", *AWS_KINDS),
            *("--slack-endpoint-url", slack.url, "--onelogin-endpoint-url", onelogin.url, "--cleanup", *flags),
        )
        worker = stack.enter_context(serving(folder, under_test.url, ("aws", "slack", "onelogin"), flags))
        client = stack.enter_context(Core(under_test.url, Credentials(PSK)))
        yield Community(under_test, client, worker, slack, onelogin, iam)


@contextmanager
def serving(folder: Path, core: str, collectors: Sequence[str], flags: Sequence[str]) -> Iterator[Child]:
    """A worker with these collectors, once it serves."""
    port, name = free_port(), "-".join(collectors)
    command = [
        *(program("resotoworker"), "--collector", *collectors, "--resotocore-uri", core, "--web-port", str(port)),
        *("--web-host", "127.0.0.1", "--state-dir", str(folder / name), *flags),
    ]
    secrets = {
        "RESOTOWORKER_PSK": PSK,
        "SLACK_BOT_TOKEN": f"{TOKEN} {SECOND_TOKEN}",
        "ONELOGIN_CLIENT_ID": ID,
        "ONELOGIN_CLIENT_SECRET": SECRET,
    }
    known = {
        key: value for key, value in secrets.items() if key.partition("_")[0].lower() in ("resotoworker", *collectors)
    }
    with Child(f"The worker {name}", command, folder / f"{name}.log", {**environment(), **known}) as worker:
        until_healthy(worker, port)
        yield worker
