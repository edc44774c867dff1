"""Of every kind: its labels can be changed, and one resource is deleted and no other, if the catalogue says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from resoto_plugin_gcp import kinds
from resoto_plugin_gcp.verified import DELETABLE
from resoto_plugin_gcp.writer import GcpWriter

from resotolib.kinds.kind import Kind
from tests.fakes.gcp import places
from tests.fakes.gcp.seeding import NO_LABELS, Seed
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import collect, collector
from tests.plugins.gcp.test_ground_truth import listed
from tests.plugins.nodes import core_nodes

PROJECT, OWN, REGION = "shop-all", "own-thing", "us-central1"
BODIES: dict[str, dict[str, Any]] = {
    "gcp_cloudbuild_trigger": {"resourceName": f"projects/{PROJECT}/triggers/{OWN}", "id": OWN, "name": OWN},
    "gcp_container_cluster": {"location": REGION, "labelFingerprint": NO_LABELS},
    "gcp_dataproc_cluster": {"clusterName": OWN, "clusterUuid": "c"},
    "gcp_dns_record_set": {"name": "www.example.", "type": "A", "ttl": 60},
    "gcp_dns_response_policy": {"responsePolicyName": OWN, "id": "7"},
    "gcp_logging_metric": {"name": OWN},
    "gcp_logging_sink": {"name": OWN},
    "gcp_lien": {"parent": f"projects/{PROJECT}"},
    "gcp_object": {"name": f"{OWN}/1", "bucket": "above"},
    "gcp_sql_backup_run": {"instance": "above", "status": "SUCCESSFUL"},
    "gcp_storage_hmac_key": {"accessId": OWN, "projectId": PROJECT, "state": "ACTIVE"},
    "gcp_tag_key": {"parent": f"projects/{PROJECT}", "shortName": OWN},
    "gcp_tag_value": {"parent": "tagKeys/1", "shortName": OWN},
}
"""What a resource says of itself beside the usual, where that makes its name."""

HOME = f"projects/{PROJECT}"
POOLS = f"{HOME}/locations/global/workloadIdentityPools"
BACKUPS = f"{HOME}/instances/above/backupRuns"
EDGES = f"{HOME}/regions/{REGION}/networkEdgeSecurityServices"
NAMES = {
    "gcp_apikeys_key": f"{HOME}/locations/global/keys/{OWN}",
    "gcp_container_node_pool": f"{HOME}/locations/{REGION}/clusters/above/nodePools/{OWN}",
    "gcp_dns_record_set": f"{HOME}/managedZones/above/rrsets/www.example./A",
    "gcp_firestore_document": f"{HOME}/databases/above/documents/orders/{OWN}",
    "gcp_iam_workload_identity_pool": f"{POOLS}/{OWN}",
    "gcp_iam_workload_identity_pool_provider": f"{POOLS}/above/providers/{OWN}",
    "gcp_lien": f"liens/{OWN}",
    "gcp_network_edge_security_service": f"{EDGES}/{OWN}",
    "gcp_object": f"b/above/o/{OWN}%2F1",
    "gcp_sql_backup_run": f"{BACKUPS}/2",
    "gcp_tag_key": "tagKeys/2",
    "gcp_tag_value": "tagValues/2",
}
"""Where the made-up resources are not where they are looked for, or contradict their names."""

ABOVE = (
    Seed("container", f"{HOME}/locations/{REGION}/clusters/above", {"location": REGION}),
    Seed("dns", f"{HOME}/managedZones/above", {"dnsName": "example.", "name": "above", "id": "8"}),
    Seed("iam", f"{POOLS}/above"),
    Seed("cloudresourcemanager", "liens/above", {"parent": HOME}, PROJECT),
    Seed("cloudresourcemanager", "tagKeys/1", {"parent": HOME, "shortName": "above"}, PROJECT),
    Seed("cloudresourcemanager", "tagValues/1", {"parent": "tagKeys/1", "shortName": "above"}, PROJECT),
    Seed("compute", f"{EDGES}/above"),
    Seed("firestore", f"{HOME}/databases/above"),
    Seed("firestore", f"{HOME}/databases/above/documents/orders/above"),
    Seed("storage", "b/above", {}, PROJECT),
    Seed("storage", f"b/above/o/{OWN}", {"bucket": "above"}, PROJECT),
    Seed("sqladmin", f"{HOME}/instances/above"),
    Seed("sqladmin", f"{BACKUPS}/1", {"instance": "above"}),
)

NAMED = ("gcp_firestore_document", "gcp_object")
"""Kinds that are read only when they are named."""

UNTRIED = {
    "gcp_operation",
    "gcp_project",
}
"""Kinds that the test cloud cannot be made to have by the way of this test."""


@dataclass(frozen=True)
class Changed:
    """A project with a resource of each kind, as the core knows them, and who changes them."""

    server: GcpServer
    nodes: dict[str, dict[str, Any]]
    writer: GcpWriter

    def names(self, service: str) -> set[str]:
        """What a service has, without what it only remembers."""
        rows = self.server.resources(service=service, project=PROJECT)
        return {row["name"] for row in rows if row["body"].get("state") != "DELETED"}


def changeable() -> list[Kind]:
    chosen = (kind for kind in kinds.load_catalogue(False) if kind.collectable and kind.name not in UNTRIED)
    return [kind for kind in chosen if kind.reading and kind.reading.list and (kind.deletion or _labelled(kind))]


def _labelled(kind: Kind) -> bool:
    return kind.tags is not None and kind.tags.update is not None


@pytest.fixture(scope="module")
def changed() -> Iterator[Changed]:
    with GcpServer() as server:
        server.seed(Seed("cloudresourcemanager", "organizations/1"), places.project(PROJECT, "1", "organizations/1"))
        server.seed(*places.places(PROJECT))
        server.fill(PROJECT)
        server.settings(operation_seconds=0.0)
        links = dict(seed_each(server))
        made = collector(server, json.dumps(server.key_file(PROJECT).info), collect=("*", *NAMED))
        found = core_nodes(collect(made, made.scopes().scopes[0]).graph)
        nodes = {(one["reported"]["kind"], one["reported"].get("link")): one for one in found}
        with GcpWriter(made.settings) as writer:
            yield Changed(server, {kind: nodes[kind, link] for kind, link in links.items()}, writer)


def seed_each(server: GcpServer) -> Iterator[tuple[str, str]]:
    """Put one resource of each kind beside those that are there; kinds and links."""
    rows = server.resources(project=PROJECT)
    server.seed(*ABOVE)
    for kind in changeable():
        assert kind.reading is not None
        assert kind.reading.list is not None
        service, pattern = kind.reading.list.service, listed(kind.reading.list, PROJECT)
        beside = (row["name"] for row in rows if row["service"] == service and pattern.fullmatch(row["name"]))
        name = NAMES.get(kind.name) or f"{next(beside).rpartition('/')[0]}/{OWN}"
        server.seed(Seed(service, name, BODIES.get(kind.name, {}), PROJECT))
        yield kind.name, name


@pytest.mark.parametrize("kind", [kind for kind in changeable() if _labelled(kind)], ids=lambda kind: kind.name)
def test_labels_are_set_and_removed(changed: Changed, kind: Kind) -> None:
    node = changed.nodes[kind.name]
    before = node["reported"]["tags"]

    set_ = changed.writer.change_tags(node, {"owner": "ada"}, [])
    removed = changed.writer.change_tags(node, {}, ["owner"])

    assert set_ == {**before, "owner": "ada"}
    assert removed == before


@pytest.mark.parametrize("kind", [kind for kind in changeable() if kind.deletion], ids=lambda kind: kind.name)
def test_one_resource_is_deleted_and_no_other(changed: Changed, kind: Kind) -> None:
    node = changed.nodes[kind.name]
    assert changed.writer.fetch(node) is not None
    before = changed.names(kind.service)

    changed.writer.prepare(node)
    changed.writer.delete(node)

    assert before - changed.names(kind.service) == {node["reported"]["link"]}
    assert changed.writer.fetch(node) is None


def test_what_is_deleted_is_what_was_tried_here() -> None:
    assert {kind.name for kind in changeable() if kind.deletion} == DELETABLE
