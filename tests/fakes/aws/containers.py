"""Clusters and what runs on them."""

from __future__ import annotations

from tests.fakes.aws.network import Networks
from tests.fakes.aws.place import Place


def create(place: Place, networks: Networks, role_arn: str, target_group: str) -> None:
    """Everything of this family."""
    _kubernetes(place, networks, role_arn)
    _tasks(place, role_arn, target_group)
    _batch(place, networks, role_arn)


def _kubernetes(place: Place, networks: Networks, role_arn: str) -> None:
    eks, net = place.client("eks"), networks.first
    for name in place.names("cluster", 1):
        eks.create_cluster(
            name=name,
            roleArn=role_arn,
            resourcesVpcConfig={"subnetIds": list(net.subnets), "securityGroupIds": [net.web_group]},
            tags=place.tag_map(name),
        )
        for group in place.names("nodes", 2):
            eks.create_nodegroup(
                clusterName=name,
                nodegroupName=group,
                subnets=[net.subnets[0]],
                nodeRole=role_arn,
                scalingConfig={"minSize": 1, "maxSize": 2, "desiredSize": 1},
                tags=place.tag_map(group),
            )


def _tasks(place: Place, role_arn: str, target_group: str) -> None:
    ecs = place.client("ecs")
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "/app/service-1"}}
    for name in place.names("fleet", 1):
        ecs.create_cluster(clusterName=name, tags=place.lower_tags(name))
        for service in place.names("service", 2):
            container = {"name": "app", "image": "nginx", "memory": 128, "logConfiguration": log}
            task = ecs.register_task_definition(
                family=f"{name}-{service}",
                executionRoleArn=role_arn,
                taskRoleArn=role_arn,
                containerDefinitions=[container],
                tags=place.lower_tags(service),
            )["taskDefinition"]["taskDefinitionArn"]
            ecs.create_service(
                cluster=name,
                serviceName=service,
                taskDefinition=task,
                desiredCount=1,
                loadBalancers=[{"targetGroupArn": target_group, "containerName": "app", "containerPort": 80}],
                tags=place.lower_tags(service),
            )


def _batch(place: Place, networks: Networks, role_arn: str) -> None:
    batch, net = place.client("batch"), networks.first
    for name in place.names("batch", 1):
        environment = batch.create_compute_environment(
            computeEnvironmentName=name,
            type="MANAGED",
            state="ENABLED",
            serviceRole=role_arn,
            computeResources={
                "type": "FARGATE",
                "maxvCpus": 4,
                "subnets": list(net.subnets),
                "securityGroupIds": [net.web_group],
            },
        )["computeEnvironmentArn"]
        order = [{"order": 1, "computeEnvironment": environment}]
        batch.create_job_queue(jobQueueName=f"{name}-queue", state="ENABLED", priority=1, computeEnvironmentOrder=order)
