"""Takes networks apart: rules, associations, attachments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resoto_plugin_aws.target import Target
from resotolib.errors import GoesWith, NotFound

ITS_VPC = "its VPC"


def empty_security_group(target: Target) -> None:
    """Revokes the group's own rules, and those rules of other groups that name it."""
    for group in _found(target, "DescribeSecurityGroups", "SecurityGroups", GroupIds=[target.id]):
        if group.get("GroupName") == "default":
            raise GoesWith(target.label, f"{ITS_VPC}, whose default group it is")
        _revoke(target, "Ingress", target.id, group.get("IpPermissions", []))
        _revoke(target, "Egress", target.id, group.get("IpPermissionsEgress", []))
    for way, permissions in (("Ingress", "ip-permission"), ("Egress", "egress.ip-permission")):
        naming = [{"Name": f"{permissions}.group-id", "Values": [target.id]}]
        for other in _found(target, "DescribeSecurityGroups", "SecurityGroups", Filters=naming):
            rules = other.get("IpPermissions" if way == "Ingress" else "IpPermissionsEgress", [])
            _revoke(target, way, other["GroupId"], [part for rule in rules for part in _naming(rule, target.id)])


def _naming(rule: Mapping[str, Any], group: str) -> list[dict[str, Any]]:
    """The part of a rule that names the group, and no more."""
    pairs = [pair for pair in rule.get("UserIdGroupPairs", ()) if pair.get("GroupId") == group]
    kept = {key: rule[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in rule}
    return [{**kept, "UserIdGroupPairs": pairs}] if pairs else []


def _revoke(target: Target, way: str, group: str, rules: Sequence[Mapping[str, Any]]) -> None:
    if rules:
        _ignoring_gone(target, f"RevokeSecurityGroup{way}", GroupId=group, IpPermissions=list(rules))


def disassociate_address(target: Target) -> None:
    """Takes the address from what uses it."""
    for address in _found(target, "DescribeAddresses", "Addresses", AllocationIds=[target.id]):
        if address.get("AssociationId"):
            _ignoring_gone(target, "DisassociateAddress", AssociationId=address["AssociationId"])


def disassociate_route_table(target: Target) -> None:
    """Ends all associations; a main route table goes with its VPC."""
    for table in _found(target, "DescribeRouteTables", "RouteTables", RouteTableIds=[target.id]):
        associations = table.get("Associations", [])
        if any(association.get("Main") for association in associations):
            raise GoesWith(target.label, f"{ITS_VPC}, whose main route table it is")
        for association in associations:
            _ignoring_gone(target, "DisassociateRouteTable", AssociationId=association["RouteTableAssociationId"])


def detach_internet_gateway(target: Target) -> None:
    """Takes the gateway from its VPC."""
    for gateway in _found(target, "DescribeInternetGateways", "InternetGateways", InternetGatewayIds=[target.id]):
        for attachment in gateway.get("Attachments", ()):
            _ignoring_gone(target, "DetachInternetGateway", InternetGatewayId=target.id, VpcId=attachment["VpcId"])


def detach_vpn_gateway(target: Target) -> None:
    """Takes the gateway from its VPCs."""
    for gateway in _found(target, "DescribeVpnGateways", "VpnGateways", VpnGatewayIds=[target.id]):
        for attachment in gateway.get("VpcAttachments", ()):
            if attachment.get("State") not in ("detaching", "detached"):
                _ignoring_gone(target, "DetachVpnGateway", VpnGatewayId=target.id, VpcId=attachment["VpcId"])


def _found(target: Target, operation: str, member: str, **params: Any) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = target.ask("ec2", operation, **params).get(member, [])
    return found


def _ignoring_gone(target: Target, operation: str, **params: Any) -> None:
    """Somebody else may have taken it apart in the meantime."""
    try:
        target.ask("ec2", operation, **params)
    except NotFound:
        return
