"""Whether there is something to collect with: what can be said before anything is imported or called."""

from __future__ import annotations

import logging
from ipaddress import ip_address
from urllib.parse import urlsplit

from resoto_plugin_onelogin.settings import OneLoginSettings
from resotolib.errors import NotConfigured, SettingsError

CLOUD = "onelogin"

log = logging.getLogger(__name__)


def check(settings: OneLoginSettings) -> None:
    """Raise NotConfigured without credentials, SettingsError for an address that is none."""
    given = {"--onelogin-client-id": settings.client_id, "--onelogin-client-secret": settings.client_secret}
    missing = [flag for flag, value in given.items() if not value]
    if missing:
        raise NotConfigured(CLOUD, f"{' and '.join(missing)} must be given, or ONELOGIN_CLIENT_ID and _SECRET set")
    parts = urlsplit(host(settings))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"--onelogin-endpoint-url is {settings.endpoint_url!r}: give an address with https://.")
    if parts.scheme == "http" and not _loopback(parts.hostname):
        log.warning("--onelogin-endpoint-url sends the client secret to %s without encryption", parts.hostname)


def host(settings: OneLoginSettings) -> str:
    """The address that all calls go to."""
    return (settings.endpoint_url or f"https://api.{settings.region}.onelogin.com").rstrip("/")


def subdomain(settings: OneLoginSettings) -> str:
    """The account's own name in the address, "" where it is not told."""
    name, _, domain = (urlsplit(host(settings)).hostname or "").partition(".")
    return name if domain == "onelogin.com" and name != "api" else ""


def _loopback(hostname: str) -> bool:
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost"
