"""The whole job over real processes and sockets, with the real core and the embedded one: collect, tag, clean up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from resotolib.core.dialects import V3
from tests.fakes.aws.place import Place
from tests.whole.job import REGIONS, Five, Job, job
from tests.whole.realcore import needs_realcore

pytestmark = pytest.mark.timeout(400)  # starts a cloud, a core and a worker

MODES = {"threads": (), "fork": ("--fork", "--aws-fork")}
CORES = [pytest.param("real", marks=needs_realcore), pytest.param("embedded")]


@pytest.fixture(scope="module", params=CORES)
def core_name(request: pytest.FixtureRequest) -> str:
    """Which core."""
    name: str = request.param
    return name


@pytest.fixture(scope="module", params=list(MODES))
def collected(
    request: pytest.FixtureRequest, core_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Job]:
    """Everything is started, and the core has run its collect workflow once."""
    folder = tmp_path_factory.mktemp("job")
    with job(folder, "real" if core_name == "real" else "embedded", MODES[request.param]) as running:
        errors = running.under_test.run("collect")
        assert not errors, (errors, running.worker.tail(40))
        yield running


def test_the_core_has_accepted_everything_that_there_is(collected: Job) -> None:
    counted = collected.counted()

    for account, place in collected.places.items():
        truth = directly(place)
        assert {kind: counted[kind, account] for kind in truth} == truth
    assert len(collected.nodes("is(aws_account)")) == len(collected.places)


def test_a_tag_task_changes_the_cloud_and_the_core(collected: Job) -> None:
    for account, five in collected.fives.items():
        query = f'search is(aws_ec2_instance) and id = "{five.instance}"'

        answer = collected.execute(f"{query} | tag update owner me")
        set_ = tags(collected.places[account], five.instance), told(collected, five.instance)
        collected.execute(f"{query} | tag delete owner")
        removed = tags(collected.places[account], five.instance), told(collected, five.instance)

        assert set_ == ({"owner": "me"}, {"owner": "me"}), (answer, collected.worker.tail())
        assert removed == ({}, {})


def test_five_related_resources_are_cleaned_up_in_order(collected: Job) -> None:
    (account, five), *_ = collected.fives.items()
    wanted = " or ".join(f'id = "{id_}"' for id_ in five.ids)
    others = directly(collected.places[account])

    collected.execute(f'search is(aws_resource) and ({wanted}) | clean "a test"')
    errors = collected.under_test.run("cleanup")

    assert not errors, (errors, collected.worker.tail(60))
    assert still_there(collected.places[account], five) == []
    nodes = collected.nodes()
    for id_ in five.ids:
        assert nodes[id_]["metadata"]["cleaned"] is True
        assert nodes[id_]["metadata"]["event_log"][-1]["msg"] == "Cleaned up"
    run = nodes[five.vpc]["metadata"]["cleanup_task"]
    assert set(collected.nodes(V3.cleaned_by(run))) == set(five.ids)
    left = directly(collected.places[account])
    assert left["aws_ec2_keypair"] == others["aws_ec2_keypair"]
    assert left["aws_ec2_subnet"] == others["aws_ec2_subnet"] - 1


def directly(place: Place) -> dict[str, int]:
    """How many resources there are, asked past all of our code."""
    counted: Counter[str] = Counter()
    for region in REGIONS:
        ec2 = Place(place.url, place.account, place.label, region, place.credentials).client("ec2")
        counted["aws_vpc"] += len(ec2.describe_vpcs()["Vpcs"])
        counted["aws_ec2_subnet"] += len(ec2.describe_subnets()["Subnets"])
        counted["aws_ec2_security_group"] += len(ec2.describe_security_groups()["SecurityGroups"])
        counted["aws_ec2_volume"] += len(ec2.describe_volumes()["Volumes"])
        counted["aws_ec2_keypair"] += len(ec2.describe_key_pairs()["KeyPairs"])
        counted["aws_ec2_instance"] += sum(len(one["Instances"]) for one in ec2.describe_instances()["Reservations"])
    counted["aws_iam_role"] = len(place.client("iam").list_roles()["Roles"])
    return dict(counted)


def tags(place: Place, id_: str) -> dict[str, str]:
    """The tags at AWS."""
    answer = place.client("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [id_]}])
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def told(collected: Job, id_: str) -> dict[str, str]:
    """The tags at the core."""
    found: dict[str, str] = collected.nodes("is(aws_ec2_instance)")[id_]["reported"]["tags"]
    return found


def still_there(place: Place, five: Five) -> list[str]:
    """Which of the five exist."""
    ec2 = place.client("ec2")
    there = {one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"]}
    there |= {one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]}
    there |= {one["GroupId"] for one in ec2.describe_security_groups()["SecurityGroups"]}
    there |= {one["VolumeId"] for one in ec2.describe_volumes()["Volumes"]}
    for reservation in ec2.describe_instances()["Reservations"]:
        there |= {one["InstanceId"] for one in reservation["Instances"] if one["State"]["Name"] != "terminated"}
    return sorted(there & set(five.ids))
