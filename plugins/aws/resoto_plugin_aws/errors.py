"""What the SDK raises, translated into our errors: the one place that knows AWS error codes."""

from __future__ import annotations

import re
import socket

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from resotolib.errors import (
    CollectError,
    NotAuthenticated,
    NotAvailable,
    NotPermitted,
    Throttled,
    Unreadable,
)

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Client.UnauthorizedOperation",
        "ForbiddenException",
        "NotAuthorized",
        "NotAuthorizedException",
        "UnauthorizedAccess",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "403",
    }
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
UNAUTHENTICATED = EXPIRED | {
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
        "EC2ThrottledException",
        "429",
    }
)
UNAVAILABLE = frozenset(
    {
        "AWSOrganizationsNotInUseException",
        "NotSignedUp",
        "OptInRequired",
        "OptInRequiredException",
        "SubscriptionRequiredException",
        "UninitializedAccountException",
        "UnsupportedUserEditionException",
    }
)
UNOFFERED = frozenset({"UnsupportedCommandException", "UnsupportedRegionException"})
EVERYWHERE = frozenset(
    {
        "autoscaling",
        "cloudformation",
        "cloudwatch",
        "dynamodb",
        "ec2",
        "elb",
        "elbv2",
        "events",
        "iam",
        "kms",
        "lambda",
        "logs",
        "rds",
        "s3",
        "sns",
        "sqs",
        "sts",
    }
)
"""Services that no account has to switch on: one that says so belongs to a suspended account, whose resources exist."""
AGAIN = "the next run asks again"
_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|Unknown(?!Operation)", re.IGNORECASE)
_REQUEST_ID = re.compile(r"\s*\(?(?:RequestI[dD]|Request ID|request id)[:=]?\s*[\w-]+\)?,?")

_SILENT: tuple[tuple[tuple[type[Exception], ...], type[CollectError], str], ...] = (
    (
        (
            sdk.NoCredentialsError,
            sdk.PartialCredentialsError,
            sdk.CredentialRetrievalError,
            sdk.TokenRetrievalError,
            sdk.ProfileNotFound,
            sdk.ConfigParseError,
            sdk.ConfigNotFound,
            sdk.InvalidConfigError,
        ),
        NotAuthenticated,
        "no usable credentials: {0}. Give --aws-access-key-id, --aws-profile, or run where a role is attached",
    ),
    (
        (sdk.UnknownServiceError, sdk.UnknownEndpointError, sdk.NoRegionError, sdk.EndpointProviderError),
        NotAvailable,
        "the service has no endpoint here: {0}",
    ),
    (
        (sdk.HTTPClientError, sdk.ConnectionError),
        Unreadable,
        "no answer: {0}. Check the network between the worker and AWS, and --aws-endpoint-url",
    ),
)
"""Errors without an answer of the service, and what they mean."""


def code_of(error: BaseException) -> str:
    """The vendor's error code, or "" when the error did not come from an answer."""
    if isinstance(error, sdk.ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return ""


def is_gone(error: BaseException) -> bool:
    """Whether the service says that what was asked for does not exist. A page that is not found has no such code."""
    if not isinstance(error, sdk.ClientError):
        return False
    return bool(_GONE.search(code_of(error))) and code_of(error) not in UNAUTHENTICATED


def translate(error: Exception, what: str, *, role: str = "", listed: bool = True) -> CollectError:
    """Our error for one of the SDK's. `what` was tried (`ec2:DescribeVpcs in eu-west-1`), with the rights of `role`.

    `listed`: the SDK's data says that the service is offered there. Where it does not, a host name that does not exist
    means that it is not.
    """
    if isinstance(error, CollectError):
        return error
    if isinstance(error, sdk.ClientError):
        return _answered(error, what, role)
    if not listed and _has_no_address(error):
        return NotAvailable(what, f"the service has no endpoint here: {error}")
    for kinds, translated, reason in _SILENT:
        if isinstance(error, kinds):
            return translated(what, reason.format(error))
    said, *_ = str(error).splitlines() or [""]  # after it may come the whole answer
    said = said.rstrip(". ")
    if isinstance(error, ResponseParserError):
        return Unreadable(
            what, f"the answer makes no sense: {said}. Look for what changes answers on their way; {AGAIN}"
        )
    return Unreadable(what, f"{type(error).__name__}: {said}. This is a fault of ours or of the SDK; {AGAIN}")


def _has_no_address(error: Exception) -> bool:
    if not isinstance(error, sdk.EndpointConnectionError):
        return False
    seen: BaseException | None = error.kwargs.get("error")
    while seen is not None:
        if isinstance(seen, socket.gaierror):
            return seen.errno == socket.EAI_NONAME
        seen = seen.__cause__ or seen.__context__
    return False


def _answered(error: sdk.ClientError, what: str, role: str) -> CollectError:
    code = code_of(error)
    said = _said(error, code)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in UNAUTHENTICATED:
        return NotAuthenticated(
            what, f"{said}. Renew the credentials: they are wrong, expired, or not valid in this region"
        )
    if code in UNAVAILABLE:
        return _unavailable(what, said)
    if code in UNOFFERED:
        return NotAvailable(what, f"{said}. The service does not offer it in this region")
    if code in THROTTLED or status == 429:
        return Throttled(what, f"{said}. Lower --aws-region-pool-size or ask AWS for a higher request quota")
    if code in DENIED or status == 403:
        return NotPermitted(what, f"{said}. {_remedy(said, what, role)}")
    return Unreadable(what, f"{said}. {'AWS could not answer' if status >= 500 else 'AWS refused the call'}; {AGAIN}")


def _unavailable(what: str, said: str) -> CollectError:
    if what.partition(":")[0] in EVERYWHERE:
        return NotPermitted(what, f"{said}. The account may be suspended or closed: look at its state and billing")
    return NotAvailable(what, f"{said}. Nothing to read until it is switched on")


def _said(error: sdk.ClientError, code: str) -> str:
    text = str(error.response.get("Error", {}).get("Message", "") or "").strip()
    text = " ".join(_REQUEST_ID.sub("", text).split()).rstrip(". ")
    return f"{code}: {text}" if text else code or str(error)


def _remedy(said: str, what: str, role: str) -> str:
    action = what.split(" ", 1)[0]
    if "service control policy" in said:
        return (
            f"A service control policy of the organization denies {action}: change it, or leave the kind or region out"
        )
    return f"Allow {action} {f'to role {role}' if role else 'to these credentials'}, or leave the kind out"
