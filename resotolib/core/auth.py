"""The pre-shared key on the wire: a JSON Web Token (RFC 7519, HS256) signed with a key that PBKDF2 derives from it.

The salt of the derivation travels in the token's header, so a token says itself how to check it. Deriving costs some
50 ms of CPU by intent: `Credentials` and `Verifier` keep what they derived.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any

import jwt
from requests import PreparedRequest
from requests.auth import AuthBase

from resotolib.errors import NotAuthorized

ALGORITHM = "HS256"
ROUNDS = 100_000
KEY_BYTES = 32
SALT_BYTES = 16
TTL = 300  # seconds that a token is good for
CLOCKS_APART = 60.0  # seconds between two clocks that are worth a word
NO_CLAIMS: Mapping[str, Any] = MappingProxyType({})


def derive_key(psk: str, salt: bytes) -> bytes:
    """The signing key of 32 bytes that belongs to this pre-shared key and salt (PBKDF2-HMAC-SHA256, 100,000 rounds)."""
    return hashlib.pbkdf2_hmac("sha256", psk.encode(), salt, ROUNDS, KEY_BYTES)


def bearer_token(psk: str, *, ttl: int | None = TTL, claims: Mapping[str, Any] = NO_CLAIMS) -> str:
    """A new token that is valid for `ttl` seconds, None for ever, and says nothing but `claims`."""
    salt = os.urandom(SALT_BYTES)
    payload = dict(claims) if ttl is None else {**claims, "exp": int(time.time()) + ttl}
    headers = {"salt": base64.b64encode(salt).decode(), "typ": "JWT"}
    return jwt.encode(payload, derive_key(psk, salt), algorithm=ALGORITHM, headers=headers)


def why_refused(date: str) -> str:
    """What to do about an answer 401 to a token of ours. `date`: the answer's Date header, "" if it has none."""
    try:
        ahead = parsedate_to_datetime(date).timestamp() - time.time()
    except (TypeError, ValueError):
        ahead = 0.0
    if abs(ahead) < CLOCKS_APART:
        return "give worker and core the same --psk"
    side = "ahead of" if ahead > 0 else "behind"
    return (
        f"its clock is {abs(ahead):.0f} s {side} that of this machine, and what proves the key is good for {TTL} s "
        "only. Set both clocks, by NTP for example; if that does not help, give worker and core the same --psk"
    )


def verify_token(psk: str, token: str) -> dict[str, Any]:
    """The claims of a token that was signed with this key and has not expired; raises NotAuthorized otherwise."""
    return Verifier(psk).claims(token)


class Verifier:
    """Checks tokens against one pre-shared key and remembers the last key it derived, since clients reuse tokens."""

    def __init__(self, psk: str) -> None:
        self._psk = psk
        self._derived: tuple[bytes, bytes] = (b"", b"")

    def __repr__(self) -> str:
        return "Verifier(psk=...)"

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a valid token; raises NotAuthorized for a wrong signature, an expired or unreadable token."""
        try:
            salt = base64.b64decode(str(jwt.get_unverified_header(token).get("salt", "")), validate=True)
            found: dict[str, Any] = jwt.decode(token, self._key(salt), algorithms=[ALGORITHM])
        except (jwt.InvalidTokenError, binascii.Error) as wrong:
            raise NotAuthorized("the sender of this token", f"{wrong}; give both sides the same --psk") from wrong
        return found

    def _key(self, salt: bytes) -> bytes:
        known_salt, key = self._derived
        if salt != known_salt or not key:
            key = derive_key(self._psk, salt)
            self._derived = (salt, key)
        return key


class Credentials:
    """What a client sends to prove that it knows the pre-shared key; without a key it sends nothing."""

    def __init__(self, psk: str | None, *, ttl: int = TTL, clock: Callable[[], float] = time.time) -> None:
        """`clock`: the one that the core's is compared with; it is set, and goes on while the machine sleeps."""
        self._psk = psk
        self._ttl = ttl
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0

    def __repr__(self) -> str:
        return f"Credentials(psk={'...' if self._psk else None})"

    def headers(self) -> dict[str, str]:
        """HTTP headers for a request or a websocket handshake; their token is good for half of its life at least."""
        if not self._psk:
            return {}
        with self._lock:
            if self._clock() >= self._renew_at:
                self._token = bearer_token(self._psk, ttl=self._ttl)
                self._renew_at = self._clock() + self._ttl * 0.5
            return {"Authorization": f"Bearer {self._token}"}


class Bearer(AuthBase):
    """Signs each request of a session; that there is something here also keeps a .netrc from answering for us."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.update(self._credentials.headers())
        return request
