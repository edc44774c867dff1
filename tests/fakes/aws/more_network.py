"""Rarer things of networks, machines and identity, one of each; only in estates that are as broad as moto goes."""

from __future__ import annotations

import json

from tests.fakes.aws.compute import Machines
from tests.fakes.aws.network import Network
from tests.fakes.aws.place import IMAGE, Place

METADATA = "<EntityDescriptor>" + "x" * 1000 + "</EntityDescriptor>"


def create(place: Place, net: Network, machines: Machines, role_arn: str) -> None:
    """Everything of this family."""
    _machines(place, net, machines)
    _traffic(place, net)
    _scaling(place)
    _balancing(place, machines)
    _names(place, net)
    _lattice(place, net)
    place.client("iam").create_saml_provider(SAMLMetadataDocument=METADATA, Name="login")
    place.client("cloudformation").create_stack_set(
        StackSetName="baseline", TemplateBody=json.dumps({"Resources": {}}), AdministrationRoleARN=role_arn
    )


def _machines(place: Place, net: Network, machines: Machines) -> None:
    ec2 = place.client("ec2")
    ec2.allocate_hosts(AvailabilityZone=place.zones[0], InstanceType="m5.large", Quantity=1)
    launch = {"ImageId": IMAGE, "InstanceType": "t3.micro", "SubnetId": net.subnets[0]}
    ec2.request_spot_instances(SpotPrice="0.1", InstanceCount=1, LaunchSpecification=launch)
    template = {"LaunchTemplateName": "web-1-template", "Version": "1"}
    ec2.create_fleet(
        LaunchTemplateConfigs=[{"LaunchTemplateSpecification": template}],
        TargetCapacitySpecification={"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand"},
        Type="request",
    )
    ec2.create_flow_logs(
        ResourceIds=[net.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{place.label}-{place.region}-1",
    )


def _traffic(place: Place, net: Network) -> None:
    ec2 = place.client("ec2")
    ec2.create_carrier_gateway(VpcId=net.vpc)
    ec2.create_traffic_mirror_filter(Description="all")
    interface = ec2.describe_network_interfaces()["NetworkInterfaces"][0]["NetworkInterfaceId"]
    ec2.create_traffic_mirror_target(NetworkInterfaceId=interface)
    balancer = place.client("elbv2").create_load_balancer(Name="inner", Type="network", Subnets=list(net.subnets))
    ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer["LoadBalancers"][0]["LoadBalancerArn"]]
    )


def _scaling(place: Place) -> None:
    autoscaling = place.client("autoscaling")
    autoscaling.create_launch_configuration(LaunchConfigurationName="old", ImageId=IMAGE, InstanceType="t3.micro")
    autoscaling.put_scaling_policy(
        AutoScalingGroupName="web-1-asg", PolicyName="up", AdjustmentType="ChangeInCapacity", ScalingAdjustment=1
    )
    autoscaling.put_lifecycle_hook(
        LifecycleHookName="drain",
        AutoScalingGroupName="web-1-asg",
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
    )


def _balancing(place: Place, machines: Machines) -> None:
    elbv2 = place.client("elbv2")
    balancer = elbv2.describe_load_balancers(Names=["web-1-alb"])["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]
    elbv2.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": machines.target_group}],
    )


def _names(place: Place, net: Network) -> None:
    route53 = place.client("route53")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        record = {"Name": f"www.{zone['Name']}", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
        route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": changes})
    resolver = place.client("route53resolver")
    addresses = [{"SubnetId": subnet, "Ip": f"10.0.{number}.20"} for number, subnet in enumerate(net.subnets)]
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId="1", Name="out", SecurityGroupIds=[net.web_group], Direction="OUTBOUND", IpAddresses=addresses
    )["ResolverEndpoint"]["Id"]
    resolver.create_resolver_rule(
        CreatorRequestId="2",
        Name="corp",
        RuleType="FORWARD",
        DomainName="corp.example",
        TargetIps=[{"Ip": "10.9.9.9", "Port": 53}],
        ResolverEndpointId=endpoint,
    )
    resolver.create_resolver_query_log_config(
        Name="queries", DestinationArn=f"arn:aws:s3:::{place.label}-{place.region}-1", CreatorRequestId="3"
    )


def _lattice(place: Place, net: Network) -> None:
    lattice = place.client("vpc-lattice")
    lattice.create_service_network(name="mesh-network")
    lattice.create_service(name="orders-service")
    config = {"port": 80, "protocol": "HTTP", "vpcIdentifier": net.vpc}
    lattice.create_target_group(name="orders-targets", type="INSTANCE", config=config)
    place.client("directconnect").create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="office")
    place.client("appmesh").create_mesh(meshName="mesh")
    place.client("network-firewall").create_firewall(
        FirewallName="wall",
        VpcId=net.vpc,
        FirewallPolicyArn=f"arn:aws:network-firewall:{place.region}:{place.account}:firewall-policy/p",
        SubnetMappings=[{"SubnetId": net.subnets[0]}],
    )
