"""Edges by the names of members: a member called `VpcId` names a VPC.

All of them run from what is used to what uses it. What AWS refuses to delete while it is used goes after its users.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from builder.words import plain
from resotolib.kinds.kind import EdgeRule, Match, Property, Shape

_DEPTH = 3

# The end of the last two member names of a path, the kind they name, what of it, and whether the user is deleted first.
_NAMED: tuple[tuple[str, str, Match, bool], ...] = (
    (r"vpcid", "aws_vpc", "id", True),
    (r"subnets?(ids?|identifiers?)?", "aws_ec2_subnet", "id", True),
    (r"securitygroups?(ids?)?|securitygroups(vpc|group)?(security)?groupid", "aws_ec2_security_group", "id", True),
    (r"role|rolearn|iamroles?|serviceaccessrole", "aws_iam_role", "any", False),
    (r"kms(master)?(encryption)?key(id|arn|identifier)?|encryptionkey(id|arn)?|kmskey", "aws_kms_key", "any", False),
    (r"(sns)?topicarn", "aws_sns_topic", "arn", False),
    (r"loggroup(name|arn)", "aws_cloudwatch_log_group", "any", False),
    (r"(s3)?bucket(name)?", "aws_s3_bucket", "name", False),
    (r"certificatearn", "aws_acm_certificate", "arn", True),
    (r"(lambda)?functionarn", "aws_lambda_function", "arn", False),
    (r"instanceprofile(arn)?", "aws_iam_instance_profile", "any", False),
    (r"targetgrouparns?", "aws_alb_target_group", "arn", False),
    (r"networkinterfaceids?", "aws_ec2_network_interface", "id", False),
    (r"transitgatewayid", "aws_ec2_transit_gateway", "id", True),
    (r"secretarn", "aws_secretsmanager_secret", "arn", False),
)
_PATTERNS = tuple((re.compile(rf"(?:{end})$"), kind, match, first) for end, kind, match, first in _NAMED)


def find(
    kind: str, properties: Iterable[Property], shapes: Iterable[Shape], declared: Iterable[EdgeRule]
) -> list[EdgeRule]:
    """The edges that the names of members tell, but for pairs of kinds that the table speaks about."""
    spoken = {edge.kind for edge in declared} | {kind}
    known = {shape.name: shape for shape in shapes}
    found: dict[str, list[EdgeRule]] = {}
    for path, name in _texts(properties, known, 1):
        for pattern, other, match, first in _PATTERNS:
            if other not in spoken and pattern.search(name):
                rule = EdgeRule(other, path, match, outgoing=False, delete="this_first" if first else "")
                found.setdefault(other, []).append(rule)
    return [rule for rules in found.values() for rule in _nearest(rules)]


def _nearest(rules: list[EdgeRule]) -> list[EdgeRule]:
    """Those at the top: what a member of a member names is often somebody else's."""
    top = min(rule.path.count(".") for rule in rules)
    return [rule for rule in rules if rule.path.count(".") == top]


def _texts(properties: Iterable[Property], shapes: dict[str, Shape], depth: int) -> Iterator[tuple[str, str]]:
    """Paths of members that hold a string or strings, with the last two names on the way there."""
    for one in properties:
        if not one.path or one.path[0] in "'+":
            continue
        inner = shapes.get(one.type.removesuffix("[]"))
        if one.type in ("string", "string[]"):
            yield one.path, plain(".".join(one.path.split(".")[-2:]))
        elif inner is not None and depth < _DEPTH:
            for path, name in _texts(inner.properties, shapes, depth + 1):
                yield f"{one.path}.{path}", name if "." in path else plain(one.path.split(".")[-1]) + name
