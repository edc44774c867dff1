"""Everything that is in the cloud is in the core, and nothing else: kind by kind, asked past all of our code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from resoto_plugin_aws.kinds import load_catalogue

from tests.demo.pair import PROCESSES, organisation_flags, pair
from tests.fakes.aws.estate import Estate, Plan, fill
from tests.fakes.aws.place import HOME_REGION, Place
from tests.fakes.aws.server import MotoServer
from tests.whole.direct import Direct, listing
from tests.whole.direct_kinds import DIRECT, OWN_NAMES

pytestmark = pytest.mark.timeout(400)  # the first one fills the cloud and collects it

PLAN = Plan(accounts=2, suspended=0, regions=(HOME_REGION, "eu-central-1"), broad=True)
PAGE = 2
WITHOUT_IDENTIFIER = {"aws_beanstalk_environment", "aws_kafka_cluster"}
"""Kinds that moto lists without the identifier that every answer of AWS has."""

KINDS = sorted(kind.name for kind in load_catalogue().select((), ()) if kind.collectable)
Address = tuple[str, str, str]


@dataclass(frozen=True)
class World:
    """A cloud, and what the core was told of it: identifiers by (kind, account, region)."""

    estate: Estate
    cloud: Mapping[tuple[str, str], Place]
    core: Mapping[Address, list[str]]
    errors: tuple[str, ...]
    continued: Mapping[str, int]

    def told(self, kind: str, account: str, region: str | None = None) -> list[str]:
        """The identifiers of a kind in a region, or in all regions of an account."""
        found = [address for address in self.core if address[:2] == (kind, account) and region in (None, address[2])]
        return sorted(identifier for address in found for identifier in self.core[address])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("truth")
    with MotoServer(page_size=PAGE) as cloud:
        cloud.seed(1)
        estate = fill(cloud.url, PLAN)
        core: defaultdict[Address, list[str]] = defaultdict(list)
        with pair(folder, (*PROCESSES, *organisation_flags(cloud.url, PLAN.regions))) as both:
            *_, state = both.collect()
            for found in both.core.resources():
                core[found.kind, found.account, found.region].append(found.id)
            core["aws_account", "", ""] = sorted(both.core.accounts())
            assert state.state == "done", both.worker.tail()
        places = {(one.id, region): estate.place(one, region) for one in estate.open for region in PLAN.regions}
        yield World(estate, places, core, state.errors, cloud.continued())


@pytest.mark.parametrize("kind", sorted(set(KINDS) & set(DIRECT) - WITHOUT_IDENTIFIER))
def test_the_core_has_what_the_cloud_has(world: World, kind: str) -> None:
    direct = DIRECT[kind]
    for account in world.estate.open:
        for region in _regions(direct):
            truth = list(listing(world.cloud[account.id, region].client, direct).ids)

            assert world.told(kind, account.id, region if direct.everywhere else None) == truth


@pytest.mark.parametrize("kind", sorted(OWN_NAMES))
def test_quotas_are_there_in_every_region(world: World, kind: str) -> None:
    regions = PLAN.regions if load_catalogue()[kind].extent == "regional" else [None]
    for account in world.estate.open:
        for region in regions:
            assert world.told(kind, account.id, region) == sorted(OWN_NAMES[kind])


def test_the_core_has_the_accounts_of_the_organization(world: World) -> None:
    assert world.core["aws_account", "", ""] == sorted(account.id for account in world.estate.open)


def test_everything_was_read(world: World) -> None:
    assert not world.errors


def test_every_kind_is_compared() -> None:
    """A kind that is added has to be added to the table as well."""
    assert set(KINDS) - set(DIRECT) - set(OWN_NAMES) == {"aws_account"}


def test_most_kinds_have_instances(world: World) -> None:
    """Nothing equals nothing: a truth worth its name needs something to be there."""
    assert len({kind for kind, _, _ in world.core}) >= 200


def test_ten_kinds_and_more_had_a_second_page(world: World) -> None:
    assert len(world.continued) >= 10


def _regions(direct: Direct) -> tuple[str, ...]:
    return PLAN.regions if direct.everywhere else (HOME_REGION,)
