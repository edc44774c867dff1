"""One project of the sample organisation: its names, links and labels, and how much of everything it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fakes.gcp.places import zones_of
from tests.fakes.gcp.seeding import Seed, compute_link

OWNERS = ("ada", "grace", "barbara", "edsger")
STAGES = ("prod", "staging", "dev")


@dataclass(frozen=True)
class Site:
    """A scale of 1 gives about 300 resources; below, each kind keeps at least one."""

    project: str
    number: str
    regions: tuple[str, ...]
    scale: float = 1.0

    @property
    def home(self) -> str:
        """The region that has one of everything."""
        return self.regions[0]

    @property
    def zones(self) -> list[str]:
        """The zones of all regions."""
        return [zone for region in self.regions for zone in zones_of(region)]

    @property
    def zone(self) -> str:
        """The zone that has one of everything."""
        return self.zones[0]

    def names(self, prefix: str, base: int) -> list[str]:
        """`base` times the scale names, numbered from 1."""
        return [f"{prefix}-{number}" for number in range(1, max(1, round(base * self.scale)) + 1)]

    def labels(self, name: str) -> dict[str, str]:
        """Who owns a resource, and what for."""
        number = sum(name.encode())
        return {"owner": OWNERS[number % len(OWNERS)], "stage": STAGES[number % len(STAGES)]}

    def path(self, name: str) -> str:
        """The full name of a resource of this project."""
        return f"projects/{self.project}/{name}"

    def link(self, name: str) -> str:
        """The link to a compute resource of this project."""
        return compute_link(self.path(name))

    def account(self, name: str) -> str:
        """The address of a service account."""
        return f"{name}@{self.project}.iam.gserviceaccount.com"

    def key(self, region: str, name: str = "storage") -> str:
        """The name of an encryption key."""
        return self.path(f"locations/{region}/keyRings/main/cryptoKeys/{name}")

    def compute(self, name: str, /, **body: Any) -> Seed:
        """A compute resource."""
        return Seed("compute", self.path(name), body)

    def labelled(self, service: str, name: str, /, **body: Any) -> Seed:
        """A resource with labels."""
        return Seed(service, self.path(name), {"labels": self.labels(name), **body})

    def plain(self, service: str, name: str, /, **body: Any) -> Seed:
        """A resource without labels."""
        return Seed(service, self.path(name), body)
