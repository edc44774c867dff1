"""What is done before a deletion: just as much as AWS insists on."""

from __future__ import annotations

from typing import Any

import pytest
from resoto_plugin_aws import wholetags
from resoto_plugin_aws.kinds import load_catalogue
from resoto_plugin_aws.predelete import HOOKS

from resotolib.errors import GoesWith, StillInUse
from tests.fakes.aws.place import IMAGE
from tests.plugins.aws.changing import ANYBODY, Changing


@pytest.fixture
def ec2(cloud: Changing) -> Any:
    return cloud.place().client("ec2")


@pytest.fixture
def iam(cloud: Changing) -> Any:
    return cloud.place().client("iam")


@pytest.fixture
def vpc(ec2: Any) -> str:
    found: str = ec2.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    return found


def test_every_hook_of_the_catalogue_is_there() -> None:
    kinds = list(load_catalogue())

    assert {kind.deletion.hook for kind in kinds if kind.deletion} - {""} == set(HOOKS)
    assert {kind.tags.hook for kind in kinds if kind.tags} - {""} == set(wholetags.HOOKS)


def test_a_security_group_loses_its_rules_and_is_taken_out_of_those_of_others(
    cloud: Changing, ec2: Any, vpc: str
) -> None:
    first, second, third = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in "abc"
    )
    port = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    ec2.authorize_security_group_ingress(
        GroupId=first, IpPermissions=[{**port, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    )
    both = [{"GroupId": first}, {"GroupId": third}]
    ec2.authorize_security_group_ingress(GroupId=second, IpPermissions=[{**port, "UserIdGroupPairs": both}])
    node = cloud.node("aws_ec2_security_group", first)

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
    (rule,) = ec2.describe_security_groups(GroupIds=[second])["SecurityGroups"][0]["IpPermissions"]
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [third]


@pytest.mark.parametrize("kind", ["aws_ec2_security_group", "aws_ec2_route_table", "aws_ec2_network_acl"])
def test_what_a_vpc_brings_goes_with_it(cloud: Changing, vpc: str, kind: str) -> None:
    (node,) = [node for node in cloud.nodes(kind) if vpc in node["reported"].values()]

    with pytest.raises(GoesWith, match="VPC"):
        cloud.writer.prepare(node)

    assert cloud.writer.fetch(node) is not None


def test_a_route_table_is_taken_from_its_subnets(cloud: Changing, ec2: Any, vpc: str) -> None:
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.50.1.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    node = cloud.node("aws_ec2_route_table", table)

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None


def test_an_address_is_taken_from_its_instance(cloud: Changing, ec2: Any) -> None:
    instance = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=instance)
    node = cloud.node("aws_ec2_elastic_ip", address)

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
    assert ec2.describe_addresses()["Addresses"] == []


def test_gateways_are_taken_from_their_vpcs(cloud: Changing, ec2: Any, vpc: str) -> None:
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    private = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    ec2.attach_vpn_gateway(VpnGatewayId=private, VpcId=vpc)

    for kind, id_ in (("aws_ec2_internet_gateway", internet), ("aws_ec2_vpn_gateway", private)):
        node = cloud.node(kind, id_)
        cloud.remove(node)
        assert cloud.writer.fetch(node) is None


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_bucket_is_emptied_of_versions_markers_and_uploads(cloud: Changing, region: str) -> None:
    s3, name = cloud.place(region).client("s3"), f"full-{region}"
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **where)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "d e/f", "a"):
        s3.put_object(Bucket=name, Key=key, Body=b"x")
    s3.delete_object(Bucket=name, Key="d e/f")
    s3.create_multipart_upload(Bucket=name, Key="large")
    node = cloud.node("aws_s3_bucket", name)

    cloud.writer.prepare(node)

    left = s3.list_object_versions(Bucket=name)
    assert (left.get("Versions"), left.get("DeleteMarkers")) == (None, None)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=name)
    cloud.writer.delete(node)
    assert cloud.writer.fetch(node) is None


def test_a_bucket_without_versions_is_emptied_too(cloud: Changing) -> None:
    s3 = cloud.place().client("s3")
    s3.create_bucket(Bucket="plain")
    for number in range(3):
        s3.put_object(Bucket="plain", Key=str(number), Body=b"x")
    node = cloud.node("aws_s3_bucket", "plain")

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None


def test_a_zone_keeps_only_what_it_came_with(cloud: Changing) -> None:
    route53 = cloud.place().client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    changes = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": f"{name}.example.com",
                "Type": type_,
                "TTL": 60,
                "ResourceRecords": [{"Value": value}],
            },
        }
        for name, type_, value in (("a", "A", "10.0.0.1"), ("b", "A", "10.0.0.2"), ("sub", "NS", "ns.example.net."))
    ]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    node = cloud.node("aws_route53_zone", zone.rpartition("/")[2])

    cloud.writer.prepare(node)

    left = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert {record["Type"] for record in left} <= {"NS", "SOA"}
    assert {record["Name"] for record in left} == {"example.com."}
    cloud.writer.delete(node)
    assert cloud.writer.fetch(node) is None


def test_a_rule_loses_its_targets(cloud: Changing) -> None:
    events = cloud.place().client("events")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    targets = [{"Id": str(number), "Arn": f"arn:aws:sns:us-east-1:123456789012:t{number}"} for number in range(3)]
    events.put_targets(Rule="nightly", Targets=targets)
    node = cloud.node("aws_events_rule", "nightly")

    cloud.remove(node)

    assert events.list_rules()["Rules"] == []


def test_batch_is_disabled_and_waited_for(cloud: Changing, iam: Any) -> None:
    batch = cloud.place().client("batch")
    role = iam.create_role(RoleName="batch", AssumeRolePolicyDocument=ANYBODY)["Role"]["Arn"]
    batch.create_compute_environment(computeEnvironmentName="env", type="UNMANAGED", state="ENABLED", serviceRole=role)
    node = cloud.node("aws_batch_compute_environment", "env")

    with pytest.raises(StillInUse, match="being disabled"):
        cloud.writer.prepare(node)
    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
