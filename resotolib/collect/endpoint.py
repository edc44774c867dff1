"""The address that a flag sends a plugin's calls to, in place of the vendor's."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from resotolib.core.address import on_this_machine
from resotolib.errors import SettingsError

log = logging.getLogger(__name__)


def check_endpoint(flag: str, url: str, secret: str) -> None:
    """Raise SettingsError for what is no address of HTTP; warn where `secret` would go out without encryption."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        named = False
    if not named:
        raise SettingsError(f"{flag} is {url!r}: give an address with https://.")
    if parts.scheme == "http" and not on_this_machine(url):
        log.warning("%s sends the %s to %s without encryption", flag, secret, parts.hostname)
