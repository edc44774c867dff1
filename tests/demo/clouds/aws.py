"""AWS: an organization in a moto server."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from tests.demo.clouds.cloud import Cloud
from tests.demo.pair import AWS_KEYS, organisation_flags
from tests.demo.screen import Screen
from tests.fakes.aws.estate import Estate, Plan, fill
from tests.fakes.aws.place import HOME_REGION
from tests.fakes.aws.server import MotoServer
from tests.fakes.people import email

SEED = 5
PEOPLE = 12
"""Of those in other clouds, how many have a user of their own here."""


@contextlib.contextmanager
def serve(scale: float, screen: Screen) -> Iterator[Cloud]:
    """See `Serve`."""
    with MotoServer() as server:
        screen.say(f"A moto server plays AWS on {server.url}. Filling it with a sample organization through boto3:")
        started = time.monotonic()
        server.seed(SEED)
        estate = fill(server.url, Plan(scale=scale), lambda place: screen.moving(f"  {place}"))
        _add_people(estate)
        screen.still()
        _say(estate, screen)
        screen.say(f"  filled in {time.monotonic() - started:.1f} s\n")
        yield Cloud(
            ("--aws-fork", *organisation_flags(server.url, estate.plan.regions)),
            AWS_KEYS,
            {account.id: account.label for account in estate.open},
            tuple(
                f"{account.label} ({account.id}) is suspended and was not collected."
                for account in estate.accounts
                if account.suspended
            ),
        )


def _say(estate: Estate, screen: Screen) -> None:
    for account in estate.accounts:
        note = "suspended: will be skipped" if account.suspended else ", ".join(estate.plan.regions)
        screen.say(f"  {account.id}  {account.label:<12} {note}")


def _add_people(estate: Estate) -> None:
    """Users in the management account that are named by their addresses, as many companies do."""
    iam = estate.place(estate.accounts[0], HOME_REGION).client("iam")
    for number in range(PEOPLE):
        iam.create_user(UserName=email(number), Tags=[{"Key": "email", "Value": email(number)}])
