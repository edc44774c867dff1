"""Who is calling: signed assertions are verified, tokens are issued, all as Google does it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.schema import Json

AUDIENCE = "https://oauth2.googleapis.com/token"
"""What assertions are meant for, whatever the token address in the key file says."""

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_MISSING = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential."
)
_INVALID = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential."
)


@dataclass(frozen=True)
class Principal:
    """Someone who may call. `projects`: the ids of those it sees, None for all."""

    email: str
    projects: frozenset[str] | None = None

    def sees(self, project: str) -> bool:
        """Whether it has any right in the project."""
        return self.projects is None or project in self.projects


ANYONE = Principal("anonymous")


@dataclass
class _Account:
    principal: Principal
    key: RSAPublicKey | None = None
    key_id: str = ""


@dataclass
class Logins:
    """The accounts, what they hold, and the tokens issued so far."""

    token_seconds: int = 3600
    issued: dict[str, int] = field(default_factory=dict)
    _accounts: dict[str, _Account] = field(default_factory=dict)
    _secrets: dict[str, Principal] = field(default_factory=dict)
    _tokens: dict[str, tuple[Principal, float]] = field(default_factory=dict)

    def add(self, body: Json) -> None:
        """An account: `email`, and as it may have them `projects`, `public_key` (PEM), `key_id`, and `secrets`, which
        are refresh tokens and tokens of other identity providers that are taken for it."""
        projects = body.get("projects")
        principal = Principal(body["email"], None if projects is None else frozenset(projects))
        key = load_pem_public_key(body["public_key"].encode()) if body.get("public_key") else None
        assert key is None or isinstance(key, RSAPublicKey)
        self._accounts[principal.email] = _Account(principal, key, body.get("key_id", ""))
        for secret in body.get("secrets", ()):
            self._secrets[secret] = principal

    def revoke(self) -> None:
        """No token issued so far is worth anything any more."""
        self._tokens.clear()

    def account(self, email: str) -> Principal:
        """The account of that address. Raises the API's 404."""
        if email not in self._accounts:
            raise ApiError(404, f"Unknown service account: {email}")
        return self._accounts[email].principal

    def issue(self, how: str, principal: Principal) -> str:
        """A new access token."""
        self.issued[how] = self.issued.get(how, 0) + 1
        seed = f"{principal.email} {len(self._tokens)} {time.monotonic_ns()}"
        token = "ya29." + hashlib.sha256(seed.encode()).hexdigest()
        self._tokens[token] = principal, time.time() + self.token_seconds
        return token

    def exchange(self, body: bytes) -> Json:
        """The token endpoint. Raises ApiError, whose body is OAuth's here."""
        form = dict(parse_qsl(body.decode()))
        grant = form.get("grant_type", "")
        if grant == _JWT_BEARER:
            claims = self._claims(form.get("assertion", ""), 400)
            if claims.get("aud") != AUDIENCE or not claims.get("scope"):
                raise ApiError(400, "invalid_grant: Invalid JWT: the audience or the scope is wrong.")
            how, principal = "assertion", self._accounts[claims["iss"]].principal
        elif grant in (_EXCHANGE, "refresh_token"):
            secret = form.get("subject_token") or form.get("refresh_token") or ""
            if secret not in self._secrets:
                raise ApiError(400, "invalid_grant: The token has been expired or revoked.")
            how, principal = "exchange" if grant == _EXCHANGE else "refresh", self._secrets[secret]
        else:
            raise ApiError(400, f"unsupported_grant_type: Invalid grant_type: {grant}")
        answer = {"access_token": self.issue(how, principal), "expires_in": self.token_seconds, "token_type": "Bearer"}
        if grant == _EXCHANGE:
            answer["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token"
        return answer

    def caller(self, headers: Mapping[str, str], host: str) -> Principal:
        """Who a request is from; `host` is the service's. Raises the API's 401."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise ApiError(401, _MISSING, "required")
        if token.count(".") == 2:
            claims = self._claims(token, 401)
            if not claims.get("scope") and claims.get("aud") != f"https://{host}/":
                raise ApiError(401, _INVALID)
            self.issued["self-signed"] = self.issued.get("self-signed", 0) + 1
            return self._accounts[claims["iss"]].principal
        principal, until = self._tokens.get(token, (ANYONE, 0.0))
        if until < time.time():
            raise ApiError(401, _INVALID)
        return principal

    def _claims(self, token: str, status: int) -> Json:
        """What a JSON Web Token says, once its signature, its times and its account have been verified."""
        with suppress(ValueError, KeyError, TypeError, binascii.Error, InvalidSignature):  # Google does not tell which
            head, payload, signature = token.split(".")
            header, claims = json.loads(_decoded(head)), json.loads(_decoded(payload))
            account = self._accounts[claims["iss"]]
            good = header["alg"] == "RS256" and header.get("kid", "") in ("", account.key_id) and _holds_now(claims)
            if good and account.key is not None:
                account.key.verify(_decoded(signature), f"{head}.{payload}".encode(), PKCS1v15(), hashes.SHA256())
                return dict(claims)
        raise ApiError(status, "invalid_grant: Invalid JWT Signature." if status == 400 else _INVALID)


def _holds_now(claims: Json) -> bool:
    began, ends = float(claims["iat"]), float(claims["exp"])
    return began - 300 <= time.time() < ends <= began + 3660


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def oauth_body(error: ApiError) -> Json:
    """An error of the token endpoint."""
    word, _, text = error.message.partition(": ")
    return {"error": word, "error_description": text or error.message}
