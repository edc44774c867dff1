"""Cloud Asset Inventory: all that is stored, as one list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.fakes.gcp.call import Call
from tests.fakes.gcp.document import load
from tests.fakes.gcp.paging import cut
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import CREATED_UTC
from tests.fakes.gcp.store import Resource

_PREFIX = re.compile(r"^Google(?:Cloud|Iam|Firestore|DevtoolsArtifactregistry)?\w*?V\d+(?:beta\d+)?(?=[A-Z])")
_NO_ASSETS = frozenset({"serviceusage", "cloudbilling"})


def _asset_type(resource: Resource) -> str:
    noun = _PREFIX.sub("", resource.kind) or "Resource"
    return f"{load(resource.service).host}/{noun}"


def _full_name(resource: Resource) -> str:
    return f"//{load(resource.service).host}/{resource.name}"


def _found(call: Call) -> Iterator[Resource]:
    """The resources of the project, folder or organisation that is asked about."""
    kinds = [kind for kind in call.query.get("assetTypes", "").split(",") if kind]
    for project in _projects(call):
        for resource in call.store.all(project=project):
            wanted = not kinds or any(re.fullmatch(kind, _asset_type(resource)) for kind in kinds)
            if wanted and resource.service not in _NO_ASSETS and call.principal.sees(project):
                yield resource


def _projects(call: Call) -> list[str]:
    if call.project:
        return [call.project]
    top = "/".join(call.name.split("/")[:2])
    return [
        row.project for row in call.store.collection("cloudresourcemanager", "projects") if top in ancestors(call, row)
    ]


def ancestors(call: Call, row: Resource) -> list[str]:
    """What a project is in, itself first."""
    found = [str(row.body["name"])]
    parent = row.body.get("parent")
    while parent:
        found.append(str(parent))
        above = call.store.get("cloudresourcemanager", str(parent))
        parent = above.body.get("parent") if above else None
    return found


def list_assets(call: Call) -> Json:
    """One page of assets; with bodies if `contentType=RESOURCE`."""
    page, following = cut(list(_found(call)), call.query, call.name, call.settings.page_size)
    full = call.query.get("contentType") == "RESOURCE"
    answer: Json = {"readTime": CREATED_UTC, "assets": [_asset(call, resource, full=full) for resource in page]}
    return {**answer, "nextPageToken": following} if following else answer


def _asset(call: Call, resource: Resource, *, full: bool) -> Json:
    asset: Json = {"name": _full_name(resource), "assetType": _asset_type(resource), "updateTime": CREATED_UTC}
    project = call.store.get("cloudresourcemanager", f"projects/{resource.project}")
    if project is not None:
        asset["ancestors"] = ancestors(call, project)
    if full:
        document = load(resource.service)
        number = call.store.number_of(resource.project)
        asset["resource"] = {
            "version": document.version.strip("/").removeprefix("dns/") or "v1",
            "discoveryName": resource.kind,
            "parent": f"//cloudresourcemanager.googleapis.com/projects/{number}",
            "location": resource.scope.rpartition("/")[2],
            "data": resource.body,
        }
    return asset


def search(call: Call) -> Json:
    """One page of short descriptions."""
    page, following = cut(list(_found(call)), call.query, call.name, call.settings.page_size)
    rows = [
        {
            "name": _full_name(resource),
            "assetType": _asset_type(resource),
            "project": f"projects/{call.store.number_of(resource.project)}",
            "displayName": resource.name.rpartition("/")[2],
            "location": resource.scope.rpartition("/")[2],
        }
        for resource in page
    ]
    return {"results": rows, "nextPageToken": following} if following else {"results": rows}
