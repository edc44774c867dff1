"""The fake cloud is what the other tests take it for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.fakes.aws import organisation
from tests.fakes.aws.estate import SMALL, Estate, fill
from tests.fakes.aws.place import HOME_REGION
from tests.fakes.aws.server import ROOT, MotoServer


@pytest.fixture(scope="module")
def cloud() -> Iterator[MotoServer]:
    with MotoServer(page_size=1) as server:
        server.seed(1)
        yield server


@pytest.fixture(scope="module")
def estate(cloud: MotoServer) -> Estate:
    return fill(cloud.url, SMALL)


def test_the_server_ends_when_its_owner_is_killed() -> None:
    program = "from tests.fakes.aws.server import MotoServer\nwith MotoServer() as m: print(m.pid, flush=True); input()"
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdin is not None
    server = psutil.Process(int(owner.stdout.readline()))

    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()

    _, alive = psutil.wait_procs([server], timeout=10)
    owner.stdin.close()
    owner.stdout.close()
    assert not alive


def test_accounts_are_apart(estate: Estate) -> None:
    """Keys of one account do not show resources of another."""
    found = [
        {vpc["VpcId"] for vpc in estate.place(account, HOME_REGION).client("ec2").describe_vpcs()["Vpcs"]}
        for account in estate.accounts
    ]

    assert all(found)
    assert not found[0] & found[1]


def test_every_account_has_the_role(estate: Estate) -> None:
    for account in estate.open:
        assert estate.place(account, HOME_REGION).client("iam").get_role(RoleName=estate.role)


@pytest.mark.parametrize(
    ("service", "operation", "items", "parameters"),
    [
        ("ec2", "describe_subnets", "Subnets", {}),
        ("iam", "list_roles", "Roles", {}),
        ("dynamodb", "list_tables", "TableNames", {}),
        ("logs", "describe_log_groups", "logGroups", {}),
    ],
)
def test_pages_are_small_and_nothing_is_lost(
    estate: Estate, service: str, operation: str, items: str, parameters: dict[str, str]
) -> None:
    client = estate.place(estate.accounts[0], HOME_REGION).client(service)

    pages = list(client.get_paginator(operation).paginate(**parameters))

    found = [str(item) for page in pages for item in page[items]]
    assert all(len(page[items]) <= 1 for page in pages)
    assert len(found) == len(set(found)) > 1


def test_suspended_accounts_are_listed_as_such() -> None:
    with MotoServer() as server:
        accounts = organisation.create(server.url, members=2, suspended=1)
        place = Estate(server.url, SMALL, tuple(accounts)).place(accounts[0], HOME_REGION)
        listed = place.client("organizations").list_accounts()["Accounts"]

    states = {account["Name"]: account["Status"] for account in listed}
    assert states["member-1"] == "ACTIVE"
    assert states["member-2"] == "SUSPENDED"
