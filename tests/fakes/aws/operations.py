"""Logs, alarms, stacks, names on the net, and the tools of developers."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.aws.network import Networks
from tests.fakes.aws.place import Place

TEMPLATE = json.dumps(
    {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Resources": {"Wait": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
    }
)


def create(place: Place, networks: Networks, instances: list[str], topic: str, role_arn: str | None) -> None:
    """Everything of this family."""
    _watch(place, instances, topic)
    _stacks(place)
    if place.home and role_arn:
        _names(place, networks)
        _tools(place, role_arn)


def _watch(place: Place, instances: list[str], topic: str) -> None:
    logs = place.client("logs")
    for name in place.names("/app/service", 6 if place.home else 3):
        logs.create_log_group(logGroupName=name, tags=place.tag_map(name))
        logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    cloudwatch = place.client("cloudwatch")
    for number, instance in enumerate(instances, 1):
        cloudwatch.put_metric_alarm(
            AlarmName=f"cpu-{number}",
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=2,
            MetricName="CPUUtilization",
            Namespace="AWS/EC2",
            Period=300,
            Statistic="Average",
            Threshold=80,
            Dimensions=[{"Name": "InstanceId", "Value": instance}],
            AlarmActions=[topic],
            Tags=place.tags(f"cpu-{number}"),
        )


def _stacks(place: Place) -> None:
    for name in place.names("stack", 2 if place.home else 1):
        place.client("cloudformation").create_stack(
            StackName=name,
            TemplateBody=TEMPLATE,
            Parameters=[{"ParameterKey": "Stage", "ParameterValue": "prod"}],
            Tags=place.tags(name),
        )


def _names(place: Place, networks: Networks) -> None:
    route53 = place.client("route53")
    for name in place.names("zone", 2):
        zone = route53.create_hosted_zone(
            Name=f"{name}.example.com",
            CallerReference=name,
            VPC={"VPCRegion": place.region, "VPCId": networks.first.vpc},
        )["HostedZone"]["Id"].rsplit("/", 1)[1]
        route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone, AddTags=place.tags(name))
    config: dict[str, Any] = {"IPAddress": "192.0.2.10", "Port": 443, "Type": "TCP", "RequestInterval": 30}
    route53.create_health_check(CallerReference="check", HealthCheckConfig={**config, "FailureThreshold": 3})
    discovery = place.client("servicediscovery")
    for name in place.names("discovery", 1):
        discovery.create_http_namespace(Name=name, Tags=place.tags(name))


def _tools(place: Place, role_arn: str) -> None:
    codecommit = place.client("codecommit")
    for name in place.names("repo", 2):
        codecommit.create_repository(repositoryName=name, tags=place.tag_map(name))
    codebuild = place.client("codebuild")
    for name in place.names("build", 1):
        codebuild.create_project(
            name=name,
            source={"type": "S3", "location": f"{place.label}-{place.region}-1/{name}.zip"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            serviceRole=role_arn,
            tags=place.lower_tags(name),
        )
    document = json.dumps({"schemaVersion": "2.2", "description": "nothing", "mainSteps": []})
    for name in place.names("runbook", 1):
        place.client("ssm").create_document(Name=name, Content=document, DocumentType="Command", Tags=place.tags(name))
    sagemaker = place.client("sagemaker")
    for name in place.names("notebook", 1):
        sagemaker.create_notebook_instance(
            NotebookInstanceName=name, InstanceType="ml.t3.medium", RoleArn=role_arn, Tags=place.tags(name)
        )
