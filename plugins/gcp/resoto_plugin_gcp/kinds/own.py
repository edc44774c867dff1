"""The kinds that are made by hand: what every GCP resource is, the project and what is above it, regions and zones."""

from __future__ import annotations

import functools
from dataclasses import replace

from resotolib.kinds.kind import Call, Detail, EdgeRule, Identity, Kind, Property, Reading, Tags


@functools.cache
def own_kinds() -> tuple[Kind, ...]:
    """`gcp_resource`, `gcp_organization`, `gcp_folder`, `gcp_project`, `gcp_region`, `gcp_zone`.

    What is read of a project, a region or a zone describes the nodes that stand for them.
    """
    return (
        Kind(
            "gcp_resource",
            ("resource",),
            "gcp",
            title="GCP resource",
            properties=(Property("link", "string"), Property("label_fingerprint", "string")),
        ),
        _above("organization", Property("organization_directory_customer_id", "string", "directoryCustomerId")),
        _folder(),
        _project(),
        _place("region", Property("region_zones", "string[]", "zones[]/")),
        _place("zone", Property("zone_available_cpu_platforms", "string[]", "availableCpuPlatforms[]")),
    )


def _folder() -> Kind:
    """A folder, which lies in another one or in the organization."""
    kind = _above("folder", Property("folder_parent", "string", "parent"))
    return replace(kind, edges=tuple(EdgeRule(other, "parent", "arn") for other in ("gcp_organization", "gcp_folder")))


def _above(noun: str, *properties: Property) -> Kind:
    """An organization or a folder: found above the project, and read once for all projects that lie in it."""
    return Kind(
        f"gcp_{noun}",
        ("gcp_resource",),
        "gcp",
        service="cloudresourcemanager",
        title=f"GCP {noun}",
        extent="global",
        properties=(
            Property(f"{noun}_display_name", "string", "displayName"),
            Property(f"{noun}_state", "string", "state"),
            *properties,
        ),
        identity=Identity("name/", "displayName", "name", ctime="createTime", mtime="updateTime"),
        reading=Reading(
            detail=Detail(Call("cloudresourcemanager", f"{noun}s.get", {"name": "$item"})),
            parent="gcp_project",
            hook="ancestors",
        ),
        permissions={"collect": tuple(sorted({"resourcemanager.folders.get", f"resourcemanager.{noun}s.get"}))},
    )


def _project() -> Kind:
    return Kind(
        "gcp_project",
        ("gcp_resource", "account"),
        "gcp",
        service="cloudresourcemanager",
        title="GCP project",
        extent="global",
        properties=(
            Property("project_number", "string", "name/"),
            Property("project_state", "string", "state"),
            Property("project_parent", "string", "parent"),
            Property("project_display_name", "string", "displayName"),
        ),
        identity=Identity("projectId", "displayName", "projects/{$id}", ctime="createTime", mtime="updateTime"),
        reading=Reading(Call("cloudresourcemanager", "projects.get", {"name": "projects/{$account}"})),
        tags=Tags(
            "labels",
            "map",
            read=Call("cloudresourcemanager", "projects.get", items="labels"),
            update=Call("cloudresourcemanager", "projects.patch", {"updateMask": "labels", "labels": "$tags"}),
        ),
        permissions={
            "collect": ("resourcemanager.projects.get",),
            "tag": ("resourcemanager.projects.get", "resourcemanager.projects.update"),
        },
    )


def _place(noun: str, *properties: Property) -> Kind:
    """A region or a zone, as compute describes it."""
    return Kind(
        f"gcp_{noun}",
        ("gcp_resource", noun),
        "gcp",
        service="compute",
        title=f"GCP {noun}",
        extent="global",
        properties=(
            Property(f"{noun}_status", "string", "status"),
            Property(f"{noun}_description", "string", "description"),
            *properties,
        ),
        identity=Identity("id", "name", "selfLink", ctime="creationTimestamp"),
        reading=Reading(Call("compute", f"{noun}s.list", {"project": "$account"}, "items[]")),
        permissions={"collect": (f"compute.{noun}s.list",)},
    )
