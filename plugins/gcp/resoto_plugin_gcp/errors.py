"""What Google and its libraries say when something is wrong, translated: the one place that knows their words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from google.auth import exceptions as auth

from resotolib.errors import (
    CollectError,
    NotAuthenticated,
    NotAvailable,
    NotPermitted,
    Throttled,
    Unreadable,
)

LONGEST = 300
PASSING = frozenset({500, 502, 503, 504})
"""Statuses of what may be well a moment later."""

_THROTTLED = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"})
_DISABLED = frozenset({"SERVICE_DISABLED", "accessNotConfigured"})
_UNPAID = frozenset({"BILLING_DISABLED"})
_QUOTA_PROJECT = frozenset({"USER_PROJECT_DENIED"})
_OFF_IN = re.compile(r"has not been used in project (?P<project>[a-z0-9.:-]+) before or it is disabled")
"""How Google names the consumer where it does so in words only."""
_NO_APP = "appengine"  # a project without an application has nothing there, and says 404


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that is no success, in one form whoever sent the request."""

    status: int
    message: str = ""
    reasons: frozenset[str] = frozenset()
    consumer: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def throttled(self) -> bool:
        """There were too many requests."""
        return self.status == 429 or (self.status == 403 and not self.reasons.isdisjoint(_THROTTLED))

    @property
    def passing(self) -> bool:
        """It may be well a moment later."""
        return self.status in PASSING

    @property
    def missing(self) -> bool:
        """What was asked about does not exist, says Google itself; a page that is not found has no reason."""
        return self.status == 404 and bool(self.reasons)

    @property
    def retry_after(self) -> float:
        """Seconds that the server asks us to wait; 0 when it does not say."""
        try:
            return max(float(self.headers.get("retry-after", "")), 0.0)
        except ValueError:
            return 0.0

    def __str__(self) -> str:
        return f"status {self.status}{': ' if self.message else ''}{self.message}"


class Refused(Exception):
    """Google answered, and not with what was asked for: (what it said)."""

    @property
    def said(self) -> Said:
        """What it said."""
        said: Said = self.args[0]
        return said


def read_answer(status: int, body: bytes | str | Mapping[str, Any], headers: Mapping[str, str]) -> Said:
    """What an answer over HTTP says."""
    low = {str(name).lower(): str(value) for name, value in headers.items()}
    try:
        data = body if isinstance(body, Mapping) else json.loads(body)
    except ValueError:
        return Said(status, _shortened(body if isinstance(body, str) else ""), headers=low)
    error = data.get("error") if isinstance(data, Mapping) else None
    if not isinstance(error, Mapping):
        words = data.get("error_description") or error or "" if isinstance(data, Mapping) else ""
        return Said(status, _shortened(str(words)), headers=low)
    details = [detail for detail in error.get("details", ()) if isinstance(detail, Mapping)]
    consumers = (detail["metadata"].get("consumer", "") for detail in details if "metadata" in detail)
    reasons = frozenset(_reasons(error, details))
    message = str(error.get("message", ""))
    return Said(status, _shortened(message), reasons, next(consumers, "") or consumer_in(message), low)


def consumer_in(message: str) -> str:
    """The project that a message says a service is switched off in, as `projects/…`; "" when it says none."""
    found = _OFF_IN.search(message)
    return f"projects/{found['project']}" if found else ""


def _reasons(error: Mapping[str, Any], details: list[Mapping[str, Any]]) -> Iterator[str]:
    for part in (*error.get("errors", ()), *details):
        if isinstance(part, Mapping) and part.get("reason"):
            yield str(part["reason"])
    if error.get("status"):
        yield str(error["status"])


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words.rstrip(". ") if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def may_pass(error: Exception) -> bool:
    """Whether a request that got no answer may get one a moment later."""
    if isinstance(error, auth.GoogleAuthError):
        return bool(error.retryable)
    names = (requests.exceptions.SSLError, requests.exceptions.InvalidURL, requests.exceptions.ProxyError)
    return isinstance(error, requests.RequestException) and not isinstance(error, names)


def translate(error: Exception, what: str, consumers: frozenset[str] = frozenset()) -> CollectError:
    """Our error for what went wrong when `what` was tried.

    `consumers`: the project that was asked about, by name and number, as `projects/…`: only there a service that is
    switched off means that there is nothing.
    """
    if isinstance(error, CollectError):
        return error
    if isinstance(error, Refused):
        return _refused(error.said, what, consumers)
    said, kind = _words(error), type(error).__name__
    for types, translated, reason in _SILENT:
        if isinstance(error, types):
            return translated(what, reason.format(said=said, kind=kind))
    return Unreadable(what, f"{kind}: {said}")


_SILENT: tuple[tuple[type[Exception], type[CollectError], str], ...] = (
    (auth.DefaultCredentialsError, NotAuthenticated, "no usable credentials: {said}. Give --gcp-service-account"),
    (
        auth.TransportError,
        Unreadable,
        "no answer to the login: {said}. Check the network between the worker and Google",
    ),
    (auth.GoogleAuthError, NotAuthenticated, "{said}. The credentials are wrong, expired or withdrawn"),
    (
        requests.RequestException,
        Unreadable,
        "no answer: {kind}: {said}. Check the network between the worker and Google, and --gcp-endpoint-url",
    ),
)
"""Errors without an answer, and what they mean; the first that fits."""


def _refused(said: Said, what: str, consumers: frozenset[str]) -> CollectError:
    if said.throttled:
        return Throttled(what, f"{said}. Lower --gcp-zone-pool-size, or ask Google for a higher quota")
    if said.status == 401:
        return NotAuthenticated(what, f"{said}. The credentials are wrong, expired or withdrawn")
    if said.status == 403:
        return _forbidden(said, what, consumers)
    if said.missing and what.startswith(_NO_APP):
        return NotAvailable(what, f"{said}. Nothing to read until there is an application")
    return Unreadable(what, str(said))


def _forbidden(said: Said, what: str, consumers: frozenset[str]) -> CollectError:
    if not said.reasons.isdisjoint(_DISABLED):
        if not said.consumer or said.consumer in consumers:
            return NotAvailable(what, f"{said}. Nothing to read until it is switched on")
        remedy = f"Switch the API on in {said.consumer}, which the calls are counted on, or give --gcp-quota-project"
        return NotPermitted(what, f"{said}. {remedy}")
    if not said.reasons.isdisjoint(_UNPAID):
        remedy = f"Switch billing on in {said.consumer or 'the project'}, or leave the kind out"
        return NotPermitted(what, f"{said}. {remedy}")
    if not said.reasons.isdisjoint(_QUOTA_PROJECT):
        return NotAuthenticated(what, f"{said}. Give another --gcp-quota-project")
    return NotPermitted(what, f"{said}. Give the credentials the role that `permissions gcp` prints, or leave it out")


def _words(error: Exception) -> str:
    """The first line: after it may come a whole answer."""
    first = error.args[0] if error.args else ""
    return _shortened((str(first).splitlines() or [""])[0])
