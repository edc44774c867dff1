"""Load balancers: from the forwarding rule down to the group of machines."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.gcp.sample import machines, networks
from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.seeding import Seed


def create(site: Site) -> Iterator[Seed]:
    """One load balancer for the web, one inside the network, and older ones."""
    yield from _checks(site)
    yield from _web(site)
    yield from _inside(site)
    yield from _others(site)


def _checks(site: Site) -> Iterator[Seed]:
    for name in site.names("alive", 2):
        http = {"port": 8080, "requestPath": "/health"}
        yield site.compute(f"global/healthChecks/{name}", type="HTTP", httpHealthCheck=http, checkIntervalSec=5)
    yield site.compute("global/httpHealthChecks/old", port=80, requestPath="/")
    yield site.compute("global/httpsHealthChecks/old", port=443, requestPath="/")


def _web(site: Site) -> Iterator[Seed]:
    check, armour = site.link("global/healthChecks/alive-1"), site.link("global/securityPolicies/armour")
    backend = {"group": site.link(f"zones/{site.zone}/{machines.GROUP}"), "balancingMode": "UTILIZATION"}
    for name in site.names("web", 2):
        service = {"backends": [backend], "healthChecks": [check], "securityPolicy": armour, "protocol": "HTTP"}
        yield site.compute(f"global/backendServices/{name}", loadBalancingScheme="EXTERNAL", port=8080, **service)
    yield site.compute("global/backendBuckets/static", bucketName=f"{site.project}-static", enableCdn=True)
    bucket = site.link("global/backendBuckets/static")
    matcher = {"name": "static", "defaultService": bucket}
    hosts = [{"hosts": ["static.example.com"], "pathMatcher": "static"}]
    default = site.link("global/backendServices/web-1")
    yield site.compute("global/urlMaps/web", defaultService=default, pathMatchers=[matcher], hostRules=hosts)
    certificate = {"domains": ["www.example.com"], "status": "ACTIVE"}
    yield site.compute("global/sslCertificates/www", type="MANAGED", managed=certificate)
    urls = site.link("global/urlMaps/web")
    yield site.compute("global/targetHttpProxies/web", urlMap=urls)
    secure = {
        "sslCertificates": [site.link("global/sslCertificates/www")],
        "sslPolicy": site.link("global/sslPolicies/modern"),
    }
    yield site.compute("global/targetHttpsProxies/web", urlMap=urls, **secure)
    yield site.compute("global/addresses/web", address="203.0.113.250", addressType="EXTERNAL", status="RESERVED")
    for name, target in (("web-http", "targetHttpProxies/web"), ("web-https", "targetHttpsProxies/web")):
        ports = {"IPProtocol": "TCP", "portRange": "443-443", "loadBalancingScheme": "EXTERNAL"}
        address, proxy = "203.0.113.250", site.link(f"global/{target}")
        labels = site.labels(name)
        yield site.compute(f"global/forwardingRules/{name}", IPAddress=address, target=proxy, labels=labels, **ports)


def _inside(site: Site) -> Iterator[Seed]:
    region, network = f"regions/{site.home}", site.link(networks.NETWORK)
    yield site.compute(f"{region}/healthChecks/inside", type="TCP", tcpHealthCheck={"port": 5432})
    service = {"loadBalancingScheme": "INTERNAL", "protocol": "TCP", "network": network}
    check = [site.link(f"{region}/healthChecks/inside")]
    backend = [{"group": site.link(f"zones/{site.zone}/{machines.GROUP}"), "balancingMode": "CONNECTION"}]
    yield site.compute(f"{region}/backendServices/inside", healthChecks=check, backends=backend, **service)
    yield site.compute(
        f"{region}/forwardingRules/inside",
        backendService=site.link(f"{region}/backendServices/inside"),
        network=network,
        subnetwork=site.link(networks.subnet(site.home)),
        IPAddress="10.0.0.250",
        loadBalancingScheme="INTERNAL",
        ports=["5432"],
        labels=site.labels("inside"),
    )
    yield site.compute(
        f"{region}/serviceAttachments/inside",
        targetService=site.link(f"{region}/forwardingRules/inside"),
        connectionPreference="ACCEPT_AUTOMATIC",
        natSubnets=[site.link(networks.subnet(site.home))],
    )


def _others(site: Site) -> Iterator[Seed]:
    zone, region = f"zones/{site.zone}", f"regions/{site.home}"
    service = site.link("global/backendServices/web-1")
    yield site.compute("global/targetTcpProxies/raw", service=service)
    certificates = [site.link("global/sslCertificates/www")]
    yield site.compute("global/targetSslProxies/raw", service=service, sslCertificates=certificates)
    yield site.compute("global/targetGrpcProxies/mesh", urlMap=site.link("global/urlMaps/web"))
    yield site.compute(f"{zone}/targetInstances/single", instance=site.link(f"{zone}/instances/vm-1"))
    pool = [site.link(f"{zone}/instances/vm-1")]
    yield site.compute(
        f"{region}/targetPools/old", instances=pool, healthChecks=[site.link("global/httpHealthChecks/old")]
    )
    where = {"network": site.link(networks.NETWORK), "subnetwork": site.link(networks.subnet(site.home))}
    yield site.compute(f"{zone}/networkEndpointGroups/pods", networkEndpointType="GCE_VM_IP_PORT", size=2, **where)
