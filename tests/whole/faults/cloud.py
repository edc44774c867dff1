"""A small cloud of two accounts: quick to read, and of several ways to be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.demo.pair import AWS_KEYS, organisation_flags
from tests.fakes.aws import organisation
from tests.fakes.aws.place import HOME_REGION, Place
from tests.fakes.aws.proxy import Proxy
from tests.fakes.aws.server import MotoServer

AWAY = "eu-central-1"
REGIONS = (HOME_REGION, AWAY)
KINDS = ("vpc", "ec2_subnet", "ec2_volume", "ec2_keypair", "iam_role", "sns_topic", "kms_key", "guardduty_detector")
FORK = ("--fork", "--aws-fork")
PAGE = 3
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Victim:
    """What will be deleted in the cloud: a topic or a key pair, in the member's account or in the other."""

    kind: str = "aws_sns_topic"
    region: str = AWAY
    member: bool = True


@dataclass
class Cloud:
    """The cloud behind its proxy. `member` and `management` are accounts."""

    url: str
    proxy: Proxy
    management: str
    member: str
    places: dict[tuple[str, str], Place] = field(default_factory=dict)

    collector = "aws"
    credentials = AWS_KEYS

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of the collector."""
        where = organisation_flags(self.proxy.url, REGIONS)
        return (*where, "--aws-collect", *KINDS, "--aws-throttle-timeout", "2")

    def mend(self) -> None:
        """Pass everything on again."""
        self.proxy.forget()

    def account(self, victim: Victim) -> str:
        """Where it is."""
        return self.member if victim.member else self.management

    def make(self, victim: Victim) -> str:
        """Make it; its name."""
        name = f"victim-{next(_numbers)}"
        place = self.places[self.account(victim), victim.region]
        if victim.kind == "aws_sns_topic":
            place.client("sns").create_topic(Name=name)
        else:
            place.client("ec2").create_key_pair(KeyName=name)
        return name

    def delete(self, victim: Victim, name: str) -> None:
        """Delete it, past the worker."""
        account = self.account(victim)
        place = self.places[account, victim.region]
        if victim.kind == "aws_sns_topic":
            place.client("sns").delete_topic(TopicArn=f"arn:aws:sns:{victim.region}:{account}:{name}")
        else:
            place.client("ec2").delete_key_pair(KeyName=name)


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Start and fill it."""
    with MotoServer(page_size=PAGE) as server, Proxy(server.url) as proxy:
        accounts = organisation.create(server.url, members=1, suspended=0)
        made = Cloud(server.url, proxy, accounts[0].id, accounts[1].id)
        for account in accounts:
            for region in REGIONS:
                place = Place(server.url, account.id, account.label, region, account.credentials)
                made.places[account.id, region] = place
                _fill(place)
        yield made


def _fill(place: Place) -> None:
    ec2, sns = place.client("ec2"), place.client("sns")
    ec2.create_key_pair(KeyName="stays")
    for number in range(PAGE + 1):
        ec2.create_volume(AvailabilityZone=f"{place.region}a", Size=number + 1)
    for number in range(2):
        sns.create_topic(Name=f"topic-{number}", Attributes={"DisplayName": f"Topic {number}"}, Tags=place.tags("t"))
    place.client("kms").create_key(Description="a key")
