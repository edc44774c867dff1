"""A sample organisation: one organisation, two folders, four projects, one of them deleted and one of Apps Script.

with GcpServer() as cloud:
    estate = seed(cloud)            # or seed(cloud, SMALL)
    estate.projects                 # ids of those that can be collected
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from tests.fakes.gcp import places
from tests.fakes.gcp.sample import balancing, data, machines, messaging, networks, security, workloads
from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.seeding import Seed

ORGANISATION = "organizations/123456789012"
FOLDERS = {"production": "folders/200000000001", "playground": "folders/200000000002"}
BILLING = "billingAccounts/0A0A0A-1B1B1B-2C2C2C"


@dataclass(frozen=True)
class Plan:
    """How many projects that can be collected, their regions, and how full they are: 1 is about 300 resources each."""

    projects: int = 2
    regions: tuple[str, ...] = tuple(places.ZONES)
    scale: float = 1.0


SAMPLE = Plan()
SMALL = Plan(projects=1, regions=("us-central1",), scale=0.3)


@dataclass(frozen=True)
class Estate:
    """What was made."""

    plan: Plan
    sites: tuple[Site, ...]

    @property
    def projects(self) -> list[str]:
        """The ids of the projects that can be collected."""
        return [site.project for site in self.sites]


class Seeds(Protocol):
    """Where resources can be put: a `GcpServer`."""

    def seed(self, *seeds: Seed) -> None:
        """Put resources in."""


def sites(plan: Plan) -> tuple[Site, ...]:
    """The projects that can be collected."""
    names = ["shop-prod", "shop-dev", *(f"team-{number}" for number in range(3, plan.projects + 1))]
    return tuple(
        Site(name, str(400000000001 + number), plan.regions, plan.scale)
        for number, name in enumerate(names[: plan.projects])
    )


def hierarchy(plan: Plan) -> Iterator[Seed]:
    """The organisation, its folders and its projects, tags, a lien, and who pays."""
    yield Seed("cloudresourcemanager", ORGANISATION, {"displayName": "example.com", "directoryCustomerId": "C0example"})
    for name, folder in FOLDERS.items():
        yield Seed("cloudresourcemanager", folder, {"displayName": name, "parent": ORGANISATION})
    yield Seed("cloudbilling", BILLING, {"displayName": "Main", "open": True, "currencyCode": "EUR"})
    yield from _prices()
    for number, site in enumerate(sites(plan)):
        folder = list(FOLDERS.values())[number % len(FOLDERS)]
        yield places.project(site.project, site.number, folder, labels=site.labels(site.project))
        bill = {"name": site.path("billingInfo"), "projectId": site.project, "billingAccountName": BILLING}
        yield Seed("cloudbilling", site.path("billingInfo"), {**bill, "billingEnabled": True})
    yield places.project("shop-old", "400000000098", FOLDERS["playground"], state="DELETE_REQUESTED")
    yield places.project("sys-26000000000000000000000001", "400000000099", ORGANISATION)
    yield from _tags(sites(plan)[0])


def _prices() -> Iterator[Seed]:
    service = "services/6F81-5844-456A"
    yield Seed("cloudbilling", service, {"serviceId": "6F81-5844-456A", "displayName": "Compute Engine"})
    category = {"resourceFamily": "Compute", "resourceGroup": "CPU", "usageType": "OnDemand"}
    for number in range(1, 4):
        sku = {"skuId": f"2E27-4F75-95C{number}", "description": f"Core {number}", "category": category}
        yield Seed("cloudbilling", f"{service}/skus/{sku['skuId']}", {**sku, "serviceRegions": ["us-central1"]})


def _tags(site: Site) -> Iterator[Seed]:
    key = {"parent": ORGANISATION, "shortName": "env", "namespacedName": "123456789012/env"}
    yield Seed("cloudresourcemanager", "tagKeys/281480000001", key)
    value = {"parent": "tagKeys/281480000001", "shortName": "prod", "namespacedName": "123456789012/env/prod"}
    yield Seed("cloudresourcemanager", "tagValues/281480000002", value)
    full = f"//cloudresourcemanager.googleapis.com/projects/{site.number}"
    binding = {"parent": full, "tagValue": "tagValues/281480000002"}
    yield Seed("cloudresourcemanager", f"tagBindings/{quote(full, safe='')}/tagValues/281480000002", binding)
    lien = {"parent": f"projects/{site.number}", "origin": "ops", "reason": "in production"}
    yield Seed("cloudresourcemanager", "liens/p-1", {**lien, "restrictions": ["resourcemanager.projects.delete"]})


def contents(site: Site) -> Iterator[Seed]:
    """Everything in one project."""
    yield from places.places(site.project, site.regions)
    for part in (networks, security, machines, balancing, data, messaging, workloads):
        yield from part.create(site)


def seed(cloud: Seeds, plan: Plan = SAMPLE) -> Estate:
    """Make the organisation that the plan describes."""
    made = sites(plan)
    cloud.seed(*hierarchy(plan))
    for site in made:
        cloud.seed(*contents(site))
    return Estate(plan, made)
