"""What the settings say about TLS: whom the worker trusts, and how its own web server proves who it is."""

from __future__ import annotations

import logging
from functools import partial

from resotolib.core.ca import fetch_authority
from resotolib.core.http import Core
from resotolib.core.tls import FetchedTrust, Trust
from resotoworker.builtin.certificate import Renewal, WebCertificate, local_names, signer
from resotoworker.settings import WorkerSettings
from resotoworker.state import State

log = logging.getLogger(__name__)


def core_trust(worker: WorkerSettings, state: State) -> Trust | FetchedTrust:
    """--ca-cert if it is given; else, with HTTPS and a pre-shared key, what the core proves to be its authority."""
    if worker.no_verify_certs:
        log.warning(
            "SECURITY: --no-verify-certs: whoever answers at %s is taken for the core, may read what is sent and give "
            "orders, to delete resources too. Use it for trials only; --ca-cert names an authority to trust.",
            worker.resotocore_uri,
        )
        return Trust(verify=False)
    if worker.ca_cert or not worker.psk or not worker.resotocore_uri.startswith("https:"):
        return Trust(worker.ca_cert)
    fetch = partial(fetch_authority, worker.resotocore_uri.rstrip("/"), worker.psk)
    return FetchedTrust(state.folder("tls") / "authorities.pem", fetch)


def web_certificate(worker: WorkerSettings, state: State) -> WebCertificate | None:
    """For a web server that speaks HTTPS; None for one that does not."""
    if worker.no_web_tls or not worker.psk or not worker.resotocore_uri.startswith("https:"):
        return None
    hosts = local_names(worker.resotocore_uri, worker.web_host)
    return WebCertificate(worker.subscriber_id, hosts, state.folder("tls"))


def renewal(certificate: WebCertificate, core: Core) -> Renewal:
    """Keeps the certificate signed by the core while it is open."""
    return certificate.signed_by(signer(lambda request: core.ask("POST", "/ca/sign", body=request), core.address))
