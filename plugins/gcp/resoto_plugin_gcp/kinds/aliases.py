"""Names of version 2's collectors, which `--gcp-collect` and `--gcp-no-collect` took, and the kinds they stand for."""

from __future__ import annotations

from collections.abc import Mapping

ALIASES: Mapping[str, tuple[str, ...]] = {
    "networks": ("gcp_network",),
}
