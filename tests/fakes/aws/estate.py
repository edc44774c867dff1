"""A sample organisation, made in a moto server through boto3."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.fakes.aws import (
    compute,
    containers,
    data,
    identity,
    messaging,
    more_data,
    more_network,
    more_services,
    network,
    operations,
    organisation,
    security,
    storage,
)
from tests.fakes.aws.organisation import Account
from tests.fakes.aws.place import HOME_REGION, Place

REGIONS = (HOME_REGION, "eu-central-1", "ap-southeast-2")


def _silent(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Plan:
    """What to make: so many accounts, `suspended` of them closed, in these regions.

    A scale of 1 gives about 300 resources an account; below, each kind keeps at least one.
    `broad`: in the home region also one of each of those kinds that few have and moto can make.
    """

    accounts: int = 4
    suspended: int = 1
    regions: tuple[str, ...] = REGIONS
    scale: float = 1.0
    broad: bool = False
    threads: int = 3


SAMPLE = Plan()
SMALL = Plan(accounts=2, suspended=0, regions=(HOME_REGION, "eu-central-1"), scale=0.5)


@dataclass(frozen=True)
class Estate:
    """What was made."""

    url: str
    plan: Plan
    accounts: tuple[Account, ...]

    @property
    def open(self) -> tuple[Account, ...]:
        """The accounts that can be collected."""
        return tuple(account for account in self.accounts if not account.suspended)

    @property
    def role(self) -> str:
        """The role to take in each account."""
        return organisation.ROLE

    def place(self, account: Account, region: str) -> Place:
        """For looking into the cloud directly."""
        return Place(self.url, account.id, account.label, region, account.credentials, self.plan.scale)


def fill(url: str, plan: Plan = SAMPLE, report: Callable[[str], None] = _silent) -> Estate:
    """Make the organisation that the plan describes. Raises what boto3 raises."""
    accounts = organisation.create(url, plan.accounts - 1, plan.suspended)
    estate = Estate(url, plan, tuple(accounts))
    with ThreadPoolExecutor(plan.threads) as pool:
        work = {
            pool.submit(fill_region, estate.place(account, region), broad=plan.broad): f"{account.label} {region}"
            for region in plan.regions
            for account in estate.open
        }
        for future, name in work.items():
            future.result()
            report(name)
    return estate


def fill_region(place: Place, *, broad: bool) -> None:
    """One account in one region; the home region has every kind, the others those that most estates have everywhere."""
    who = identity.create(place) if place.home else None
    role = who.role_arn if who else f"arn:aws:iam::{place.account}:role/app-1"
    key = security.keys(place)
    networks = network.create(place)
    machines = compute.create(place, networks, who.profile if who else None)
    storage.create(place, networks, key)
    data.create(place, networks, key, role)
    topic = messaging.create(place, networks, key, role)
    security.create(place, key)
    if place.home:
        containers.create(place, networks, role, machines.target_group)
    operations.create(place, networks, machines.instances, topic, role)
    if place.home and broad:
        more_network.create(place, networks.first, machines, role)
        more_data.create(place, networks.first, role)
        more_services.create(place, networks.first, role)
