"""TLS towards the core: which certificates are trusted, for requests and websockets alike."""

from __future__ import annotations

import logging
import os
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from resotolib.errors import SettingsError

log = logging.getLogger(__name__)

OFTEN = 5.0  # seconds between two fetches of the authority


@dataclass(frozen=True, slots=True)
class Trust:
    """`ca_cert`: PEM file of the authorities to trust; `verify` False trusts anybody (only for trying out)."""

    ca_cert: str | None = None
    verify: bool = True

    def __post_init__(self) -> None:
        if self.ca_cert and not Path(self.ca_cert).is_file():
            raise SettingsError(f"--ca-cert {self.ca_cert}: there is no such file.")
        self.context()

    def for_requests(self) -> bool | str:
        """The `verify` argument of requests."""
        if not self.verify:
            return False
        return self.ca_cert or True

    def context(self) -> ssl.SSLContext:
        """The context for a websocket."""
        if not self.verify:
            anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            anybody.check_hostname = False
            anybody.verify_mode = ssl.CERT_NONE
            return anybody
        try:
            return lenient(ssl.create_default_context(cafile=self.ca_cert))
        except ssl.SSLError as wrong:
            raise SettingsError(f"--ca-cert {self.ca_cert} holds no certificate in PEM format: {wrong}.") from wrong
        except OSError as wrong:
            raise SettingsError(f"--ca-cert {self.ca_cert} cannot be read: {wrong.strerror}.") from wrong

    def prepare(self) -> None:
        """Called before the first request."""

    def refused(self, error: object) -> None:
        """A connection was not made because of `error`; the next attempt may do better."""


class FetchedTrust:
    """Trusts the system's authorities and the one that `fetch` gets from the core, in one file.

    The authority is fetched again when the core's certificate does not fit it any more: a core whose data was lost
    makes a new one. Used by several threads.
    """

    def __init__(self, bundle: Path, fetch: Callable[[], str | None], often: float = OFTEN) -> None:
        """`fetch` proves what it returns or raises CoreError; the file is written by `prepare`."""
        self._often = often
        self._bundle = bundle
        self._fetch = fetch
        self._lock = threading.Lock()
        self._fetched_at: float | None = None

    def for_requests(self) -> bool | str:
        """The `verify` argument of requests, which reads the file for each connection."""
        return str(self._bundle)

    def context(self) -> ssl.SSLContext:
        """The context for a websocket."""
        return lenient(ssl.create_default_context(cafile=str(self._bundle)))

    def prepare(self) -> None:
        """Fetch the authority unless it is here; raises CoreError."""
        with self._lock:
            if self._fetched_at is None:
                self._renew()

    def refused(self, error: object) -> None:
        """Fetch the authority anew if `error` says that the certificate is not trusted; raises CoreError."""
        if "CERTIFICATE_VERIFY_FAILED" not in str(error):
            return
        with self._lock:
            if self._fetched_at is None or time.monotonic() - self._fetched_at >= self._often:
                log.info("The core's certificate is not trusted: its certificate authority is fetched again")
                self._renew()

    def _renew(self) -> None:
        own = self._fetch()
        self._fetched_at = time.monotonic()
        if own is None:
            log.info("The core has no certificate authority of its own; the system's are trusted")
        _write(self._bundle, _system_authorities() + (own or ""))


class CoreAdapter(HTTPAdapter):
    """Connections of requests that are as lenient with a core's certificate as its websockets are."""

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Called for each request; a connection that is made for it reads the authorities anew."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # its stubs leave it out
        if url.lower().startswith("https"):
            required = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
            conn.conn_kw["ssl_context"] = lenient(create_urllib3_context(cert_reqs=required))


def lenient(context: ssl.SSLContext) -> ssl.SSLContext:
    """Do without what Python 3.13 asks for by default and a core's own authority leaves out (a key identifier)."""
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _system_authorities() -> str:
    """All that OpenSSL trusts by default, else what comes with requests; in PEM format."""
    paths = ssl.get_default_verify_paths()
    files = [paths.cafile, paths.capath and f"{paths.capath}/ca-certificates.crt", DEFAULT_CA_BUNDLE_PATH]
    found = next(Path(file) for file in files if file and Path(file).is_file())
    return found.read_text(encoding="utf-8", errors="replace") + "\n"


def _write(path: Path, text: str) -> None:
    """Put a file in place as a whole, readable by its owner only."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123  # of a descriptor
        file.write(text)
    fresh.replace(path)
