"""What the SDK raises, in our words."""

from __future__ import annotations

import pickle
import socket
from typing import Any

import pytest
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError
from resoto_plugin_aws.errors import UNAVAILABLE, is_gone, translate

from resotolib.collect.completeness import Cause, Outcome, reading_of
from resotolib.errors import (
    CollectError,
    NotAuthenticated,
    NotAvailable,
    NotPermitted,
    Stopped,
    Throttled,
    Unreadable,
)

WHAT = "ec2:DescribeVpcs in eu-west-1"


def answered(code: str, status: int = 400, message: str = "Because.") -> sdk.ClientError:
    answer: dict[str, Any] = {"Error": {"Code": code, "Message": message}}
    return sdk.ClientError({**answer, "ResponseMetadata": {"HTTPStatusCode": status}}, "DescribeVpcs")


@pytest.mark.parametrize(
    ("error", "expected", "words"),
    [
        (answered("UnauthorizedOperation", 403), NotPermitted, "Allow ec2:DescribeVpcs"),
        (answered("SomethingNew", 403), NotPermitted, "Allow ec2:DescribeVpcs"),
        (
            answered("AccessDenied", 403, "… in a service control policy"),
            NotPermitted,
            "of the organization denies ec2:Desc",
        ),
        (answered("ExpiredToken", 403), NotAuthenticated, "expired"),
        (answered("AuthFailure", 401), NotAuthenticated, "not valid in this region"),
        (answered("RequestLimitExceeded", 503), Throttled, "--aws-region-pool-size"),
        (answered("Odd", 429), Throttled, "--aws-region-pool-size"),
        (answered("OptInRequired", 403), NotPermitted, "may be suspended"),
        (answered("UnsupportedRegionException"), NotAvailable, "does not offer it in this region"),
        (answered("UnsupportedCommandException"), NotAvailable, "does not offer it in this region"),
        (answered("InternalFailure", 500), Unreadable, "InternalFailure: Because"),
        (sdk.NoCredentialsError(), NotAuthenticated, "--aws-access-key-id"),
        (sdk.ProfileNotFound(profile="p"), NotAuthenticated, "--aws-profile"),
        (sdk.UnknownServiceError(service_name="x", known_service_names="y"), NotAvailable, "no endpoint"),
        (sdk.EndpointConnectionError(endpoint_url="https://x"), Unreadable, "--aws-endpoint-url"),
        (sdk.ReadTimeoutError(endpoint_url="https://x"), Unreadable, "no answer"),
        (ValueError("odd"), Unreadable, "ValueError: odd"),
        (Stopped("account 1"), Stopped, "told to stop"),
    ],
)
def test_errors_say_what_happened_where_and_what_to_do(
    error: Exception, expected: type[CollectError], words: str
) -> None:
    found = translate(error, WHAT)

    assert type(found) is expected
    assert words in str(found)
    assert str(pickle.loads(pickle.dumps(found))) == str(found)


@pytest.mark.parametrize(
    ("listed", "code", "expected"),
    [
        (True, socket.EAI_NONAME, Unreadable),
        (False, socket.EAI_NONAME, NotAvailable),
        (False, socket.EAI_AGAIN, Unreadable),
    ],
)
def test_a_host_without_an_address_is_absent_only_where_the_service_is_not_listed(
    listed: bool, code: int, expected: type[CollectError]
) -> None:
    cause = socket.gaierror(code, "no address")

    found = translate(sdk.EndpointConnectionError(endpoint_url="https://x", error=cause), WHAT, listed=listed)

    assert type(found) is expected


def test_the_role_that_lacks_the_right_is_named() -> None:
    assert "to role auditor" in str(translate(answered("AccessDenied", 403), WHAT, role="auditor"))


def test_pages_are_told_in_one_line() -> None:
    said = str(translate(answered("404", 404, "<html>\n<h1>Not Found</h1>\n"), WHAT))

    assert "404: <html> <h1>Not Found</h1>. AWS refused the call" in said


