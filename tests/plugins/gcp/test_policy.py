"""The custom role that `resotoworker permissions gcp` prints."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest
from resoto_plugin_gcp.kinds import load_catalogue
from resoto_plugin_gcp.policy import EVERYWHERE, ORGANIZATION_ONLY, permissions
from resoto_plugin_gcp.settings import GcpSettings

from resotolib.preflight import PURPOSES, Permissions, Purpose

NETWORK = GcpSettings(collect=("network",))
NAME = re.compile(r"[a-z]+(\.[a-zA-Z]+){2}")
UNBIND = ("hierarchyNodes.deleteTagBinding", "tagValueBindings.delete")
ROLE_PERMISSIONS, ROLE_BYTES = 3000, 64 * 1024  # "Creating and managing custom roles", IAM documentation


def granted(found: Permissions) -> set[str]:
    """What the documents allow."""
    return {name for text in found.documents for name in json.loads(text)["includedPermissions"]}


def test_a_role_is_one_that_google_takes() -> None:
    for text in permissions(GcpSettings(kinds="full"), PURPOSES).documents:
        names = json.loads(text)["includedPermissions"]
        assert [name for name in names if not NAME.fullmatch(name)] == []
        assert len(names) <= ROLE_PERMISSIONS
        assert len(text) < ROLE_BYTES


def test_what_only_an_organization_can_grant_is_in_a_role_of_its_own() -> None:
    project, organization = permissions(GcpSettings(organization=("1",)), ["collect"]).documents

    assert set(json.loads(organization)["includedPermissions"]) == ORGANIZATION_ONLY
    assert not ORGANIZATION_ONLY & set(json.loads(project)["includedPermissions"])


def test_it_is_the_least_for_the_kinds_that_are_enabled() -> None:
    found = permissions(NETWORK, ["collect"])

    assert granted(found) == {"compute.networks.list", *EVERYWHERE}
    assert len(found.documents) == 1


@pytest.mark.parametrize(
    ("purposes", "allowed"), [(["collect"], False), (["collect", "tag"], False), (["collect", "cleanup"], True)]
)
def test_deleting_is_allowed_only_when_asked_for(purposes: Sequence[Purpose], allowed: bool) -> None:
    assert ("compute.networks.delete" in granted(permissions(NETWORK, purposes))) is allowed


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (GcpSettings(collect=("network",), folder=("7",)), "resourcemanager.folders.list"),
        (GcpSettings(collect=("network",), quota_project="bills-1"), "serviceusage.services.use"),
        (GcpSettings(collect=("network",), asset_inventory=True), "cloudasset.assets.listResource"),
    ],
)
def test_what_only_a_flag_needs_comes_with_it(settings: GcpSettings, name: str) -> None:
    assert name in granted(permissions(settings, ["collect"]))
    assert name not in granted(permissions(NETWORK, ["collect"]))


@pytest.mark.parametrize(
    ("kind", "purpose", "names"),
    [
        ("disk", "tag", {"compute.disks.get", "compute.disks.setLabels", "compute.zoneOperations.get"}),
        ("address", "cleanup", {"compute.addresses.delete", "compute.globalAddresses.delete"}),
        ("network", "cleanup", {"compute.networks.get", "compute.networks.list", "compute.networks.delete"}),
        ("object", "cleanup", {"storage.objects.get", "storage.objects.delete"}),
        ("firestore_document", "cleanup", {"datastore.entities.get", "datastore.entities.delete"}),
        ("storage_hmac_key", "cleanup", {f"storage.hmacKeys.{verb}" for verb in ("get", "update", "delete")}),
        ("kms_crypto_key_version", "cleanup", {"cloudkms.cryptoKeyVersions.destroy"}),
        ("gcp_folder", "collect", {"resourcemanager.folders.get"}),
        ("gcp_organization", "collect", {"resourcemanager.folders.get", "resourcemanager.organizations.get"}),
        ("gcp_tag_binding", "collect", {"resourcemanager.hierarchyNodes.listTagBindings"}),
        ("gcp_tag_binding", "cleanup", {f"resourcemanager.{last}" for last in UNBIND}),
        ("sql_database_instance", "collect", {"cloudsql.instances.list"}),
        ("kms_key_ring", "collect", {"cloudkms.keyRings.list", "cloudkms.locations.list"}),
        ("bigquery_dataset", "collect", {"bigquery.datasets.get"}),
        ("firewall", "cleanup", {"compute.firewalls.delete", "compute.networks.updatePolicy"}),
        ("route", "cleanup", {"compute.routes.delete", "compute.networks.updatePolicy"}),
        ("gcp_artifact_docker_image", "collect", {"artifactregistry.dockerimages.list"}),
        ("gcp_cloudbuild_worker_pool", "collect", {"cloudbuild.workerpools.list"}),
    ],
)
def test_methods_and_permissions_have_different_names(kind: str, purpose: Purpose, names: set[str]) -> None:
    assert names <= granted(permissions(GcpSettings(kinds="full", collect=(kind,)), [purpose]))


def test_names_that_google_does_not_publish_are_left_out() -> None:
    """One of them, and the whole role is refused."""
    found = granted(permissions(GcpSettings(kinds="full"), PURPOSES))

    assert not found & {
        "compute.machineImages.setLabels",
        "compute.regionSecurityPolicies.setLabels",
        "iam.credentials.list",
        "networksecurity.rules.list",
        "storage.bucketAccessControls.list",
        "storage.defaultObjectAccessControls.list",
        "storage.notifications.list",
    }


@pytest.mark.parametrize("full", [False, True])
def test_only_deletions_of_the_kinds_that_are_enabled_are_granted(*, full: bool) -> None:
    enabled = [kind for kind in load_catalogue(full) if kind.collected != "named"]
    needed = {name for kind in enabled for name in kind.permissions.get("delete", ())}
    read = {name for kind in enabled for name in kind.permissions.get("collect", ())}

    assert granted(permissions(GcpSettings(kinds="full" if full else "default"), ["cleanup"])) == needed | read
