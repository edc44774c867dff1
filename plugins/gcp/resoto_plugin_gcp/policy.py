"""The least-privilege custom role of the kinds that are enabled: derived from their calls."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from resoto_plugin_gcp.flags import CLOUD
from resoto_plugin_gcp.kinds import load_catalogue, selected
from resoto_plugin_gcp.plan import ASSET
from resoto_plugin_gcp.settings import GcpSettings
from resotolib.kinds.kind import Kind
from resotolib.preflight import Permissions, Purpose

EVERYWHERE = (
    "compute.regions.list",
    "compute.zones.list",
    "resourcemanager.projects.get",
    "serviceusage.services.list",
)
"""What finding projects, their services and places needs, whatever kinds are enabled."""

WALKING = ("resourcemanager.folders.list", "resourcemanager.projects.list")
"""What finding the projects of an organization or a folder needs."""

ABOVE = ("resourcemanager.folders.get", "resourcemanager.organizations.get")
"""What reading folders and organizations needs."""

ORGANIZATION_ONLY = frozenset({"billing.accounts.list", *ABOVE, *WALKING})
"""Permissions that Google refuses in a custom role of a project: the role has to be one of the organization."""

_OF_KIND = {"collect": "collect", "tag": "tag", "cleanup": "delete"}


def permissions(settings: GcpSettings, purposes: Collection[Purpose]) -> Permissions:
    """The permissions and roles for these purposes."""
    found: dict[Purpose, tuple[str, ...]] = {purpose: tuple(_actions(settings, purpose)) for purpose in purposes}
    every = sorted({name for names in found.values() for name in names})
    return Permissions(CLOUD, found, tuple(_documents(every)))


def _actions(settings: GcpSettings, purpose: Purpose) -> list[str]:
    kinds = _enabled(settings)
    wanted = {name for kind in kinds for name in kind.permissions.get(_OF_KIND[purpose], ())}
    if purpose == "collect":
        wanted.update(EVERYWHERE)
        if settings.organization or settings.folder:
            wanted.update(WALKING)
        if settings.quota_project:
            wanted.add("serviceusage.services.use")
    else:  # before anything is changed it is read again
        wanted.update(name for kind in kinds for name in kind.permissions.get("collect", ()))
    return sorted(wanted)


def _enabled(settings: GcpSettings) -> tuple[Kind, ...]:
    kinds = selected(settings.kinds == "full", settings.collect, settings.no_collect)
    asset = load_catalogue()[ASSET]
    return (*kinds, asset) if settings.asset_inventory and asset not in kinds else kinds


def _documents(names: Iterable[str]) -> list[str]:
    """Roles as `gcloud iam roles create --file` takes them: one for projects, one for what only organizations have."""
    parts: dict[str, list[str]] = {"Resoto": [], "Resoto, organization": []}
    for name in names:
        parts["Resoto, organization" if name in ORGANIZATION_ONLY else "Resoto"].append(name)
    return [_role(title, part) for title, part in parts.items() if part]


def _role(title: str, names: list[str]) -> str:
    role = {"title": title, "description": "Made by resotoworker permissions gcp", "stage": "GA"}
    return json.dumps({**role, "includedPermissions": names}, indent=2)
