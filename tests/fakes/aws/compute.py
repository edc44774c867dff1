"""Machines, their disks, what starts them and what spreads load over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fakes.aws.network import Network, Networks
from tests.fakes.aws.place import IMAGE, Place

INSTANCE_TYPES = ("t3.micro", "t3.large", "m5.xlarge", "c5.large")


@dataclass(frozen=True)
class Machines:
    """What later families point at."""

    instances: list[str]
    target_group: str


def create(place: Place, networks: Networks, profile: str | None) -> Machines:
    """Key pairs, instances with volumes and snapshots, images, templates, groups and load balancers."""
    ec2 = place.client("ec2")
    keys = place.names("key", 2)
    for key in keys:
        ec2.create_key_pair(KeyName=key, KeyType="ed25519", TagSpecifications=place.ec2_tags("key-pair", key))
    instances = [
        _instance(place, networks.all[number % len(networks.all)], keys[number % len(keys)], profile, (number, name))
        for number, name in enumerate(place.names("web", 5 if place.home else 3))
    ]
    for name, instance in zip(place.names("data", 4 if place.home else 2), instances, strict=False):
        _volume(place, ec2, name, instance)
    _addresses_and_images(place, ec2, instances[0])
    group = _load_balancers(place, networks.first, instances)
    _groups(place, ec2, networks.first, group)
    return Machines(instances, group)


def _instance(place: Place, net: Network, key: str, profile: str | None, numbered: tuple[int, str]) -> str:
    ec2, (number, name) = place.client("ec2"), numbered
    arguments: dict[str, Any] = {
        "ImageId": IMAGE,
        "MinCount": 1,
        "MaxCount": 1,
        "InstanceType": INSTANCE_TYPES[number % len(INSTANCE_TYPES)],
        "SubnetId": net.subnets[0],
        "SecurityGroupIds": [net.web_group],
        "KeyName": key,
        "TagSpecifications": place.ec2_tags("instance", name),
    }
    if profile:
        arguments["IamInstanceProfile"] = {"Name": profile}
    instance: str = ec2.run_instances(**arguments)["Instances"][0]["InstanceId"]
    if number % 5 == 4:
        ec2.stop_instances(InstanceIds=[instance])
    return instance


def _volume(place: Place, ec2: Any, name: str, instance: str) -> None:
    volume = ec2.create_volume(
        AvailabilityZone=place.zones[0],
        Size=20,
        VolumeType="gp3",
        Encrypted=True,
        TagSpecifications=place.ec2_tags("volume", name),
    )["VolumeId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
    ec2.create_snapshot(VolumeId=volume, Description=name, TagSpecifications=place.ec2_tags("snapshot", name))


def _addresses_and_images(place: Place, ec2: Any, instance: str) -> None:
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=place.ec2_tags("elastic-ip", "entry"))
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    ec2.create_volume(
        AvailabilityZone=place.zones[1], Size=8, VolumeType="gp2", TagSpecifications=place.ec2_tags("volume", "unused")
    )
    if place.home:
        ec2.create_image(InstanceId=instance, Name="golden", Description="what web servers start from")


def _load_balancers(place: Place, net: Network, instances: list[str]) -> str:
    """A network-wide group of targets behind an application load balancer, and a classic one; the group's ARN."""
    elbv2 = place.client("elbv2")
    groups: list[str] = []
    for name in place.names("web", 2 if place.home else 1):
        group = elbv2.create_target_group(
            Name=f"{name}-tg", Protocol="HTTP", Port=80, VpcId=net.vpc, Tags=place.tags(f"{name}-tg")
        )["TargetGroups"][0]["TargetGroupArn"]
        elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance} for instance in instances[:3]])
        balancer = elbv2.create_load_balancer(
            Name=f"{name}-alb", Subnets=list(net.subnets), SecurityGroups=[net.web_group], Tags=place.tags(name)
        )["LoadBalancers"][0]["LoadBalancerArn"]
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
        groups.append(group)
    elb = place.client("elb")
    listener = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 80}
    for name in place.names("classic", 1):
        elb.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[listener],
            Subnets=[net.subnets[0]],
            SecurityGroups=[net.web_group],
            Tags=place.tags(name),
        )
        targets = [{"InstanceId": instance} for instance in instances[:2]]
        elb.register_instances_with_load_balancer(LoadBalancerName=name, Instances=targets)
    return groups[0]


def _groups(place: Place, ec2: Any, net: Network, target_group: str) -> None:
    autoscaling = place.client("autoscaling")
    for name in place.names("web", 2 if place.home else 1):
        template = f"{name}-template"
        data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "SecurityGroupIds": [net.web_group]}
        ec2.create_launch_template(
            LaunchTemplateName=template,
            LaunchTemplateData=data,
            TagSpecifications=place.ec2_tags("launch-template", template),
        )
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=f"{name}-asg",
            MinSize=1,
            MaxSize=3,
            DesiredCapacity=1,
            LaunchTemplate={"LaunchTemplateName": template, "Version": "$Latest"},
            VPCZoneIdentifier=net.subnets[0],
            TargetGroupARNs=[target_group],
            Tags=[{**tag, "PropagateAtLaunch": False} for tag in place.tags(f"{name}-asg")],
        )
