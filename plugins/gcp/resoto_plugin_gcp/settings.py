"""The GCP plugin's settings."""

from __future__ import annotations

from dataclasses import dataclass

from resotolib.settings import flag, group


@group("gcp", "GCP")
@dataclass(frozen=True)
class GcpSettings:
    """Flags `--gcp-…`: credentials, which projects and zones, which kinds, how much at once."""

    service_account: tuple[str, ...] = flag(
        (),
        "Credentials, one or several: a file of any type that Google issues, its JSON itself, or an empty string for "
        "what the environment offers (application default credentials)",
        secret=True,
    )
    project: tuple[str, ...] = flag((), "Projects to collect", default_text="all that the credentials see")
    organization: tuple[str, ...] = flag(
        (), "Organizations whose projects to collect, all folders down, by number", default_text="none"
    )
    folder: tuple[str, ...] = flag((), "Folders whose projects to collect, all folders down, by number")
    quota_project: str | None = flag(
        None, "Project that calls are counted and billed on", default_text="the one that the credentials name"
    )
    zone: tuple[str, ...] = flag((), "Zones to collect, and their regions", default_text="all")
    fork: bool = flag(default=False, help="Collect each project in a process of its own instead of a thread")
    project_pool_size: int = flag(5, "Projects that are collected at the same time", minimum=1)
    zone_pool_size: int = flag(20, "API calls in flight for one project", minimum=1)
    collect: tuple[str, ...] = flag(
        (), "Kinds, services, or patterns of them such as gcp_vertex_*, to collect", default_text="all"
    )
    no_collect: tuple[str, ...] = flag((), "Kinds, services, or patterns of them, not to collect")
    kinds: str = flag(
        "default", "Breadth of the catalogue that --gcp-collect chooses from", choices=("default", "full")
    )
    asset_inventory: bool = flag(
        default=False,
        help="Read Cloud Asset Inventory too, for resources of which nothing else is collected (kind gcp_asset)",
    )
    throttle_timeout: int = flag(
        60, "Seconds to go on asking a service that refuses every call because there are too many", minimum=0
    )
    endpoint_url: str | None = flag(None, "Send all API calls to this address, for test servers and private endpoints")
