"""Whether there is something to collect with: what can be said before anything is imported or called."""

from __future__ import annotations

from urllib.parse import urlsplit

from resoto_plugin_onelogin.settings import OneLoginSettings
from resotolib.collect.endpoint import check_endpoint
from resotolib.errors import NotConfigured

CLOUD = "onelogin"


def check(settings: OneLoginSettings) -> None:
    """Raise NotConfigured without credentials, SettingsError for an address that is none."""
    given = {"--onelogin-client-id": settings.client_id, "--onelogin-client-secret": settings.client_secret}
    missing = [flag for flag, value in given.items() if not value]
    if missing:
        raise NotConfigured(CLOUD, f"{' and '.join(missing)} must be given, or ONELOGIN_CLIENT_ID and _SECRET set")
    check_endpoint("--onelogin-endpoint-url", settings.endpoint_url or host(settings), "client secret")


def host(settings: OneLoginSettings) -> str:
    """The address that all calls go to."""
    return (settings.endpoint_url or f"https://api.{settings.region}.onelogin.com").rstrip("/")


def subdomain(settings: OneLoginSettings) -> str:
    """The account's own name in the address, "" where it is not told."""
    name, _, domain = (urlsplit(host(settings)).hostname or "").partition(".")
    return name if domain == "onelogin.com" and name != "api" else ""
