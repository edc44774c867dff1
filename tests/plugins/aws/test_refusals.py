"""What AWS answers when it refuses, and what that means."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from resoto_plugin_aws.errors import translate
from resoto_plugin_aws.refusals import meaning, raise_partial

from resotolib.errors import (
    GoesWith,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    Protected,
    ResotoError,
    StillInUse,
    Throttled,
    Unreadable,
)

CODES: dict[tuple[str, str], type[ResotoError]] = {
    ("DependencyViolation", "has dependencies and cannot be deleted"): StillInUse,
    ("DeleteConflict", "Cannot delete entity, must detach all policies first"): StillInUse,
    ("ResourceInUse", "in use"): StillInUse,
    ("ResourceInUseException", "Cluster has nodegroups attached"): StillInUse,
    ("BucketNotEmpty", "The bucket you tried to delete is not empty"): StillInUse,
    ("InvalidDBInstanceState", "Instance is currently creating"): StillInUse,
    ("InvalidParameterValue", "Network interface 'eni-1' is currently in use."): StillInUse,
    ("ClientException", "Cannot delete, resource must be DISABLED: it must be disabled first"): StillInUse,
    ("OperationNotPermitted", "may not be terminated. Modify its 'disableApiTermination' attribute"): Protected,
    ("OperationNotPermitted", "cannot be deleted because deletion protection is enabled"): Protected,
    ("ValidationError", "Stack [x] cannot be deleted while TerminationProtection is enabled"): Protected,
    ("UnmodifiableEntity", "Cannot perform the operation on the protected role 'AWSServiceRoleForX'"): Protected,
    ("ValidationException", "Cannot delete event bus default."): Protected,
    ("InvalidVolume.NotFound", "The volume 'vol-1' does not exist."): NotFound,
    ("NoSuchBucket", "The specified bucket does not exist"): NotFound,
    ("ValidationError", "Stack with id x does not exist"): NotFound,
    ("InvalidParameterValue", "The parameter does not exist in this version"): Unreadable,
    ("AccessDenied", "User is not authorized to perform this"): NotPermitted,
    ("UnauthorizedOperation", "You are not authorized"): NotPermitted,
    ("Throttling", "Rate exceeded"): Throttled,
    ("RequestLimitExceeded", "Request limit exceeded."): Throttled,
    ("ExpiredToken", "The security token is expired"): NotAuthenticated,
    ("UnknownOperationException", "who knows"): Unreadable,
}


@pytest.mark.parametrize(("code", "words"), CODES)
def test_what_aws_says_when_it_refuses(code: str, words: str) -> None:
    cause = ClientError({"Error": {"Code": code, "Message": words}}, "Delete")
    error = translate(cause, "x:Delete")
    error.__cause__ = cause

    assert type(meaning(error, "a thing")) is CODES[code, words]


@pytest.mark.parametrize(
    ("kind", "error"), [("aws_ec2_security_group", GoesWith), ("aws_ec2_network_acl", GoesWith), ("aws_x", Protected)]
)
def test_a_default_goes_with_its_vpc_or_stays(kind: str, error: type[ResotoError]) -> None:
    cause = ClientError({"Error": {"Code": "CannotDelete", "Message": '"default" cannot be deleted by a user'}}, "D")
    refused = translate(cause, "ec2:D")
    refused.__cause__ = cause

    assert type(meaning(refused, "a thing", kind)) is error


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"Errors": [{"Key": "a", "Code": "AccessDenied", "Message": "denied"}]}, NotPermitted),
        ({"Unsuccessful": [{"ResourceId": "x", "Error": {"Code": "InvalidX.NotFound", "Message": ""}}]}, NotFound),
        ({"FailedRequests": [{"ErrorCode": "ResourceInUse", "ErrorMessage": "busy"}]}, StillInUse),
    ],
)
def test_what_is_left_undone_is_an_error(answer: dict[str, Any], error: type[ResotoError]) -> None:
    with pytest.raises(error):
        raise_partial(answer, "a thing", "x:Delete of a thing")


def test_a_whole_success_is_none() -> None:
    raise_partial({"Errors": [], "Deleted": [{"Key": "a"}], "State": {"Code": 32}}, "a thing", "x:Delete")
