"""The tags of a resource, asked directly: for kinds whose services are asked in different ways, written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.aws.place import Place

CALLS: Mapping[str, tuple[str, str, str, str, str]] = {
    "aws_alb": ("elbv2", "describe_tags", "ResourceArns[]", "arn", "TagDescriptions.0.Tags"),
    "aws_alb_target_group": ("elbv2", "describe_tags", "ResourceArns[]", "arn", "TagDescriptions.0.Tags"),
    "aws_cloudformation_stack": ("cloudformation", "describe_stacks", "StackName", "name", "Stacks.0.Tags"),
    "aws_cloudwatch_alarm": ("cloudwatch", "list_tags_for_resource", "ResourceARN", "arn", "Tags"),
    "aws_dynamodb_table": ("dynamodb", "list_tags_of_resource", "ResourceArn", "arn", "Tags"),
    "aws_ecs_cluster": ("ecs", "list_tags_for_resource", "resourceArn", "arn", "tags"),
    "aws_eks_cluster": ("eks", "describe_cluster", "name", "name", "cluster.tags"),
    "aws_elb": ("elb", "describe_tags", "LoadBalancerNames[]", "name", "TagDescriptions.0.Tags"),
    "aws_iam_instance_profile": ("iam", "get_instance_profile", "InstanceProfileName", "name", "InstanceProfile.Tags"),
    "aws_iam_policy": ("iam", "list_policy_tags", "PolicyArn", "arn", "Tags"),
    "aws_iam_role": ("iam", "list_role_tags", "RoleName", "name", "Tags"),
    "aws_iam_user": ("iam", "list_user_tags", "UserName", "name", "Tags"),
    "aws_kinesis_stream": ("kinesis", "list_tags_for_stream", "StreamName", "name", "Tags"),
    "aws_kms_key": ("kms", "list_resource_tags", "KeyId", "id", "Tags"),
    "aws_lambda_function": ("lambda", "list_tags", "Resource", "arn", "Tags"),
    "aws_rds_instance": ("rds", "list_tags_for_resource", "ResourceName", "arn", "TagList"),
    "aws_s3_bucket": ("s3", "get_bucket_tagging", "Bucket", "name", "TagSet"),
    "aws_sns_topic": ("sns", "list_tags_for_resource", "ResourceArn", "arn", "Tags"),
    "aws_sqs_queue": ("sqs", "list_queue_tags", "QueueUrl", "id", "Tags"),
}
"""Kind: service, operation, parameter (`[]`: a list of one), the property that it is given, where the tags are."""


def direct_tags(place: Place, kind: str, reported: Mapping[str, Any]) -> dict[str, str] | None:
    """All tags; None for a kind that is not asked here."""
    if kind.startswith(("aws_ec2_", "aws_vpc")) and not kind.startswith("aws_vpc_lattice"):
        mine = {"Name": "resource-id", "Values": [reported["id"]]}
        return _mapped(place.client("ec2").describe_tags(Filters=[mine])["Tags"])
    if kind == "aws_autoscaling_group":
        mine = {"Name": "auto-scaling-group", "Values": [reported["name"]]}
        return _mapped(place.client("autoscaling").describe_tags(Filters=[mine])["Tags"])
    if kind == "aws_eks_nodegroup":
        names = {"clusterName": reported["cluster_name"], "nodegroupName": reported["id"]}
        return dict(place.client("eks").describe_nodegroup(**names)["nodegroup"]["tags"])
    if kind not in CALLS:
        return None
    service, operation, parameter, given, path = CALLS[kind]
    value = [reported[given]] if parameter.endswith("[]") else reported[given]
    answer = getattr(place.client(service), operation)(**{parameter.removesuffix("[]"): value})
    for step in path.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return _mapped(answer)


def _mapped(tags: Any) -> dict[str, str]:
    if isinstance(tags, dict):
        return dict(tags)
    lower = [{key.lower().removeprefix("tag"): value for key, value in tag.items()} for tag in tags]
    return {tag["key"]: tag["value"] for tag in lower}
