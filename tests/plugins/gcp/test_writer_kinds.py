"""Of every kind: its labels can be changed, and one resource is deleted and no other, if the catalogue says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from resoto_plugin_gcp import kinds
from resoto_plugin_gcp.writer import GcpWriter

from resotolib.kinds.kind import Kind
from tests.fakes.gcp import places
from tests.fakes.gcp.remembering import is_remembered
from tests.fakes.gcp.seeding import NO_LABELS, Seed
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import collect, collector
from tests.plugins.gcp.test_ground_truth import listed
from tests.plugins.nodes import core_nodes

PROJECT, OWN, REGION = "shop-all", "own-thing", "us-central1"
HOST = "//cloudresourcemanager.googleapis.com"
BODIES: dict[str, dict[str, Any]] = {
    "gcp_container_cluster": {"labelFingerprint": NO_LABELS},
    "gcp_dataproc_cluster": {"clusterUuid": "c"},
    "gcp_dns_record_set": {"name": "www.example.", "type": "A", "ttl": 60},
    "gcp_dns_response_policy": {"id": "7"},
    "gcp_kms_crypto_key_version": {"state": "ENABLED"},
    "gcp_lien": {"parent": f"projects/{PROJECT}"},
    "gcp_object": {"name": f"{OWN}/1", "bucket": "above"},
    "gcp_sql_backup_run": {"instance": "above", "status": "SUCCESSFUL"},
    "gcp_storage_hmac_key": {"accessId": OWN, "projectId": PROJECT, "state": "ACTIVE"},
    "gcp_tag_binding": {"parent": f"{HOST}/projects/1", "tagValue": "tagValues/1"},
    "gcp_tag_key": {"parent": f"projects/{PROJECT}", "shortName": OWN},
    "gcp_tag_value": {"parent": "tagKeys/1", "shortName": OWN},
}
"""What a resource says of itself beside the usual, where that makes its name."""

HOME = f"projects/{PROJECT}"
BACKUPS = f"{HOME}/instances/above/backupRuns"
EDGES = f"{HOME}/regions/{REGION}/networkEdgeSecurityServices"
NAMES = {
    "gcp_dns_record_set": f"{HOME}/managedZones/above/rrsets/www.example./A",
    "gcp_firestore_document": f"{HOME}/databases/above/documents/orders/{OWN}",
    "gcp_lien": f"liens/{OWN}",
    "gcp_network_edge_security_service": f"{EDGES}/{OWN}",
    "gcp_object": f"b/above/o/{OWN}%2F1",
    "gcp_sql_backup_run": f"{BACKUPS}/2",
    "gcp_tag_binding": f"tagBindings/{quote(f'{HOST}/projects/1', safe='')}/tagValues/1",
    "gcp_tag_key": "tagKeys/2",
    "gcp_tag_value": "tagValues/2",
}
"""Where the made-up resources are not where they are looked for, or contradict their names."""

ABOVE = (
    Seed("dns", f"{HOME}/managedZones/above", {"dnsName": "example.", "name": "above", "id": "8"}),
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

UNTRIED = {"gcp_project"}
"""The project that all others are in: there is no other one beside it."""


@dataclass(frozen=True)
class Changed:
    """A project with a resource of each kind, as the core knows them, and who changes them."""

    server: GcpServer
    nodes: dict[str, dict[str, Any]]
    writer: GcpWriter

    def names(self, service: str) -> set[str]:
        """What a service has, without what it only remembers."""
        rows = self.server.resources(service=service, project=PROJECT)
        return {row["name"] for row in rows if not is_remembered(row["body"])}


def changeable() -> list[Kind]:
    chosen = (kind for kind in kinds.load_catalogue() if kind.collectable and kind.name not in UNTRIED)
    return [kind for kind in chosen if kind.reading and kind.reading.list and (kind.deletion or _labelled(kind))]


def test_every_kind_that_is_deleted_is_tried_here() -> None:
    deleted = {kind.name for kind in kinds.load_catalogue() if kind.deletion}

    assert {kind.name for kind in changeable() if kind.deletion} == deleted


def _labelled(kind: Kind) -> bool:
    return kind.tags is not None and kind.tags.update is not None


@pytest.fixture(scope="module")
def changed() -> Iterator[Changed]:
    with GcpServer() as server:
        server.seed(Seed("cloudresourcemanager", "organizations/1"), places.project(PROJECT, "1", "organizations/1"))
        server.seed(*places.places(PROJECT))
        server.fill(PROJECT)
        server.settings(operation_seconds=0.0)
        rows = server.resources(project=PROJECT)
        own = dict(one_of_each(rows))
        server.seed(*ABOVE, *own.values())
        key = json.dumps(server.key_file(PROJECT).info)
        made = collector(server, key, kinds="full", collect=("*", *NAMED))
        found = core_nodes(collect(made, made.scopes().scopes[0]).graph)
        nodes = {(one["reported"]["kind"], one["reported"].get("link")): one for one in found}
        with GcpWriter(made.settings) as writer:
            yield Changed(server, {kind: nodes[kind, seed.name] for kind, seed in own.items()}, writer)


def one_of_each(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Seed]]:
    """A resource of each kind, beside those that are there."""
    for kind in changeable():
        assert kind.reading is not None
        assert kind.reading.list is not None
        service, pattern = kind.reading.list.service, listed(kind.reading.list, PROJECT)
        beside = (row["name"] for row in rows if row["service"] == service and pattern.fullmatch(row["name"]))
        name = NAMES.get(kind.name) or f"{next(beside).rpartition('/')[0]}/{OWN}"
        yield kind.name, Seed(service, name, BODIES.get(kind.name, {}), PROJECT)


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
