"""The writer of AWS: what it refuses, what it takes for gone and what not, whose credentials it uses."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from resoto_plugin_aws.kinds import load_catalogue
from resoto_plugin_aws.verified import DELETABLE
from resoto_plugin_aws.writer import AwsWriter

from resotolib.clean.deletion import Deletion, Patience
from resotolib.clean.resource import parse
from resotolib.errors import (
    NotAuthenticated,
    NotPermitted,
    Protected,
    StillInUse,
    Throttled,
    Unreadable,
    Unsupported,
)
from tests.fakes.aws.place import IMAGE
from tests.fakes.aws.proxy import Proxy, Rule
from tests.plugins.aws.changing import Changing, volume
from tests.plugins.aws.test_collect import collector

QUICK = Patience(in_use=0.2, gone=0.5, first=0.01, most=0.1)


@pytest.fixture
def proxy(cloud: Changing) -> Iterator[Proxy]:
    with Proxy(cloud.url) as proxy:
        yield proxy


@pytest.fixture
def behind(proxy: Proxy) -> Iterator[AwsWriter]:
    """A writer whose calls go through the proxy."""
    with collector(proxy.url, role="", throttle_timeout=1).writer() as writer:
        assert isinstance(writer, AwsWriter)
        yield writer


@pytest.fixture
def ec2(cloud: Changing) -> Any:
    return cloud.place().client("ec2")


def test_what_is_fetched_is_what_was_collected(cloud: Changing) -> None:
    node = volume(cloud)

    assert cloud.writer.fetch(node) == node["reported"]


def test_one_resource_is_deleted_and_no_other(cloud: Changing) -> None:
    doomed, other = volume(cloud), volume(cloud)

    cloud.remove(doomed)

    assert cloud.writer.fetch(doomed) is None
    assert cloud.writer.fetch(other) is not None


def test_deleting_what_is_gone_is_no_error(cloud: Changing) -> None:
    node = volume(cloud)
    cloud.remove(node)

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None


def test_what_is_needed_by_something_is_in_use(cloud: Changing, ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.60.1.0/24")
    node = cloud.node("aws_vpc", vpc)

    with pytest.raises(StillInUse, match="DependencyViolation"):
        cloud.remove(node)


def test_termination_protection_is_respected_and_left_on(cloud: Changing, ec2: Any) -> None:
    instance = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": True})
    node = cloud.node("aws_ec2_instance", instance)

    result = Deletion(parse(node), cloud.writer, QUICK, threading.Event()).run()

    assert (result.state, result.cleaned) == ("refused", False)
    assert "disableApiTermination" in result.reason
    kept = ec2.describe_instance_attribute(InstanceId=instance, Attribute="disableApiTermination")
    assert kept["DisableApiTermination"] == {"Value": True}


def test_deletion_protection_of_a_database_is_respected(cloud: Changing) -> None:
    rds = cloud.place().client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="kept",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="admin1",
        MasterUserPassword="correct horse",
        AllocatedStorage=20,
        DeletionProtection=True,
    )

    with pytest.raises(Protected, match="deletion protection"):
        cloud.remove(cloud.node("aws_rds_instance", "kept"))


def test_kinds_whose_deletion_nobody_has_seen_are_not_deleted(cloud: Changing) -> None:
    name = next(kind.name for kind in load_catalogue() if kind.deletion and kind.name not in DELETABLE)
    node = volume(cloud)
    node["reported"] |= {"kind": name}

    for step in (cloud.writer.prepare, cloud.writer.delete):
        with pytest.raises(Unsupported, match=f"deletion: it is not verified yet for resources of kind {name}"):
            step(node)


@pytest.mark.parametrize("kind", ["aws_region", "aws_nonsense", "gcp_disk"])
def test_what_is_not_read_is_not_changed(cloud: Changing, kind: str) -> None:
    node = volume(cloud)
    node["reported"] |= {"kind": kind}

    with pytest.raises(Unsupported, match=kind):
        cloud.writer.change_tags(node, {"a": "b"}, [])


def test_a_node_without_region_is_not_looked_for_elsewhere(cloud: Changing) -> None:
    node = volume(cloud)
    del node["ancestors"]["region"]

    with pytest.raises(Unsupported, match="names no region"):
        cloud.writer.fetch(node)


def test_a_node_without_its_parent_says_so(cloud: Changing) -> None:
    cloud.place().client("iam").create_user(UserName="key-owner")
    key = cloud.place().client("iam").create_access_key(UserName="key-owner")["AccessKey"]["AccessKeyId"]
    node = cloud.node("aws_iam_access_key", key)
    lost = {**node, "metadata": {}}

    assert cloud.writer.fetch(node) is not None
    with pytest.raises(Unsupported, match="Collect it again"):
        cloud.writer.fetch(lost)


def test_another_account_is_reached_by_the_role_it_was_collected_with(cloud: Changing) -> None:
    node = volume(cloud, account=1)
    stored = node["ancestors"]["account"]["reported"]
    other = copy.deepcopy(node)
    other["ancestors"]["account"]["reported"] = {**stored, "role": ""}

    with pytest.raises(NotAuthenticated, match="--aws-role"):
        cloud.writer.fetch(other)
    assert stored["role"] == "resoto"
    cloud.remove(node)

    assert cloud.writer.fetch(node) is None


def test_the_same_id_in_another_account_is_another_resource(cloud: Changing) -> None:
    here, there = cloud.place(), cloud.place(account=1)
    for place in (here, there):
        place.client("sqs").create_queue(QueueName="twin")
    node = cloud.node("aws_sqs_queue", "twin", account=1)

    cloud.remove(node)

    assert "QueueUrls" not in there.client("sqs").list_queues()
    assert len(here.client("sqs").list_queues()["QueueUrls"]) >= 1


RULES = {
    "denied": (Rule("UnauthorizedOperation", 403, "DescribeVolumes"), NotPermitted),
    "throttled": (Rule("RequestLimitExceeded", 400, "DescribeVolumes"), Throttled),
    "broken": (Rule("InternalError", 500, "DescribeVolumes"), Unreadable),
    "no such page": (Rule("", 404, "DescribeVolumes", raw=b"<html>Not Found</html>"), Unreadable),
}


@pytest.mark.parametrize("name", RULES)
def test_what_cannot_be_read_is_not_gone(cloud: Changing, proxy: Proxy, behind: AwsWriter, name: str) -> None:
    rule, error = RULES[name]
    node = volume(cloud)
    proxy.add(copy.copy(rule))

    with pytest.raises(error):
        behind.fetch(node)


def test_what_is_left_out_of_an_answer_is_not_gone(cloud: Changing, proxy: Proxy, behind: AwsWriter) -> None:
    cloud.place().client("opensearch").create_domain(DomainName="left-out")
    node = cloud.node("aws_opensearch_domain", "left-out")
    assert behind.fetch(node)
    proxy.add(Rule("", 200, containing="/domain-info", raw=b'{"DomainStatusList": []}'))

    with pytest.raises(Unreadable, match="leaves out 1 of 1 without saying that they are gone"):
        behind.fetch(node)


def test_tags_that_are_not_found_leave_the_resource_there(cloud: Changing, proxy: Proxy, behind: AwsWriter) -> None:
    cloud.place().client("sns").create_topic(Name="news")
    node = cloud.node("aws_sns_topic", "news")
    proxy.add(Rule("ResourceNotFound", 404, "ListTagsForResource", message="no tags"))

    with pytest.raises(Unreadable, match="Tags of aws_sns_topic"):
        behind.fetch(node)


def test_not_found_of_something_else_is_no_success(cloud: Changing, proxy: Proxy, behind: AwsWriter) -> None:
    node = volume(cloud)
    proxy.add(Rule("InvalidAttachment.NotFound", 400, "DeleteVolume", message="The attachment does not exist"))

    with pytest.raises(StillInUse, match="attachment"):
        behind.delete(node)


def test_a_denied_deletion_says_what_to_allow(cloud: Changing, proxy: Proxy, behind: AwsWriter) -> None:
    node = volume(cloud)
    proxy.deny("DeleteVolume", service="ec2")

    with pytest.raises(NotPermitted, match="Allow ec2:DeleteVolume"):
        behind.delete(node)


def test_only_the_resource_itself_is_asked_for(cloud: Changing, proxy: Proxy, behind: AwsWriter) -> None:
    node = volume(cloud)

    behind.fetch(node)

    (request,) = proxy.asked("DescribeVolumes")
    assert f"VolumeId.1={node['reported']['id']}" in request.body
