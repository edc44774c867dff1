"""A project of 2,000 resources, as there are many: machines with disks, networks, topics and buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.gcp import places
from tests.fakes.gcp.seeding import Seed, compute_link
from tests.fakes.gcp.server import GcpServer
from tests.fakes.gcp.services import SERVICES

PROJECT = "large-project"
IN_USE = (
    "cloudbilling",
    "cloudresourcemanager",
    "compute",
    "logging",
    "monitoring",
    "pubsub",
    "serviceusage",
    "storage",
)
"""The services that are switched on."""

MACHINES, TOPICS, BUCKETS = 640, 60, 20


def fill(server: GcpServer) -> int:
    """Make it; how many resources there are."""
    server.seed(Seed("cloudresourcemanager", "organizations/1"))
    server.seed(places.project(PROJECT, "2001", "organizations/1"), *places.places(PROJECT), *_contents())
    for service in sorted(set(SERVICES) - set(IN_USE)):
        server.switch(PROJECT, service, on=False)
    types = ("/machineTypes/", "/diskTypes/", "/services/")
    return len([row for row in server.resources(project=PROJECT) if not any(one in row["name"] for one in types)])


def _contents() -> Iterator[Seed]:
    home = f"projects/{PROJECT}"
    network = compute_link(f"{home}/global/networks/main")
    yield Seed("cloudbilling", f"{home}/billingInfo", {"name": f"{home}/billingInfo", "projectId": PROJECT})
    yield Seed("compute", f"{home}/global/networks/main")
    zones = [zone for region in places.ZONES for zone in places.zones_of(region)]
    for number in range(MACHINES):
        yield from _machine(f"{home}/zones/{zones[number % len(zones)]}", number, network)
    for number in range(TOPICS):
        yield Seed("pubsub", f"{home}/topics/topic-{number}", {"labels": {"number": f"{number}"}})
    for number in range(BUCKETS):
        yield Seed("storage", f"b/large-{number}", {"location": "EU"}, PROJECT)


def _machine(zone: str, number: int, network: str) -> Iterator[Seed]:
    """A machine with the disk that it starts from, and one with data."""
    links = [compute_link(f"{zone}/disks/{kind}-{number}") for kind in ("boot", "data")]
    machine = compute_link(f"{zone}/instances/vm-{number}")
    for kind in ("boot", "data"):
        body = {"sizeGb": "10", "type": compute_link(f"{zone}/diskTypes/pd-ssd"), "users": [machine]}
        yield Seed("compute", f"{zone}/disks/{kind}-{number}", {**body, "labels": {"owner": "ada", "n": f"{number}"}})
    whole: dict[str, Any] = {
        "machineType": compute_link(f"{zone}/machineTypes/n2-standard-4"),
        "disks": [{"source": link, "boot": at == 0, "autoDelete": True} for at, link in enumerate(links)],
        "networkInterfaces": [
            {"network": network, "networkIP": f"10.0.{number // 250}.{number % 250}", "name": "nic0"}
        ],
        "labels": {"owner": "ada", "number": f"{number}"},
        "status": "RUNNING",
    }
    yield Seed("compute", f"{zone}/instances/vm-{number}", whole)
