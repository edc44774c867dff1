"""Quotas: which of a service's quotas limits a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.errors import code_of
from resoto_plugin_aws.hooks.registry import Around
from resotolib.errors import CollectError

UNKNOWN_SERVICE = "NoSuchResourceException"
INSTANCES = "aws_ec2_instance_quota"
ON_DEMAND = re.compile(r"Running On-Demand (?P<family>\w+)\b.* instances")
STANDARD = frozenset("acdhimrtz")

NAMES: Mapping[str, str] = {
    "aws_vpc_quota": "VPCs per Region",
    "aws_ec2_internet_gateway_quota": "Internet gateways per Region",
    "aws_alb_quota": "Application Load Balancers per Region",
    "aws_elb_quota": "Classic Load Balancers per Region",
    "aws_iam_server_certificate_quota": "Server certificates per account",
}
"""What the quotas of kinds are called."""


def quotas(_: Api, items: list[Any], around: Around) -> list[Any]:
    """Keeps the quotas of the kind; one of -1 says that there is none."""
    kind = around.kind.name
    if kind == INSTANCES:
        found = ((item, ON_DEMAND.fullmatch(item["QuotaName"])) for item in items)
        return [_named(item, match["family"].lower()) for item, match in found if match]
    id_ = kind.removeprefix("aws_")
    name = NAMES.get(kind, id_)
    for item in items:
        if item["QuotaName"] == name:
            return [{**item, "+id": id_}]
    return [{"QuotaName": name, "Value": -1.0, "+id": id_}]


def in_service(api: Api, service: str) -> list[dict[str, Any]]:
    """All quotas of a service; none when AWS keeps no quotas of it."""
    try:
        pages = api.pages("service-quotas", "ListServiceQuotas", ServiceCode=service)
        return [quota for page in pages for quota in page["Quotas"]]
    except CollectError as error:
        if error.__cause__ is None or code_of(error.__cause__) != UNKNOWN_SERVICE:
            api.problems.append(error)
        return []


def family_of(instance_type: str) -> str:
    """The id of the quota that limits instances of the type."""
    letters = re.match(r"[a-z]+", instance_type)
    family = letters.group() if letters else ""
    return "standard" if family in STANDARD else family


def _named(item: Mapping[str, Any], family: str) -> dict[str, Any]:
    return {**item, "+id": family, "+instance_type": family}
