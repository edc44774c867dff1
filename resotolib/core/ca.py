"""The core's own certificate authority: fetched without verification, and proved by the pre-shared key."""

from __future__ import annotations

import hashlib
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from resotolib.core.auth import verify_token
from resotolib.errors import CoreRefused, CoreUnreachable, NotAuthorized, UntrustedCore

SECONDS = 10.0
LARGEST = 1024 * 1024


def fetch_authority(address: str, psk: str) -> str | None:
    """The authority of the core in PEM format; None for a core that has none of its own.

    Whoever answers must know the pre-shared key: the answer carries a token, signed with it, that names the
    certificate's fingerprint. Raises UntrustedCore when that fails, CoreUnreachable and CoreRefused.
    """
    answer = _get(address)
    if answer is None:
        return None
    text, authorization = answer
    der = _certificate(address, text)
    _prove(address, psk, authorization, fingerprint(der))
    return ssl.DER_cert_to_PEM_cert(der)  # what was proved and nothing that came with it


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate, as the core writes it: upper case hex, with colons."""
    return hashlib.sha256(der).digest().hex(":").upper()


def _get(address: str) -> tuple[str, str] | None:
    """The certificate and the Authorization header of the answer. No token is sent: nobody is verified yet."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=anybody))
    try:
        with opener.open(f"{address}/ca/cert", timeout=SECONDS) as answer:
            return answer.read(LARGEST).decode("ascii", "replace"), str(answer.headers.get("Authorization", ""))
    except urllib.error.HTTPError as refused:
        with refused:
            if refused.code == 404:
                return None
            raise CoreRefused(address, refused.code, f"GET /ca/cert: {refused.reason}") from refused
    except (OSError, HTTPException) as broken:
        reason = getattr(broken, "reason", broken)
        raise CoreUnreachable(address, f"GET /ca/cert: {reason}") from broken


def _certificate(address: str, text: str) -> bytes:
    """The first certificate of an answer in PEM format, as DER."""
    try:
        return x509.load_pem_x509_certificate(text.encode()).public_bytes(Encoding.DER)
    except ValueError as wrong:
        raise UntrustedCore(address, "GET /ca/cert does not answer with a certificate in PEM format") from wrong


def _prove(address: str, psk: str, authorization: str, found: str) -> None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UntrustedCore(
            address,
            "it does not sign its certificate authority: start it with the --psk of this worker, or use --ca-cert",
        )
    try:
        claimed = verify_token(psk, token.strip()).get("sha256_fingerprint")
    except NotAuthorized as wrong:
        if isinstance(wrong.__cause__, jwt.ExpiredSignatureError):
            raise UntrustedCore(
                address,
                "what proves its certificate authority has expired by the clock of this machine: set the clocks of "
                "core and worker, by NTP for example",
            ) from wrong
        raise UntrustedCore(
            address, f"its certificate authority is not signed with the --psk of this worker ({wrong.__cause__})"
        ) from wrong
    if claimed != found:
        raise UntrustedCore(
            address,
            f"its certificate authority has the fingerprint {found}, but the token that came with it is for {claimed}: "
            "something between worker and core exchanges certificates",
        )
