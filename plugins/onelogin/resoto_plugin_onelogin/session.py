"""A login: the token that all calls are made with, and what it says about the account."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from resoto_plugin_onelogin import flags
from resoto_plugin_onelogin.errors import refused
from resoto_plugin_onelogin.patience import Patience
from resoto_plugin_onelogin.settings import OneLoginSettings
from resoto_plugin_onelogin.transport import Answer, Transport
from resotolib.collect.scope import Scope
from resotolib.collect.watch import Unwatched, Watch
from resotolib.errors import Unreadable

TOKEN_PATH = "/auth/oauth2/v2/token"  # noqa: S105  # a path
_WHAT = f"The login at {TOKEN_PATH}"


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    account: str = ""


class Session:
    """Calls with a token that is fetched when it is first needed, and once more when it is refused; closed by `with`.

    May be used from any number of threads. What goes wrong is a CollectError that says what was called and why not.
    """

    def __init__(self, settings: OneLoginSettings, watch: Watch | None = None) -> None:
        """`watch`: the run that these calls belong to."""
        self._settings = settings
        self._watch = watch or Unwatched()
        self._transport = Transport(flags.host(settings))
        self._lock = threading.Lock()
        self._token: _Token | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._transport.__exit__(kind, error, traceback)

    def scope(self) -> Scope:
        """The account that the credentials belong to, named by its subdomain where that is known."""
        subdomain = flags.subdomain(self._settings)
        account = self._valid(None).account or subdomain
        if not account:
            raise Unreadable(_WHAT, "the answer names no account. Name it: --onelogin-endpoint-url https://SUBDOMAIN.…")
        return Scope(flags.CLOUD, account, subdomain or account)

    def get(self, path: str, query: Mapping[str, Any]) -> Answer:
        """The answer to a GET: a success. Waits for rate limits and tries again what fails for a moment."""
        token = self._valid(None)
        answer = self._patient("GET", path, query, token)
        if answer.status == 401:
            answer = self._patient("GET", path, query, self._valid(token))
        if answer.status not in (200, 201):
            raise refused(answer.status, answer.data, f"GET {path}")
        return answer

    def _valid(self, refused_token: _Token | None) -> _Token:
        """A token that is not the refused one; threads that had the same one refused fetch one new token together."""
        with self._lock:
            if self._token is None or self._token is refused_token:
                self._token = self._login()
            return self._token

    def _login(self) -> _Token:
        secret = f"client_id:{self._settings.client_id}, client_secret:{self._settings.client_secret}"
        patience = self._patience("POST", TOKEN_PATH)
        body = {"grant_type": "client_credentials"}
        headers = {"Authorization": secret, "Content-Type": "application/json"}
        answer = patience.call(lambda: self._transport.send("POST", TOKEN_PATH, {}, headers, body))
        if answer.status not in (200, 201):
            raise refused(401 if answer.status == 400 else answer.status, answer.data, _WHAT)
        value = answer.data.get("access_token") if isinstance(answer.data, Mapping) else None
        if not isinstance(value, str) or not value:
            raise Unreadable(_WHAT, "the answer holds no access token")
        account = answer.data.get("account_id")
        return _Token(value, "" if account is None else str(account))

    def _patient(self, method: str, path: str, query: Mapping[str, Any], token: _Token) -> Answer:
        headers = {"Authorization": f"bearer {token.value}"}
        patience = self._patience(method, path)
        return patience.call(lambda: self._transport.send(method, path, query, headers))

    def _patience(self, method: str, path: str) -> Patience:
        return Patience(self._watch, self._settings.throttle_timeout, f"{method} {path}")
