"""Networks: what everything else stands in."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.aws.place import Place


@dataclass(frozen=True)
class Network:
    """One VPC with what is needed to put something into it."""

    vpc: str
    subnets: tuple[str, ...]
    web_group: str
    data_group: str
    route_table: str


@dataclass(frozen=True)
class Networks:
    """The networks of a place; the first one is where single resources go."""

    all: list[Network] = field(default_factory=list)

    @property
    def first(self) -> Network:
        """The network that always exists."""
        return self.all[0]


def create(place: Place) -> Networks:
    """VPCs with subnets, groups that name each other, routes, gateways, lists, endpoints, interfaces, and peerings."""
    ec2 = place.client("ec2")
    found = [_network(place, ec2, name, number) for number, name in enumerate(place.names("net", 2))]
    for left, right in itertools.pairwise(found):
        request = ec2.create_vpc_peering_connection(VpcId=left.vpc, PeerVpcId=right.vpc)
        peering = request["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
        ec2.create_tags(Resources=[peering], Tags=place.tags("peering"))
    if place.home:
        _edges_of_the_network(place, ec2, found[0])
    return Networks(found)


def _network(place: Place, ec2: Any, name: str, number: int) -> Network:
    block = f"10.{number % 250}"
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16", TagSpecifications=place.ec2_tags("vpc", name))["Vpc"]["VpcId"]
    subnets = tuple(
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"{block}.{part}.0/24",
            AvailabilityZone=zone,
            TagSpecifications=place.ec2_tags("subnet", f"{name}-{zone}"),
        )["Subnet"]["SubnetId"]
        for part, zone in enumerate(place.zones)
    )
    web, data = _groups(place, ec2, vpc, name)
    table = _routes(place, ec2, vpc, subnets, name)
    _inside(place, ec2, Network(vpc, subnets, web, data, table), name)
    return Network(vpc, subnets, web, data, table)


def _groups(place: Place, ec2: Any, vpc: str, name: str) -> tuple[str, str]:
    """Two groups that let each other in: neither can go first, unless the rules go before."""
    web, data = (
        ec2.create_security_group(
            GroupName=f"{name}-{role}",
            Description=f"{role} of {name}",
            VpcId=vpc,
            TagSpecifications=place.ec2_tags("security-group", f"{name}-{role}"),
        )["GroupId"]
        for role in ("web", "data")
    )
    for target, source, port in ((data, web, 5432), (web, data, 443), (web, web, 80)):
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": source}]}
        ec2.authorize_security_group_ingress(GroupId=target, IpPermissions=[rule])
    return web, data


def _routes(place: Place, ec2: Any, vpc: str, subnets: tuple[str, ...], name: str) -> str:
    gateway = ec2.create_internet_gateway(TagSpecifications=place.ec2_tags("internet-gateway", name))
    gateway_id = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=place.ec2_tags("route-table", name))
    table_id: str = table["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet)
    return table_id


def _inside(place: Place, ec2: Any, net: Network, name: str) -> None:
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=place.ec2_tags("elastic-ip", f"{name}-nat"))
    ec2.create_nat_gateway(
        SubnetId=net.subnets[0],
        AllocationId=address["AllocationId"],
        TagSpecifications=place.ec2_tags("natgateway", name),
    )
    ec2.create_network_acl(VpcId=net.vpc, TagSpecifications=place.ec2_tags("network-acl", name))
    ec2.create_vpc_endpoint(
        VpcId=net.vpc,
        ServiceName=f"com.amazonaws.{place.region}.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[net.route_table],
        TagSpecifications=place.ec2_tags("vpc-endpoint", name),
    )
    interface = ec2.create_network_interface(
        SubnetId=net.subnets[1],
        Groups=[net.data_group],
        Description=f"spare of {name}",
        TagSpecifications=place.ec2_tags("network-interface", name),
    )["NetworkInterface"]["NetworkInterfaceId"]
    spare = ec2.allocate_address(Domain="vpc", TagSpecifications=place.ec2_tags("elastic-ip", f"{name}-spare"))
    ec2.associate_address(AllocationId=spare["AllocationId"], NetworkInterfaceId=interface)


def _edges_of_the_network(place: Place, ec2: Any, net: Network) -> None:
    """What connects a network with the world, one of each."""
    options = [{"Key": "domain-name", "Values": ["example.internal"]}]
    ec2.create_dhcp_options(DhcpConfigurations=options, TagSpecifications=place.ec2_tags("dhcp-options", "dhcp"))
    ec2.create_egress_only_internet_gateway(VpcId=net.vpc)
    customer = ec2.create_customer_gateway(BgpAsn=65000, PublicIp="203.0.113.10", Type="ipsec.1")
    private = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=net.vpc, VpnGatewayId=private)
    ec2.create_vpn_connection(
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"], Type="ipsec.1", VpnGatewayId=private
    )
    transit = ec2.create_transit_gateway(Description="hub")["TransitGateway"]["TransitGatewayId"]
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=net.vpc, SubnetIds=list(net.subnets))
    ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4")
