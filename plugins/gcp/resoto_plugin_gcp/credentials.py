"""Credentials of every type that Google issues, each with one token for all threads."""

from __future__ import annotations

import functools
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import google.auth
from google.auth import (
    aws,
    external_account_authorized_user,
    identity_pool,
    impersonated_credentials,
    pluggable,
)
from google.auth import credentials as base
from google.auth._cloud_sdk import get_application_default_credentials_path
from google.auth.environment_vars import CREDENTIALS
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import credentials as user
from google.oauth2 import service_account

from resoto_plugin_gcp.errors import translate
from resotolib.errors import NotAuthenticated

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
AMBIENT = "the credentials of the environment"


class SharedCredentials(base.Credentials):
    """Wraps others so that threads which need a token fetch it once, and share it."""

    def __init__(self, inner: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the SDK ships no types
        self._inner = inner
        self._universe_domain = inner.universe_domain
        self._lock = threading.Lock()
        self._used = threading.local()

    def __repr__(self) -> str:
        return f"SharedCredentials({type(self._inner).__module__})"

    @property
    def valid(self) -> bool:
        """Whether there is a token that is good for a while."""
        return bool(self._inner.valid)

    def refresh(self, request: Any) -> None:
        """Fetch a new token, unless another thread has since the one was fetched that this thread had refused."""
        with self._lock:
            if self._inner.token is None or self._inner.token == getattr(self._used, "token", None):
                self._inner.refresh(request)

    def before_request(self, request: Any, _: str, __: str, headers: Any) -> None:
        """Put a good token into the headers of a request.

        What the wrapped credentials do beside, look up in the background which regions a service account is bound to,
        is left out: Google answers without it.
        """
        with self._lock:
            if not self._inner.valid:
                self._inner.refresh(request)
            self._inner.apply(headers)
            self._used.token = self._inner.token


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials, `what` they are for messages, and the `project` that they name, "" if none."""

    what: str
    credentials: SharedCredentials = field(repr=False)
    project: str = ""


def load(given: str, what: str, quota_project: str | None) -> Login:
    """The credentials for a value of --gcp-service-account: a file, JSON, or "" for those of the environment.

    Raises NotAuthenticated for what cannot be used; the text never says what is in it.
    """
    if not given:
        return _ambient(_source(), quota_project)
    try:
        text = given if given.lstrip().startswith("{") else Path(given).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise NotAuthenticated(what, f"the file cannot be read: {error.strerror}") from error
    return _from_text(text, what, quota_project)


@functools.lru_cache(maxsize=64)
def _from_text(text: str, what: str, quota_project: str | None) -> Login:
    """One login for all that a process does with the same credentials: their token is fetched once."""
    try:
        info = json.loads(text)
    except ValueError:
        raise NotAuthenticated(what, "the file holds no JSON") from None
    if not isinstance(info, dict):
        raise NotAuthenticated(what, "the JSON is no object")
    inner = _from_info(info, what)
    return Login(_named(info, what), _shared(inner, quota_project), str(info.get("project_id") or ""))


def _source() -> tuple[str, int]:
    """The file that the environment's credentials come from, and when it was written; nothing where there is none."""
    usual = get_application_default_credentials_path()  # type: ignore[no-untyped-call]  # the SDK ships no types
    path = Path(os.environ.get(CREDENTIALS) or usual)
    try:
        return str(path), path.stat().st_mtime_ns
    except OSError:
        return "", 0


@functools.lru_cache(maxsize=4)
def _ambient(_: tuple[str, int], quota_project: str | None) -> Login:
    """One login for as long as its source is the same."""
    try:
        inner, project = google.auth.default(scopes=SCOPES)
    except (GoogleAuthError, OSError, ValueError) as error:
        raise translate(error, AMBIENT) from error
    return Login(AMBIENT, _shared(inner, quota_project), project or "")


def _shared(inner: Any, quota_project: str | None) -> SharedCredentials:
    return SharedCredentials(inner.with_quota_project(quota_project) if quota_project else inner)


def _from_info(info: Mapping[str, Any], what: str) -> Any:
    kind = info.get("type")
    make = _TYPES.get(str(kind))
    if make is None:
        raise NotAuthenticated(what, f"its type is {kind!r}; there are: {', '.join(_TYPES)}")
    try:
        return make(info)
    except (GoogleAuthError, ValueError, TypeError, KeyError, AttributeError) as error:
        # Whatever the library says of a broken key may hold a part of it.
        raise NotAuthenticated(what, f"it is no usable {kind}: {type(error).__name__}{_missing(info)}") from None


def _missing(info: Mapping[str, Any]) -> str:
    lacking = [name for name in _MEMBERS.get(str(info.get("type")), ()) if not info.get(name)]
    return f", {', '.join(lacking)} missing" if lacking else ""


def _named(info: Mapping[str, Any], what: str) -> str:
    email = info.get("client_email")
    return f"service account {email}" if email else f"{what} ({info['type']})"


def _external(info: Mapping[str, Any]) -> Any:
    source = info.get("credential_source") or {}
    if info.get("subject_token_type") == "urn:ietf:params:aws:token-type:aws4_request":
        return aws.Credentials.from_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]  # as above
    module = pluggable if "executable" in source else identity_pool
    return module.Credentials.from_info(info, scopes=SCOPES)


def _service_account(info: Mapping[str, Any]) -> Any:
    return service_account.Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]  # as above


def _user(info: Mapping[str, Any]) -> Any:
    return user.Credentials.from_authorized_user_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]  # as above


def _workforce(info: Mapping[str, Any]) -> Any:
    return external_account_authorized_user.Credentials.from_info(info)  # type: ignore[no-untyped-call]  # as above


def _impersonated(info: Mapping[str, Any]) -> Any:
    make = impersonated_credentials.Credentials.from_impersonated_service_account_info
    return make(info, scopes=SCOPES)  # type: ignore[no-untyped-call]  # as above


_TYPES = {
    "service_account": _service_account,
    "authorized_user": _user,
    "external_account": _external,
    "external_account_authorized_user": _workforce,
    "impersonated_service_account": _impersonated,
}
_MEMBERS = {
    "service_account": ("client_email", "private_key", "token_uri"),
    "authorized_user": ("client_id", "client_secret", "refresh_token"),
    "external_account": ("audience", "subject_token_type", "token_url", "credential_source"),
    "external_account_authorized_user": ("audience", "refresh_token", "token_url", "client_id", "client_secret"),
    "impersonated_service_account": ("service_account_impersonation_url", "source_credentials"),
}
