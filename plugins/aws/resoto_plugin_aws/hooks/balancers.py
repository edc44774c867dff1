"""Load balancers and their target groups: what is behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.hooks.registry import Around
from resotolib.errors import CollectError

SERVICE = "elbv2"


def target_groups(api: Api, items: list[Any], _: Around) -> list[Any]:
    """Adds the ids of the targets."""
    for item in items:
        item["+targets"] = _targets(api, item["TargetGroupArn"])
    return items


def balancers(api: Api, items: list[Any], _: Around) -> list[Any]:
    """Adds the ids of the targets of all its groups."""
    groups = api.memory.get(("target groups", api.region), lambda: _groups(api))
    for item in items:
        own = groups.get(item["LoadBalancerArn"], ())
        item["+backends"] = sorted({target for group in own for target in _targets(api, group)})
    return items


def _groups(api: Api) -> Mapping[str, Sequence[str]]:
    """The ARNs of target groups by that of their load balancer."""
    found: dict[str, list[str]] = {}
    try:
        for page in api.pages(SERVICE, "DescribeTargetGroups"):
            for group in page["TargetGroups"]:
                for balancer in group.get("LoadBalancerArns", ()):
                    found.setdefault(balancer, []).append(group["TargetGroupArn"])
    except CollectError as error:
        api.problems.append(error)
    return found


def _targets(api: Api, group: str) -> Sequence[str]:
    return api.memory.get(("targets", group), lambda: _ask_targets(api, group))


def _ask_targets(api: Api, group: str) -> Sequence[str]:
    answer = api.attempt(SERVICE, "DescribeTargetHealth", none=("TargetGroupNotFound",), TargetGroupArn=group) or {}
    return [health["Target"]["Id"] for health in answer.get("TargetHealthDescriptions", ())]