def test_request_ids_are_left_out() -> None:
    said = str(translate(answered("Odd", 400, "No. (Request ID: 1234-abcd)"), WHAT))

    assert "1234" not in said


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (answered("NoSuchBucket", 404), True),
        (answered("ResourceNotFoundException"), True),
        (answered("DBInstanceNotFound"), True),
        (answered("QueueDoesNotExist"), True),
        (answered("404", 404), False),
        (answered("UnknownOperationException"), False),
        (answered("AccessDenied", 403), False),
        (answered("InvalidClientTokenId", 403), False),
        (ValueError("NotFound"), False),
    ],
)
def test_what_is_gone_is_told_from_what_is_denied(error: Exception, gone: bool) -> None:
    assert is_gone(error) is gone


CLASSES: dict[str, tuple[Exception, Outcome, Cause | None, str]] = {
    "throttled": (answered("Throttling"), Outcome.UNREAD, Cause.THROTTLED, "Lower --aws-region-pool-size"),
    "denied": (answered("AccessDenied", 403), Outcome.UNREAD, Cause.DENIED, "Allow ec2:DescribeVpcs to role auditor"),
    "denied by the organization": (
        answered("AccessDenied", 403, "with an explicit deny in a service control policy"),
        Outcome.UNREAD,
        Cause.DENIED,
        "A service control policy of the organization denies ec2:DescribeVpcs: change it",
    ),
    "a suspended account": (
        answered("OptInRequired", 403),
        Outcome.UNREAD,
        Cause.DENIED,
        "The account may be suspended",
    ),
    "no endpoint": (
        sdk.UnknownEndpointError(service_name="ec2", region_name="x"),
        Outcome.ABSENT,
        None,
        "the service has no endpoint here",
    ),
    "an expired token": (
        answered("ExpiredToken", 403),
        Outcome.UNREAD,
        Cause.NOT_AUTHENTICATED,
        "Renew the credentials",
    ),
    "a malformed answer": (
        ResponseParserError("Unable to parse response (no element found)\n<the whole answer>"),
        Outcome.UNREAD,
        Cause.FAILED,
        "makes no sense: Unable to parse response (no element found). Look for what changes answers on their way",
    ),
    "no answer": (
        sdk.ReadTimeoutError(endpoint_url="https://x"),
        Outcome.UNREAD,
        Cause.FAILED,
        "Check the network between the worker and AWS",
    ),
    "a server that fails": (answered("InternalFailure", 500), Outcome.UNREAD, Cause.FAILED, "the next run asks again"),
    "a fault of ours": (KeyError("Vpcs"), Outcome.UNREAD, Cause.FAILED, "KeyError: 'Vpcs'. This is a fault of ours"),
}


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_has_an_outcome_and_a_remedy(name: str) -> None:
    error, outcome, cause, remedy = CLASSES[name]

    found = reading_of("eu-west-1", "aws_vpc", translate(error, WHAT, role="auditor"))

    assert (found.outcome, found.cause) == (outcome, cause)
    assert found.reason.startswith(f"{WHAT}: ")
    assert remedy in found.reason
    assert "the whole answer" not in found.reason


@pytest.mark.parametrize("code", sorted(UNAVAILABLE))
@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("guardduty:ListDetectors in eu-west-1", Outcome.ABSENT),
        ("s3:ListBuckets in us-east-1", Outcome.UNREAD),
        ("lambda:ListFunctions in eu-west-1", Outcome.UNREAD),
    ],
)
def test_only_a_service_that_has_to_be_switched_on_can_be_off(what: str, outcome: Outcome, code: str) -> None:
    assert reading_of("eu-west-1", "aws_x", translate(answered(code, 403), what)).outcome is outcome


@pytest.mark.parametrize(
    ("error", "outcome", "cause"),
    [
        (NotPermitted(WHAT, "no"), Outcome.UNREAD, Cause.DENIED),
        (Throttled(WHAT, "no"), Outcome.UNREAD, Cause.THROTTLED),
        (NotAuthenticated(WHAT, "no"), Outcome.UNREAD, Cause.NOT_AUTHENTICATED),
        (Unreadable(WHAT, "no"), Outcome.UNREAD, Cause.FAILED),
        (NotAvailable(WHAT, "no"), Outcome.ABSENT, None),
    ],
)
def test_only_what_is_not_offered_is_absent(error: CollectError, outcome: Outcome, cause: Cause | None) -> None:
    found = reading_of("eu-west-1", "aws_vpc", error)

    assert (found.region, found.kind, found.outcome, found.cause) == ("eu-west-1", "aws_vpc", outcome, cause)
    assert WHAT in found.reason
