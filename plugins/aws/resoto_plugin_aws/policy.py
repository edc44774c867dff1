"""The least-privilege IAM policy of the kinds that are enabled: derived from their calls."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from resoto_plugin_aws.flags import CLOUD
from resoto_plugin_aws.kinds import selected
from resoto_plugin_aws.settings import AwsSettings
from resoto_plugin_aws.verified import DELETABLE
from resotolib.preflight import Permissions, Purpose

LONGEST = 6144
"""Characters without white space of a managed policy (IAM and STS quotas, AWS documentation)."""

EVERYWHERE = (
    "account:ListRegions",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeRegions",
    "tag:GetResources",
)
"""What finding regions and zones and reading tags in bulk need, whatever kinds are enabled."""

_OF_KIND = {"collect": "collect", "tag": "tag", "cleanup": "delete"}


def permissions(settings: AwsSettings, purposes: Collection[Purpose]) -> Permissions:
    """The actions and policies for these purposes."""
    actions: dict[Purpose, tuple[str, ...]] = {purpose: tuple(_actions(settings, purpose)) for purpose in purposes}
    return Permissions(CLOUD, actions, tuple(_documents(actions.items(), settings)))


def _actions(settings: AwsSettings, purpose: Purpose) -> list[str]:
    kinds = selected(settings.kinds, settings.collect, settings.no_collect)
    if purpose == "cleanup":
        kinds = tuple(kind for kind in kinds if kind.name in DELETABLE)
    wanted = {action for kind in kinds for action in kind.permissions.get(_OF_KIND[purpose], ())}
    if purpose == "collect":
        wanted.update(EVERYWHERE)
        if settings.scrape_org:
            wanted.update(("organizations:DescribeOrganization", "organizations:ListAccounts"))
    else:  # before anything is changed it is read again
        wanted.update(action for kind in kinds for action in kind.permissions.get("collect", ()))
    return sorted(wanted)


def _documents(actions: Iterable[tuple[Purpose, tuple[str, ...]]], settings: AwsSettings) -> list[str]:
    """As few policies as the limit allows, each action in the first statement that needs it."""
    seen: set[str] = set()
    statements: list[dict[str, object]] = []
    for purpose, names in actions:
        new = [name for name in names if name not in seen]
        seen.update(new)
        for number, part in enumerate(_parts(new)):
            sid = f"{purpose.title()}{number + 1 if number else ''}"
            statements.append({"Sid": sid, "Effect": "Allow", "Action": part, "Resource": "*"})
    if settings.role:
        statements.append(
            {
                "Sid": "TakeTheRole",
                "Effect": "Allow",
                "Action": ["sts:AssumeRole"],
                "Resource": f"arn:*:iam::*:role/{settings.role}",
            }
        )
    return [json.dumps({"Version": "2012-10-17", "Statement": group}, indent=2) for group in _groups(statements)]


def _parts(names: Iterable[str]) -> list[list[str]]:
    """Lists of actions that fit into a policy each."""
    parts: list[list[str]] = [[]]
    for name in names:
        if _length(_statement([*parts[-1], name])) > LONGEST:
            parts.append([])
        parts[-1].append(name)
    return [part for part in parts if part]


def _statement(names: list[str]) -> list[dict[str, object]]:
    return [{"Sid": "Collect99", "Effect": "Allow", "Action": names, "Resource": "*"}]


def _groups(statements: Iterable[dict[str, object]]) -> list[list[dict[str, object]]]:
    groups: list[list[dict[str, object]]] = [[]]
    for statement in statements:
        if _length([*groups[-1], statement]) > LONGEST:
            groups.append([])
        groups[-1].append(statement)
    return [group for group in groups if group]


def _length(statements: list[dict[str, object]]) -> int:
    return len(json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":")))
