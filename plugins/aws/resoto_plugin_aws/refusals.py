"""What AWS answers when something cannot be changed or deleted, translated into our errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from resoto_plugin_aws.errors import code_of, translate
from resotolib.errors import CollectError, GoesWith, NotFound, Protected, ResotoError, StillInUse

# Stricter than what reading takes for gone: here it means that a resource is marked as deleted. A bare 404 may come
# from whatever stands between AWS and us.
_NOT_FOUND = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent")
_NOT_FOUND_WORDS = re.compile(r"(does not exist|doesn't exist|not found)\b", re.IGNORECASE)
_OTHERS = re.compile(r"not owned by the current account")  # what guardduty says of a detector that it has not got
_VALIDATION = frozenset({"ValidationError", "ValidationException"})  # autoscaling and cloudformation say it in words

_IN_USE = re.compile(
    r"DependencyViolation|DeleteConflict|InUse|BucketNotEmpty|IncorrectState|IncorrectInstanceState"
    r"|ResourceConflict|ConflictException|OperationInProgress|ScalingActivityInProgress"
    r"|HasActive|HasAssociat|NotEmpty|StillAttached|^Invalid\w+State(Fault)?$|OperationAborted"
)
_IN_USE_WORDS = re.compile(
    r"\b(is (currently )?in use|still in use|has dependencies|must be disabled)\b", re.IGNORECASE
)
_PROTECTED = re.compile(
    r"\b(termination|deletion|delete)[ -]?protect|\bprotected\b|disableApiTermination", re.IGNORECASE
)
_DEFAULT = re.compile(
    r"cannot delete .*\bdefault\b|\bdefault\b.*(cannot be deleted|is reserved)|cannot be deleted.*\bdefault\b",
    re.IGNORECASE,
)
_FAILED = re.compile(r"Unsuccess|Fail|Error", re.IGNORECASE)
_VPC_S_OWN = frozenset({"security_group", "network_acl"})


@contextmanager
def refused(name: str, kind: str = "") -> Iterator[None]:
    """Turns what reading means by an error into what changing means by it, for the resource `name`."""
    try:
        yield
    except CollectError as error:
        meant = meaning(error, name, kind)
        if meant is error:
            raise
        raise meant from error


def meaning(error: CollectError, name: str, kind: str = "") -> ResotoError:
    """What an error means for the resource `name`.

    NotFound: it does not exist. StillInUse: something needs it, now. Protected: it is switched on that it stays.
    GoesWith: AWS deletes it with its VPC. Everything else is what it means for reading.
    """
    cause = error.__cause__
    if not isinstance(cause, ClientError):
        return error
    words = str(cause.response.get("Error", {}).get("Message", "")).strip()
    return _meaning(code_of(cause), words, name, kind) or error


def raise_partial(answer: Mapping[str, Any], name: str, what: str) -> None:
    """Raise what a call for several resources has left undone; AWS answers such a call as if all was well."""
    for code, words in _partial(answer):
        error = ClientError({"Error": {"Code": code, "Message": words}}, what)
        raise _meaning(code, words, name, "") or translate(error, what)


def _meaning(code: str, words: str, name: str, kind: str) -> ResotoError | None:
    said = f"{code}: {words}".rstrip(": ")
    if _DEFAULT.search(words) or code == "CannotDelete":
        vpc = any(kind.endswith(suffix) for suffix in _VPC_S_OWN)
        return GoesWith(name, f"its VPC, whose default it is ({said})") if vpc else Protected(name, said)
    if _PROTECTED.search(f"{code} {words}"):
        return Protected(name, said)
    if _NOT_FOUND.search(code) or _OTHERS.search(words) or (code in _VALIDATION and _NOT_FOUND_WORDS.search(words)):
        return NotFound(name, said)
    if _IN_USE.search(code) or _IN_USE_WORDS.search(words):
        return StillInUse(name, said)
    return None


def _partial(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, member in answer.items():
        for part in member if isinstance(member, list) and _FAILED.search(name) else ():
            error = part.get("Error", part) if isinstance(part, Mapping) else {}
            words = str(error.get("Message") or error.get("ErrorMessage") or "")
            yield str(error.get("Code") or error.get("ErrorCode") or "Failed"), words
