"""What Slack says when something is wrong, translated into our errors: the one place that knows its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resotolib.errors import CollectError, NotAuthenticated, NotPermitted, Throttled, Unreadable

UNAUTHENTICATED = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked", "user_removed_from_team"}
)
DENIED = frozenset(
    {
        "access_denied",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "org_login_required",
        "team_access_not_granted",
    }
)
THROTTLED = frozenset({"rate_limited", "ratelimited"})
MOMENTARY = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"})
"""What another try may get over."""


def refused(status: int, body: Any, what: str) -> CollectError:
    """Our error for an answer that is no success."""
    code = code_of(body)
    said = f"status {status}: {code}" if code and status != 200 else code or "the answer is none that Slack documents"
    if code in UNAUTHENTICATED or status == 401:
        return NotAuthenticated(what, f"{said}. Give a valid --slack-bot-token: OAuth & Permissions in the app's page")
    if code in THROTTLED or status == 429:
        return Throttled(what, f"{said}. Raise --slack-throttle-timeout, or collect less often")
    if code in DENIED or status == 403:
        needed = body.get("needed") if isinstance(body, Mapping) else ""
        return denied(what, said, str(needed or ""))
    return Unreadable(what, said)


def denied(what: str, said: str, needed: str) -> NotPermitted:
    """That a scope is missing, and which."""
    remedy = f"Add the scope {needed} to the app and install it again" if needed else "Ask an owner of the workspace"
    return NotPermitted(what, f"{said}. {remedy}")


def code_of(body: Any) -> str:
    """The vendor's word for what is wrong, "" when there is none."""
    return str(body.get("error") or "") if isinstance(body, Mapping) else ""
