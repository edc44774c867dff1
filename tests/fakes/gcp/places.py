"""Projects as seeds: what every project has before anyone makes anything in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.gcp.seeding import Seed, compute_link

ZONES: Mapping[str, tuple[str, ...]] = {"us-central1": ("a", "b"), "europe-west1": ("b", "c")}
"""The zones of each region, by their last letter."""

MACHINE_TYPES: Mapping[str, tuple[int, int]] = {
    "e2-medium": (2, 4096),
    "n2-standard-4": (4, 16384),
    "c3-highcpu-8": (8, 16384),
}
DISK_TYPES: Mapping[str, tuple[str, str]] = {
    "pd-standard": ("500", "10GB-65536GB"),
    "pd-ssd": ("100", "10GB-65536GB"),
    "pd-balanced": ("100", "10GB-65536GB"),
}
QUOTAS: Mapping[str, tuple[float, float]] = {
    "CPUS": (72.0, 12.0),
    "DISKS_TOTAL_GB": (40960.0, 420.0),
    "STATIC_ADDRESSES": (8.0, 2.0),
    "INSTANCES": (720.0, 6.0),
}
PROJECT_QUOTAS: Mapping[str, tuple[float, float]] = {"NETWORKS": (5.0, 2.0), "FIREWALLS": (100.0, 4.0)}


def quotas(table: Mapping[str, tuple[float, float]]) -> list[dict[str, Any]]:
    """Quotas as regions and projects say them."""
    return [{"metric": metric, "limit": limit, "usage": usage} for metric, (limit, usage) in table.items()]


def zones_of(region: str) -> list[str]:
    """The names of a region's zones."""
    return [f"{region}-{letter}" for letter in ZONES[region]]


def project(
    name: str, number: str, parent: str, *, state: str = "ACTIVE", labels: Mapping[str, str] | None = None
) -> Seed:
    """A project of that id and number, below an organisation or a folder."""
    body: dict[str, Any] = {"name": f"projects/{number}", "projectId": name, "parent": parent, "state": state}
    body |= {"displayName": name.replace("-", " ").title(), "labels": dict(labels or {}), "etag": 'W/"e1"'}
    if state == "DELETE_REQUESTED":
        body["deleteTime"] = "2026-02-01T00:00:00Z"
    return Seed("cloudresourcemanager", f"projects/{name}", body)


def places(project: str, regions: tuple[str, ...] = tuple(ZONES)) -> Iterator[Seed]:
    """Regions and zones with their machine types and disk types, and what compute says of the project itself."""
    body = {
        "quotas": quotas(PROJECT_QUOTAS),
        "defaultServiceAccount": f"{project}-compute@developer.gserviceaccount.com",
    }
    yield Seed("compute", f"projects/{project}", {**body, "name": project})
    for region in regions:
        whole = f"projects/{project}/regions/{region}"
        zones = [f"projects/{project}/zones/{zone}" for zone in zones_of(region)]
        links = [compute_link(zone) for zone in zones]
        yield Seed("compute", whole, {"status": "UP", "zones": links, "quotas": quotas(QUOTAS), "description": region})
        for zone in zones:
            yield from _zone(zone, compute_link(whole))


def _zone(zone: str, region: str) -> Iterator[Seed]:
    short = zone.rpartition("/")[2]
    yield Seed("compute", zone, {"status": "UP", "region": region, "availableCpuPlatforms": ["Intel Ice Lake"]})
    for name, (cpus, memory) in MACHINE_TYPES.items():
        size = {"guestCpus": cpus, "memoryMb": memory, "architecture": "X86_64", "maximumPersistentDisks": 128}
        yield Seed(
            "compute", f"{zone}/machineTypes/{name}", {**size, "zone": short, "isSharedCpu": name == "e2-medium"}
        )
    for name, (default, valid) in DISK_TYPES.items():
        yield Seed("compute", f"{zone}/diskTypes/{name}", {"defaultDiskSizeGb": default, "validDiskSize": valid})
