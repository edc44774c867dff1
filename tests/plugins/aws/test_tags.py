"""Tags of resources whose tags are changed in unusual ways, or not at all. Those of all kinds: test_writer_kinds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from resotolib.errors import NotFound, Unsupported
from tests.plugins.aws.changing import Changing, volume

TEMPLATE = """{"Parameters": {"Stage": {"Type": "String"}},
               "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Stage"}}}}}"""


@pytest.fixture
def ec2(cloud: Changing) -> Any:
    return cloud.place().client("ec2")


def test_no_change_of_tags_is_a_look_at_them(cloud: Changing, ec2: Any) -> None:
    node = volume(cloud)
    ec2.create_tags(Resources=[node["reported"]["id"]], Tags=[{"Key": "since", "Value": "then"}])

    assert cloud.writer.change_tags(node, {}, []) == {"since": "then"}


def test_tags_of_what_has_none_cannot_be_changed(cloud: Changing) -> None:
    cloud.place().client("iam").create_group(GroupName="untagged")

    with pytest.raises(Unsupported, match="changes of its tags"):
        cloud.writer.change_tags(cloud.node("aws_iam_group", "untagged"), {"a": "b"}, [])


def test_tags_of_what_is_gone_are_an_error(cloud: Changing) -> None:
    node = volume(cloud)
    cloud.remove(node)

    with pytest.raises(NotFound):
        cloud.writer.change_tags(node, {"a": "b"}, [])


def test_tags_of_a_bucket_are_changed_without_losing_others(cloud: Changing) -> None:
    s3 = cloud.place().client("s3")
    s3.create_bucket(Bucket="tagged")
    node = cloud.node("aws_s3_bucket", "tagged")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: cloud.writer.change_tags(node, {f"k{number}": "v"}, []), range(8)))

    assert {tag["Key"] for tag in s3.get_bucket_tagging(Bucket="tagged")["TagSet"]} == {f"k{n}" for n in range(8)}
    assert cloud.writer.change_tags(node, {}, [f"k{number}" for number in range(8)]) == {}


def test_tags_of_a_stack_are_changed_and_its_parameters_kept(cloud: Changing) -> None:
    cloudformation = cloud.place().client("cloudformation")
    cloudformation.create_stack(
        StackName="shop",
        TemplateBody=TEMPLATE,
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": "prod"}],
        Tags=[{"Key": "owner", "Value": "ada"}],
    )
    node = cloud.node("aws_cloudformation_stack", "shop")

    tags = cloud.writer.change_tags(node, {"owner": "me", "new": "1"}, [])
    same = cloud.writer.change_tags(node, {"owner": "me"}, ["absent"])

    (stack,) = cloudformation.describe_stacks(StackName="shop")["Stacks"]
    assert tags == same == {"owner": "me", "new": "1"}
    assert stack["Parameters"] == [{"ParameterKey": "Stage", "ParameterValue": "prod"}]
