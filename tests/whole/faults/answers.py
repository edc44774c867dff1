"""Faults of the cloud that are told by what it answers: each has a meaning and an outcome of its own."""

from __future__ import annotations

from tests.fakes.aws.proxy import Rule
from tests.whole.faults.cloud import AWAY
from tests.whole.faults.declared import KEPT, KEY, TOPIC, CloudFault

SCP = "is not authorized to perform this action with an explicit deny in a service control policy"


def _with_a_topic_that_is_gone(answer: bytes) -> bytes:
    gone = f"<member><TopicArn>arn:aws:sns:{AWAY}:123456789012:gone-since</TopicArn></member>"
    return answer.replace(b"<Topics>", b"<Topics>" + gone.encode(), 1)


def _regions_are_tried() -> list[Rule]:
    return [
        Rule("UnauthorizedOperation", 403, "DescribeRegions"),
        Rule("AccessDeniedException", 403, service="account"),
    ]


ANSWER_FAULTS: tuple[CloudFault, ...] = (
    CloudFault(
        "a service control policy closes a service in a region",
        f"the kind is unread and {KEPT}; the message names the policy",
        "partial",
        lambda _: [Rule("AuthorizationError", 403, service="sns", region=AWAY, message=SCP)],
        (f"{TOPIC} is unread in {AWAY}: ", "A service control policy of the organization denies sns:ListTopics"),
        (TOPIC,),
        AWAY,
        victim=KEY,
    ),
    CloudFault(
        "a service is not switched on in the account",
        "there is nothing to read: no error, and everything else is read",
        "done",
        lambda _: [Rule("SubscriptionRequiredException", 400, service="guardduty")],
        (),
        sent=False,
    ),
    CloudFault(
        "an object vanishes between list and detail",
        "it is left out: it is gone",
        "done",
        lambda _: [Rule(operation="ListTopics", region=AWAY, change=_with_a_topic_that_is_gone)],
        (),
        sent=False,
    ),
    CloudFault(
        "a region is closed while regions are found by trying",
        "nothing is read there, which is told; the others are read",
        "done",
        lambda _: [*_regions_are_tried(), Rule("InvalidClientTokenId", 403, "GetCallerIdentity", region="ap-east-1")],
        ("Regions are found another way: ", "those that answered: "),
        sent=False,
    ),
    CloudFault(
        "the token expires while regions are found by trying",
        "the accounts are not sent and the core keeps them: no answer does not mean that a region is closed",
        "failed",
        lambda _: [*_regions_are_tried(), Rule("ExpiredToken", 403, "GetCallerIdentity", region=AWAY)],
        ("Not collected: ", "ExpiredToken", f"sts:GetCallerIdentity in {AWAY}"),
        sent=False,
        victim=None,
    ),
)
