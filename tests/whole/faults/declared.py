"""The faults and what becomes of a run that meets them: the suite tests it, the table in the documentation says it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.fakes.aws.place import HOME_REGION
from tests.fakes.aws.proxy import Rule
from tests.whole.faults.cloud import AWAY, Cloud, Victim

Result = Literal["done", "partial", "failed", ""]

AWAY_TOPIC = Victim()
HOME = Victim(region=HOME_REGION)
KEY = Victim("aws_ec2_keypair")
VOLUME, TOPIC, MASTER_KEY = "aws_ec2_volume", "aws_sns_topic", "aws_kms_key"
KEPT = "kept in the core as it was, with `stale_since`"


@dataclass(frozen=True)
class Fault:
    """`title` and `outcome` are the row of the table; `result` is how the run ends, "" where there is none."""

    title: str
    outcome: str
    result: Result


@dataclass(frozen=True)
class CloudFault(Fault):
    """A fault of the cloud, made by rules of the proxy before it.

    Of the kinds in `stale` (all if it is empty), in `region` ("" for any), what is kept is marked; nothing if `sent` is
    not true. `words` is what the operator is told. `victim` is deleted in the cloud before, and gone afterwards.
    """

    rules: Callable[[Cloud], list[Rule]]
    words: tuple[str, ...]
    stale: tuple[str, ...] = ()
    region: str = ""
    sent: bool = True
    victim: Victim | None = AWAY_TOPIC


def _cut(answer: bytes) -> bytes:
    return answer[: len(answer) // 2]


def _empty(_: bytes) -> bytes:
    return b""


def _nameless(answer: bytes) -> bytes:
    return re.sub(rb"<volumeId>[^<]*</volumeId>", b"", answer, count=1)


def _denied(operation: str = "", **more: str) -> Rule:
    return Rule("AccessDenied", 403, operation, message="You may not do this.", **more)  # type: ignore[arg-type]  # texts only


CLOUD_FAULTS: tuple[CloudFault, ...] = (
    CloudFault(
        "one kind is denied",
        f"the kind is unread and {KEPT}; everything else is read",
        "partial",
        lambda _: [_denied("DescribeVolumes")],
        (f"{VOLUME} is unread in {AWAY}: ", "AccessDenied", "Allow ec2:DescribeVolumes to role resoto"),
        (VOLUME,),
    ),
    CloudFault(
        "one region is denied",
        f"the region is {KEPT}; the others are read",
        "partial",
        lambda _: [_denied(region=AWAY)],
        (f"{TOPIC} is unread in {AWAY}: ", f"{VOLUME} is unread in {AWAY}: ", "AccessDenied"),
        region=AWAY,
        victim=HOME,
    ),
    CloudFault(
        "one account is denied (AssumeRole)",
        "the account is not sent and the core keeps it; the others are read",
        "partial",
        lambda cloud: [_denied("AssumeRole", containing=cloud.member)],
        ("Not collected: ", "sts:AssumeRole", "AccessDenied"),
        sent=False,
        victim=Victim(member=False),
    ),
    CloudFault(
        "DescribeRegions is denied",
        "regions are found through the account service, or by trying those that the SDK knows",
        "done",
        lambda _: [_denied("DescribeRegions")],
        ("Regions are found another way: ", "ec2:DescribeRegions"),
        sent=False,
    ),
    CloudFault(
        "30 % of the calls are throttled",
        "they are repeated; nothing is missing",
        "done",
        lambda _: [Rule("Throttling", 400, each=1, percent=30)],
        (),
        sent=False,
    ),
    CloudFault(
        "a service is throttled for ever",
        f"its kinds are unread and {KEPT}",
        "partial",
        lambda _: [Rule("Throttling", 400, service="sns", region=AWAY)],
        (f"{TOPIC} is unread in {AWAY}: ", "Throttling", "Lower --aws-region-pool-size"),
        (TOPIC,),
        victim=KEY,
    ),
    CloudFault(
        "page 2 of a listing fails",
        f"what was not read is {KEPT}; page 1 is new",
        "partial",
        lambda _: [Rule("InvalidNextToken", 400, "DescribeVolumes", region=AWAY, containing="NextToken")],
        (f"{VOLUME} is unread in {AWAY}: ", "InvalidNextToken"),
        (VOLUME,),
    ),
    CloudFault(
        "an answer is no XML",
        f"the kind is unread and {KEPT}",
        "partial",
        lambda _: [Rule(operation="DescribeVolumes", change=_cut)],
        (f"{VOLUME} is unread in {AWAY}: ", "ec2:DescribeVolumes"),
        (VOLUME,),
    ),
    CloudFault(
        "an answer is no JSON",
        f"the kind is unread and {KEPT}",
        "partial",
        lambda _: [Rule(operation="ListKeys", change=_cut)],
        (f"{MASTER_KEY} is unread in {AWAY}: ", "kms:ListKeys"),
        (MASTER_KEY,),
    ),
    CloudFault(
        "an answer is empty",
        f"the kind is unread and {KEPT}: nothing said is not nothing there",
        "partial",
        lambda _: [Rule(operation="ListKeys", change=_empty), Rule(operation="DescribeVolumes", change=_empty)],
        (f"{MASTER_KEY} is unread in ", f"{VOLUME} is unread in ", "empty"),
        (MASTER_KEY, VOLUME),
    ),
    CloudFault(
        "details are denied",
        "what the list says is new, the details are kept as the core has them, with `stale_since`",
        "partial",
        lambda _: [_denied("GetTopicAttributes")],
        (f"{TOPIC} is unread in ", "Allow sns:GetTopicAttributes"),
        (TOPIC,),
        victim=KEY,
    ),
    CloudFault(
        "tags are denied",
        "the tags are kept as the core has them, with `stale_since`",
        "partial",
        lambda _: [_denied("ListTagsForResource"), _denied(service="tagging")],
        (f"{TOPIC} is unread in ", "AccessDenied"),
        (TOPIC,),
        victim=KEY,
    ),
    CloudFault(
        "a kind answers with 500",
        f"it is asked again, then unread and {KEPT}",
        "partial",
        lambda _: [Rule("InternalError", 500, "DescribeVolumes", region=AWAY)],
        (f"{VOLUME} is unread in {AWAY}: ", "InternalError"),
        (VOLUME,),
    ),
    CloudFault(
        "the token expires in mid-run",
        f"what was not read by then is {KEPT}",
        "partial",
        lambda _: [Rule("ExpiredToken", 400, skip=30)],
        ("is unread in ", "ExpiredToken"),
        victim=None,
    ),
    CloudFault(
        "an item has no identifier",
        f"the kind is unread: the others of it are new, that one is {KEPT}",
        "partial",
        lambda _: [Rule(operation="DescribeVolumes", region=AWAY, change=_nameless)],
        (f"{VOLUME} is unread in {AWAY}: ", "identif"),
        (VOLUME,),
    ),
)
