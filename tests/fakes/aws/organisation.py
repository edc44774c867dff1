"""Accounts: a management account, its members, and the role that a collector takes in each."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.fakes.aws.place import HOME_REGION, MANAGEMENT, Credentials, Place

ROLE = "resoto"
FIRST_ROLE = "OrganizationAccountAccessRole"
MANAGEMENT_ID = "123456789012"
"""The account that moto takes unknown keys for."""


@dataclass(frozen=True)
class Account:
    """An account of the organisation; `label` is its name and its alias."""

    id: str
    label: str
    suspended: bool
    credentials: Credentials


def create(url: str, members: int, suspended: int) -> list[Account]:
    """An organisation with so many members, the last `suspended` of which are closed; the management account first."""
    place = Place(url, MANAGEMENT_ID, "management", HOME_REGION, MANAGEMENT)
    organisations = place.client("organizations")
    organisations.create_organization(FeatureSet="ALL")
    accounts = [Account(MANAGEMENT_ID, "management", suspended=False, credentials=MANAGEMENT)]
    for number in range(1, members + 1):
        label = f"member-{number}"
        status = organisations.create_account(AccountName=label, Email=f"{label}@example.com")
        account = status["CreateAccountStatus"]["AccountId"]
        closed = number > members - suspended
        accounts.append(Account(account, label, closed, assume(place, account, FIRST_ROLE)))
        if closed:
            organisations.close_account(AccountId=account)
    for member in accounts:
        _role(Place(url, member.id, member.label, HOME_REGION, member.credentials))
    return accounts


def assume(place: Place, account: str, role: str) -> Credentials:
    """Keys for a role of another account, as every tool gets them."""
    answer = place.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="estate")
    keys = answer["Credentials"]
    return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def _role(place: Place) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT_ID}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    place.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=document, Tags=place.tags(ROLE))
