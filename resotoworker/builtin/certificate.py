"""The certificate of the worker's web server: its own at first, then one that the core's authority has signed."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from resotolib.errors import CoreError, CoreRefused, MessageError

log = logging.getLogger(__name__)

BEFORE_END = timedelta(days=1)  # a certificate is renewed so long before it ends
LOOK_SECONDS = 600.0  # how often the clock is looked at
RETRY_SECONDS = 60.0
_LONGEST_NAME = 64  # of a common name (RFC 5280, A.1)


class WebCertificate:
    """Key and certificate, in `context`, for a web server; inside `with` they are signed by the core and renewed.

    `sign` takes a certificate signing request in PEM format and returns the certificate. `clock`: seconds since 1970.
    """

    def __init__(
        self,
        name: str,
        hosts: Sequence[str],
        folder: Path,
        clock: Callable[[], float] = time.time,
        look: float = LOOK_SECONDS,
    ) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_LONGEST_NAME])])
        self._names = x509.SubjectAlternativeName([_general(host) for host in dict.fromkeys(hosts)])
        self._folder = folder
        self._clock = clock
        self._look = look
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._use(self._own())

    def request(self) -> str:
        """The certificate signing request, in PEM format."""
        request = x509.CertificateSigningRequestBuilder().subject_name(self._subject)
        signed = request.add_extension(self._names, critical=False).sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()

    def signed_by(self, sign: Callable[[str], str]) -> Renewal:
        """Signed by the core, and again a day before the end, for as long as what this returns is open."""
        return Renewal(lambda: self._renew(sign), self._clock, self._look)

    def _renew(self, sign: Callable[[str], str]) -> float:
        """When the new certificate is to be renewed."""
        certificate = _certificate(sign(self.request()))
        if certificate.public_key() != self._key.public_key():
            raise MessageError("the core", "POST /ca/sign answers with the certificate of another key")
        self._use(certificate)
        log.info("The web server's certificate is good until %s", certificate.not_valid_after_utc)
        return (certificate.not_valid_after_utc - BEFORE_END).timestamp()

    def _own(self) -> x509.Certificate:
        """Signed by itself: for as long as no core is there."""
        now = datetime.fromtimestamp(self._clock(), timezone.utc)
        builder = x509.CertificateBuilder().subject_name(self._subject).issuer_name(self._subject)
        builder = builder.public_key(self._key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365))
        return builder.add_extension(self._names, critical=False).sign(self._key, hashes.SHA256())

    def _use(self, certificate: x509.Certificate) -> None:
        """For connections from now on. The files that OpenSSL wants are gone when this returns."""
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor, path = tempfile.mkstemp(dir=self._folder)  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(key + certificate.public_bytes(serialization.Encoding.PEM))
            self.context.load_cert_chain(path)
        finally:
            Path(path).unlink()


class Renewal:
    """Runs `renew`, which says when it is due again, on a thread inside `with`; what fails is tried again."""

    def __init__(self, renew: Callable[[], float], clock: Callable[[], float], look: float) -> None:
        self._renew = renew
        self._clock = clock
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="certificate", daemon=True)

    def __enter__(self) -> Renewal:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()  # a request that is going on is left to itself

    def _run(self) -> None:
        due = 0.0
        while not self._stop.is_set():
            if self._clock() >= due:
                due = self._attempt()
            self._stop.wait(min(self._look, max(0.0, due - self._clock())))

    def _attempt(self) -> float:
        try:
            return max(self._renew(), self._clock() + RETRY_SECONDS)
        except (CoreError, MessageError) as error:
            log.warning("The web server keeps its certificate: the core did not sign a new one: %s", error)
        except Exception:
            log.exception("The web server keeps its certificate: it could not be renewed")
        return self._clock() + RETRY_SECONDS


def signer(ask: Callable[[str], tuple[int, str]], address: str) -> Callable[[str], str]:
    """The core's authority. `ask` posts a request to /ca/sign and returns status and text of the answer."""

    def sign(request: str) -> str:
        status, text = ask(request)
        if status != 200:
            raise CoreRefused(address, status, text.strip()[:200])
        return text

    return sign


def local_names(core_uri: str, web_host: str) -> list[str]:
    """Names and addresses by which this machine may be asked."""
    name = socket.gethostname()
    found = [name, "localhost", "127.0.0.1", "::1", *_addresses(name), *_towards(core_uri)]
    return [*found, *([web_host] if web_host not in ("::", "0.0.0.0", "") else [])]  # noqa: S104  # compared, not bound


def _addresses(name: str) -> Iterable[str]:
    try:
        return sorted({str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(name, None)})
    except OSError as error:
        log.debug("The name %s of this machine has no address: %s", name, error)
        return ()


def _towards(uri: str) -> Iterable[str]:
    """The address that this machine sends from to reach the core; nothing is sent to find out."""
    parts = urlsplit(uri)
    try:
        family, kind, _, _, address = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            return (str(probe.getsockname()[0]).partition("%")[0],)
    except OSError as error:
        log.debug("No way to %s: %s", uri, error)
        return ()


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode())


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(text.encode())
    except ValueError as wrong:
        raise MessageError("the core", f"POST /ca/sign does not answer with a certificate: {text[:100]!r}") from wrong
