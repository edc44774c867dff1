"""Where the core is, as its address says."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def host(uri: str) -> str:
    """The host of an address, without port and brackets."""
    return (urlsplit(uri).hostname or "").rstrip(".")


def on_this_machine(uri: str) -> bool:
    """Does nothing that is sent there leave this machine (RFC 6761, 6.3)?"""
    name = host(uri)
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
