"""Networks, and what is inside of and between them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.seeding import Seed

NETWORK = "global/networks/main"


def subnet(region: str) -> str:
    """The name of the region's first subnetwork."""
    return f"regions/{region}/subnetworks/main-1"


def create(site: Site) -> Iterator[Seed]:
    """Two networks, firewalls, routes, and in each region subnetworks, a router and addresses."""
    for name in ("main", "lab"):
        routing = {"routingMode": "GLOBAL"}
        yield site.compute(f"global/networks/{name}", autoCreateSubnetworks=False, mtu=1460, routingConfig=routing)
        gateway = site.link("global/gateways/default-internet-gateway")
        body = {"destRange": "0.0.0.0/0", "priority": 1000, "nextHopGateway": gateway}
        network = site.link(f"global/networks/{name}")
        yield site.compute(f"global/routes/default-route-{name}", network=network, **body)
    for name in site.names("allow", 6):
        yield _firewall(site, name)
    yield from _policies(site)
    for number, region in enumerate(site.regions):
        yield from _region(site, region, number)
    yield from _tunnels(site)


def _firewall(site: Site, name: str) -> Seed:
    allowed = [{"IPProtocol": "tcp", "ports": ["22", "8000-8080"]}, {"IPProtocol": "icmp"}]
    return site.compute(
        f"global/firewalls/{name}",
        network=site.link(NETWORK),
        direction="INGRESS",
        priority=1000,
        allowed=allowed,
        sourceRanges=["10.0.0.0/8"],
        targetTags=["web"],
    )


def _policies(site: Site) -> Iterator[Seed]:
    association = {"name": "main", "attachmentTarget": site.link(NETWORK)}
    rule = {"priority": 100, "action": "deny", "direction": "INGRESS", "match": {"srcIpRanges": ["198.51.100.0/24"]}}
    yield site.compute("global/firewallPolicies/edge", shortName="edge", associations=[association], rules=[rule])
    armour = {"priority": 2147483647, "action": "allow", "match": {"versionedExpr": "SRC_IPS_V1"}}
    yield site.compute(
        "global/securityPolicies/armour", type="CLOUD_ARMOR", rules=[armour], labels=site.labels("armour")
    )
    yield site.compute("global/sslPolicies/modern", profile="MODERN", minTlsVersion="TLS_1_2")


def _region(site: Site, region: str, number: int) -> Iterator[Seed]:
    for index, name in enumerate(site.names("main", 3)):
        yield site.compute(
            f"regions/{region}/subnetworks/{name}",
            network=site.link(NETWORK),
            ipCidrRange=f"10.{number}.{index}.0/24",
            gatewayAddress=f"10.{number}.{index}.1",
            privateIpGoogleAccess=True,
            purpose="PRIVATE",
            secondaryIpRanges=[{"rangeName": "pods", "ipCidrRange": f"10.{100 + number}.{index}.0/24"}],
        )
    nat = {
        "name": "nat",
        "natIpAllocateOption": "AUTO_ONLY",
        "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
    }
    yield site.compute(
        f"regions/{region}/routers/edge", network=site.link(NETWORK), nats=[nat], bgp={"asn": 64512 + number}
    )
    for index, name in enumerate(site.names("front", 2)):
        body = {"address": f"203.0.113.{number * 16 + index}", "addressType": "EXTERNAL", "status": "RESERVED"}
        yield site.compute(
            f"regions/{region}/addresses/{name}", labels=site.labels(name), networkTier="PREMIUM", **body
        )


def _tunnels(site: Site) -> Iterator[Seed]:
    region = f"regions/{site.home}"
    peer = [{"id": 0, "ipAddress": "198.51.100.1"}]
    labels = site.labels("office")
    yield site.compute(
        "global/externalVpnGateways/office", redundancyType="SINGLE_IP_INTERNALLY_REDUNDANT", interfaces=peer
    )
    yield site.compute(f"{region}/vpnGateways/office", network=site.link(NETWORK), labels=labels)
    yield site.compute(f"{region}/targetVpnGateways/classic", network=site.link(NETWORK), status="READY")
    yield site.compute(
        f"{region}/vpnTunnels/office-1",
        vpnGateway=site.link(f"{region}/vpnGateways/office"),
        peerExternalGateway=site.link("global/externalVpnGateways/office"),
        router=site.link(f"{region}/routers/edge"),
        status="ESTABLISHED",
        labels=labels,
    )
    yield site.compute(
        f"{region}/packetMirrorings/audit",
        network={"url": site.link(NETWORK)},
        mirroredResources={"subnetworks": [{"url": site.link(subnet(site.home))}]},
    )
