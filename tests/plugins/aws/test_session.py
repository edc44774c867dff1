"""Credentials that renew themselves and clients that are kept."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from resoto_plugin_aws.api import Api
from resoto_plugin_aws.logins import Logins
from resoto_plugin_aws.session import AccountSession, home_regions, sdk_session
from resoto_plugin_aws.settings import AwsSettings

from resotolib.errors import CollectError, NotAuthenticated, NotAvailable
from tests.fakes.aws.estate import Estate
from tests.fakes.aws.organisation import ROLE
from tests.fakes.aws.place import MANAGEMENT
from tests.fakes.aws.proxy import Proxy, Rule
from tests.plugins.run import TestRun

HOME = "us-east-1"


def logins(url: str, **flags: Any) -> Logins:
    keys = {"access_key_id": MANAGEMENT.key_id, "secret_access_key": MANAGEMENT.secret}
    return Logins(AwsSettings(**{**keys, "endpoint_url": url, **flags}))


def role_keys(lifetime: timedelta) -> bytes:
    until = (datetime.now(timezone.utc) + lifetime).isoformat()
    keys = "<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>y</SessionToken>"
    answer = f"<AssumeRoleResult><Credentials>{keys}<Expiration>{until}</Expiration></Credentials></AssumeRoleResult>"
    return f"<AssumeRoleResponse>{answer}</AssumeRoleResponse>".encode()


@pytest.mark.parametrize(("lifetime", "taken"), [(timedelta(hours=1), 1), (timedelta(minutes=5), 4)])
def test_roles_are_taken_anew_before_they_expire(proxy: Proxy, estate: Estate, lifetime: timedelta, taken: int) -> None:
    proxy.add(Rule("", 200, "AssumeRole", raw=role_keys(lifetime)))

    with logins(proxy.url) as known:
        session = known.assumed(estate.accounts[1].id, ROLE)
        for _ in range(3):
            session.client("sqs", HOME).list_queues()

    assert len(proxy.asked("AssumeRole")) == taken


def test_losing_the_role_on_the_way_is_said_as_it_is(proxy: Proxy, estate: Estate) -> None:
    proxy.add(Rule("", 200, "AssumeRole", raw=role_keys(timedelta(minutes=5)), times=1))
    proxy.deny("AssumeRole")

    with logins(proxy.url) as known, TestRun() as run, pytest.raises(CollectError, match="AssumeRole"):
        Api(known.assumed(estate.accounts[1].id, ROLE), HOME, run).call("sqs", "ListQueues")


def test_the_external_id_goes_with_the_role(proxy: Proxy, estate: Estate) -> None:
    with logins(proxy.url, external_id="agreed-upon") as known:
        known.assumed(estate.accounts[1].id, ROLE)

    assert "ExternalId=agreed-upon" in proxy.asked("AssumeRole")[0].body


def test_identities_and_sessions_are_asked_for_once(proxy: Proxy, estate: Estate) -> None:
    with logins(proxy.url) as known, ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: known.assumed(estate.accounts[1].id, ROLE), range(8)))

    assert len(found) == 1
    assert len(proxy.asked("GetCallerIdentity")) == len(proxy.asked("AssumeRole")) == 1


def account(id_: str, role: str = "") -> dict[str, Any]:
    return {"ancestors": {"account": {"reported": {"id": id_, "role": role}}}, "id": "n", "reported": {"kind": "x"}}


@pytest.mark.parametrize(
    ("stored", "flags", "used"),
    [
        ("collector", {"role": ROLE}, "collector"),
        ("collector", {"role": ROLE, "role_override": True}, ROLE),
        ("collector", {}, "collector"),
        ("", {"role": ROLE}, ROLE),
    ],
)
def test_a_resource_is_changed_with_the_role_that_it_was_collected_with(
    estate: Estate, stored: str, flags: dict[str, Any], used: str
) -> None:
    with logins(estate.url, **flags) as known:
        session = known.for_node(account(estate.accounts[1].id, stored))

    assert (session.account, session.role) == (estate.accounts[1].id, used)


def test_a_resource_of_the_own_account_is_changed_with_own_credentials(estate: Estate) -> None:
    with logins(estate.url, role=ROLE) as known:
        session = known.for_node(account(estate.accounts[0].id))

    assert (session.account, session.role) == (estate.accounts[0].id, "")


def test_an_account_out_of_reach_is_named_with_the_remedy(estate: Estate) -> None:
    with logins(estate.url) as known, pytest.raises(NotAuthenticated, match="--aws-role"):
        known.for_node(account("999999999999"))


def make(url: str = "http://127.0.0.1:1", **options: Any) -> AccountSession:
    sdk = sdk_session()
    sdk.set_credentials(MANAGEMENT.key_id, MANAGEMENT.secret)
    return AccountSession(sdk, "123456789012", "aws", endpoint_url=url, **options)


def test_threads_share_one_client() -> None:
    with make() as session, ThreadPoolExecutor(8) as pool:
        clients = set(pool.map(lambda _: session.client("sqs", HOME), range(16)))

    assert len(clients) == 1


def test_clients_are_kept_up_to_a_bound() -> None:
    with make(kept=2) as session:
        first = session.client("sqs", "eu-west-1")
        session.client("sqs", "eu-west-2")
        assert session.client("sqs", "eu-west-1") is first
        session.client("sqs", "eu-west-3")
        assert session.client("sqs", "eu-west-1") is first
        second = session.client("sqs", "eu-west-2")
        assert session.client("sqs", "eu-west-2") is second


@pytest.mark.parametrize(
    ("service", "region", "offered"),
    [
        ("ec2", "eu-west-1", True),
        ("ec2", "xx-nowhere-1", False),
        ("iam", "us-east-1", True),
        ("bedrock-agent", "us-east-1", True),
        ("a-service-of-tomorrow", "us-east-1", False),
    ],
)
def test_services_are_tried_where_the_sdk_does_not_know_better(service: str, region: str, offered: bool) -> None:
    with make() as session:
        assert session.offers(service, region) is offered


def test_an_unknown_service_is_not_available() -> None:
    with make() as session, pytest.raises(NotAvailable):
        session.client("a-service-of-tomorrow", HOME)


def test_every_partition_has_a_home() -> None:
    assert {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}.items() <= home_regions().items()
    assert home_regions()["aws-cn"].startswith("cn-")


def warmed(question: str, **environment: str) -> list[str]:
    """What a process answers that has loaded what the fork server loads."""
    program = f"import gc, sys; import resoto_plugin_aws.warm; {question}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return done.stdout.split()


def test_a_fork_server_finds_everything_loaded_and_frozen() -> None:
    question = "print(gc.get_freeze_count() > 10000, 'botocore.session' in sys.modules)"

    assert warmed(question) == ["True", "True"]


def test_children_read_nothing_that_the_fork_server_has_read() -> None:
    question = (
        "from resoto_plugin_aws import clients, models; models.ModelFiles.load_file = None;"
        "from resoto_plugin_aws.session import AccountSession, sdk_session;"
        "sdk = sdk_session(); sdk.set_credentials('a', 'b');"
        "made = AccountSession(sdk, '123456789012', 'aws').client('ec2', 'eu-west-1');"
        "print(made.can_paginate('describe_instances'), ('ec2', False) in clients._first())"
    )

    assert warmed(question) == ["True", "True"]


def test_a_fork_server_starts_with_a_configuration_that_is_wrong() -> None:
    assert warmed("print(gc.get_freeze_count() > 10000)", AWS_PROFILE="there-is-no-such-profile") == ["True"]


def test_a_worker_of_the_default_set_never_reads_the_further_kinds() -> None:
    program = (
        "import resoto_plugin_aws as aws; from resoto_plugin_aws import kinds, plan;"
        "from resotolib.settings import Settings; from resotoworker.plugins import load_plugins;"
        ""
        "own = aws.AwsSettings(role='r'); all_of = Settings(own);"
        "aws.resoto_collectors(all_of); aws.resoto_permissions(all_of, ['collect', 'tag', 'cleanup']);"
        "known = load_plugins().kinds(); known['aws_vpc']; len(known); plan.make(own); plan.compile_all();"
        "print(kinds.load_full.cache_info().currsize); known['aws_appstream_fleet'];"
        "print(kinds.load_full.cache_info().currsize)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "1"]


def test_a_worker_whose_children_collect_does_without_the_sdk() -> None:
    program = (
        "import pickle, sys; from resotolib.settings import Settings; import resoto_plugin_aws as aws;"
        "made = aws.resoto_collectors(Settings(aws.AwsSettings())); pickle.dumps(made); aws.resoto_kinds();"
        "print('botocore' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
