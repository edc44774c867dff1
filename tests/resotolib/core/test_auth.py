"""Tokens of the pre-shared key."""

from __future__ import annotations

import base64
import hashlib
import time

import jwt
import pytest

from resotolib.core.auth import Credentials, Verifier, bearer_token, verify_token
from resotolib.errors import NotAuthorized


def test_a_token_carries_its_salt_and_its_end() -> None:
    token = bearer_token("secret", claims={"sha256_fingerprint": "AA:BB"})

    header = jwt.get_unverified_header(token)
    claims = verify_token("secret", token)

    assert header["alg"] == "HS256"
    assert header["typ"] == "JWT"
    assert len(base64.b64decode(header["salt"])) == 16
    assert claims["sha256_fingerprint"] == "AA:BB"
    assert 290 <= claims["exp"] - time.time() <= 300


def test_a_token_without_end_is_accepted() -> None:
    salt = b"0123456789abcdef"
    key = hashlib.pbkdf2_hmac("sha256", b"secret", salt, 100_000, 32)
    token = jwt.encode({"a": 1}, key, algorithm="HS256", headers={"salt": base64.b64encode(salt).decode()})

    assert verify_token("secret", token) == {"a": 1}


@pytest.mark.parametrize(
    "token",
    [
        bearer_token("other"),
        bearer_token("secret", ttl=-1),
        "",
        "a.b.c",
        jwt.encode({}, "x" * 32, algorithm="HS256"),
        jwt.encode({}, "x" * 32, algorithm="HS256", headers={"salt": "%%%"}),
        jwt.encode({}, "", algorithm="none", headers={"salt": "AAAA"}),
    ],
    ids=["other key", "expired", "empty", "garbage", "no salt", "bad salt", "unsigned"],
)
def test_other_tokens_are_refused(token: str) -> None:
    with pytest.raises(NotAuthorized, match="--psk"):
        verify_token("secret", token)


def test_headers_reuse_a_token_until_half_of_its_life_is_over() -> None:
    lasting, hasty = Credentials("secret"), Credentials("secret", ttl=0)

    assert lasting.headers() == lasting.headers()
    assert hasty.headers() != hasty.headers()
    assert lasting.headers()["Authorization"].startswith("Bearer ")


def test_a_clock_that_is_set_makes_a_new_token() -> None:
    clock = iter((1000.0, 1000.0, 4600.0, 4600.0))
    credentials = Credentials("secret", clock=lambda: next(clock))

    assert credentials.headers() != credentials.headers()


def test_without_a_key_nothing_is_sent() -> None:
    assert Credentials(None).headers() == {}


@pytest.mark.parametrize("holder", [Credentials("hunter2"), Verifier("hunter2")])
def test_the_key_is_not_shown(holder: object) -> None:
    assert "hunter2" not in repr(holder)
