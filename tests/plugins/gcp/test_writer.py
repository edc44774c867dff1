"""The writer: labels with fresh fingerprints, deletion that waits, and what Google's refusals mean."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from resoto_plugin_gcp.writer import GcpWriter

from resotolib.clean.deletion import Deletion, Patience
from resotolib.clean.resource import parse
from resotolib.errors import (
    NotAuthenticated,
    NotPermitted,
    Protected,
    ResotoError,
    StillInUse,
    Throttled,
    Unreadable,
    Unsupported,
)
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.seeding import CREATED_UTC, Seed
from tests.plugins.gcp.clouds import PROJECT, REGION, ZONE, Changing
from tests.plugins.nodes import core_nodes

HOME = f"projects/{PROJECT}"
DISK = f"{HOME}/zones/{ZONE}/disks/spare"
POOLS = f"{HOME}/locations/global/workloadIdentityPools"
VERSIONS = "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions"
QUICK = Patience(in_use=0.2, gone=0.5, first=0.01, most=0.1)


@pytest.fixture
def writer(cloud: Changing) -> Iterator[GcpWriter]:
    cloud.server.seed(Seed("compute", DISK, {"sizeGb": "10", "labels": {"stage": "test"}}))
    with cloud.collector().writer() as made:
        assert isinstance(made, GcpWriter)
        yield made


def node(cloud: Changing, kind: str, link: str) -> dict[str, Any]:
    """What a core knows of a resource after collecting its kind."""
    found = core_nodes(cloud.collect(collect=(kind,)).graph)
    return next(one for one in found if one["reported"].get("link") == link)


def body(cloud: Changing, service: str, name: str) -> dict[str, Any] | None:
    """What the cloud has."""
    found = {row["name"]: row["body"] for row in cloud.server.resources(service=service)}
    result: dict[str, Any] | None = found.get(name)
    return result


LABELLED = [
    ("gcp_disk", "compute", DISK),
    ("gcp_disk", "compute", f"{HOME}/regions/{REGION}/disks/twin"),
    ("gcp_instance", "compute", f"{HOME}/zones/{ZONE}/instances/vm0"),
    ("gcp_address", "compute", f"{HOME}/global/addresses/front"),
    ("gcp_pubsub_topic", "pubsub", f"{HOME}/topics/topic-1"),
    ("gcp_bucket", "storage", "b/workshop-data"),
    ("gcp_secret", "secretmanager", f"{HOME}/secrets/key"),
]
"""Zonal, regional and global compute; a patch with a mask in a body that wraps, one that merges, one with a mask."""


@pytest.mark.parametrize(("kind", "service", "link"), LABELLED)
def test_labels_are_set_and_removed(cloud: Changing, writer: GcpWriter, kind: str, service: str, link: str) -> None:
    labels = writer.change_tags(node(cloud, kind, link), {"owner": "ada"}, ["stage"])

    there = body(cloud, service, link)
    assert labels == {"owner": "ada"}
    assert there is not None
    assert there["labels"] == {"owner": "ada"}


def test_labels_of_a_project_are_set_and_removed(cloud: Changing, writer: GcpWriter) -> None:
    (project,) = cloud.collect(collect=("gcp_project",)).nodes("gcp_project")
    known = {"id": project.id, "reported": project.reported, "ancestors": {"cloud": {"reported": {"id": "gcp"}}}}

    labels = writer.change_tags(known, {"owner": "ada"}, ["stage"])

    there = body(cloud, "cloudresourcemanager", HOME)
    assert labels == {"owner": "ada"}
    assert there is not None
    assert there["labels"] == {"owner": "ada"}


def test_labels_of_others_stay(cloud: Changing, writer: GcpWriter) -> None:
    """Also those that came after the collect: the fingerprint is read when it is needed."""
    known = node(cloud, "gcp_disk", DISK)
    writer.change_tags(known, {"team": "blue"}, [])

    labels = writer.change_tags(known, {"owner": "ada"}, [])

    assert labels == {"stage": "test", "team": "blue", "owner": "ada"}


def test_a_lost_race_is_run_again(cloud: Changing, writer: GcpWriter) -> None:
    cloud.server.fault("compute.disks.setLabels", 412, times=2)

    labels = writer.change_tags(node(cloud, "gcp_disk", DISK), {"owner": "ada"}, [])

    assert labels["owner"] == "ada"
    assert cloud.server.requests()["compute.disks.setLabels"] == 3


def test_a_race_is_not_run_for_ever(cloud: Changing, writer: GcpWriter) -> None:
    cloud.server.fault("compute.disks.setLabels", 412)

    with pytest.raises(ResotoError, match="412"):
        writer.change_tags(node(cloud, "gcp_disk", DISK), {"owner": "ada"}, [])

    assert cloud.server.requests()["compute.disks.setLabels"] == 3


def test_labels_are_there_when_the_operation_is_over(cloud: Changing, writer: GcpWriter) -> None:
    cloud.server.settings(operation_seconds=0.3)

    labels = writer.change_tags(node(cloud, "gcp_disk", DISK), {"owner": "ada"}, [])

    assert labels["owner"] == "ada"
    assert cloud.server.requests()["compute.zoneOperations.get"] >= 1


def test_no_change_is_no_call(cloud: Changing, writer: GcpWriter) -> None:
    labels = writer.change_tags(node(cloud, "gcp_disk", DISK), {"stage": "test"}, ["nothing"])

    assert labels == {"stage": "test"}
    assert "compute.disks.setLabels" not in cloud.server.requests()


def test_kinds_without_labels_say_so(cloud: Changing, writer: GcpWriter) -> None:
    with pytest.raises(Unsupported, match="labels"):
        writer.change_tags(node(cloud, "gcp_network", f"{HOME}/global/networks/main"), {"owner": "ada"}, [])


@pytest.mark.parametrize(("kind", "service", "link"), LABELLED)
def test_what_is_fetched_is_what_was_collected(
    cloud: Changing, writer: GcpWriter, kind: str, service: str, link: str
) -> None:
    known = node(cloud, kind, link)

    now = writer.fetch(known)

    assert now is not None
    hooked = ("instance_cores", "instance_memory", "instance_status", "volume_status")
    assert now == {name: value for name, value in known["reported"].items() if name not in hooked}


@pytest.mark.parametrize(("kind", "service", "link"), LABELLED)
def test_one_resource_is_deleted_and_no_other(
    cloud: Changing, writer: GcpWriter, kind: str, service: str, link: str
) -> None:
    doomed = node(cloud, kind, link)
    before = {row["name"] for row in cloud.server.resources(service=service)}

    writer.delete(doomed)

    after = {row["name"] for row in cloud.server.resources(service=service)}
    goes_along = {f"{HOME}/zones/{ZONE}/disks/vm0"} if kind == "gcp_instance" else set()
    assert before - after == {link} | goes_along
    assert writer.fetch(doomed) is None


def test_what_is_gone_is_deleted(cloud: Changing, writer: GcpWriter) -> None:
    doomed = node(cloud, "gcp_disk", DISK)
    cloud.server.remove("compute", DISK)

    writer.delete(doomed)

    assert writer.fetch(doomed) is None


def test_what_is_used_is_still_in_use(cloud: Changing, writer: GcpWriter) -> None:
    with pytest.raises(StillInUse, match="already being used"):
        writer.delete(node(cloud, "gcp_network", f"{HOME}/global/networks/main"))


def test_a_full_bucket_is_still_in_use(cloud: Changing, writer: GcpWriter) -> None:
    cloud.server.seed(Seed("storage", "b/workshop-data/o/file", {"size": "1"}, PROJECT))

    with pytest.raises(StillInUse, match="not empty"):
        writer.delete(node(cloud, "gcp_bucket", "b/workshop-data"))


def test_a_tag_key_goes_after_its_values(cloud: Changing, writer: GcpWriter) -> None:
    key = {"parent": HOME, "shortName": "stage"}
    cloud.server.seed(
        Seed("cloudresourcemanager", "tagKeys/7", key, PROJECT),
        Seed("cloudresourcemanager", "tagValues/8", {"parent": "tagKeys/7", "shortName": "test"}, PROJECT),
    )
    doomed, value = node(cloud, "gcp_tag_key", "tagKeys/7"), node(cloud, "gcp_tag_value", "tagValues/8")

    with pytest.raises(StillInUse, match="tag values"):
        writer.delete(doomed)
    writer.delete(value)
    writer.delete(doomed)

    assert writer.fetch(doomed) is None


@pytest.mark.parametrize(("state", "updates"), [("ACTIVE", 1), ("INACTIVE", 0)])
def test_a_key_is_switched_off_before_it_is_deleted(cloud: Changing, state: str, updates: int) -> None:
    """Google still shows the key after that, as deleted."""
    link = f"{HOME}/hmacKeys/GOOG1X"
    cloud.server.seed(Seed("storage", link, {"accessId": "GOOG1X", "projectId": PROJECT, "state": state}))
    doomed = parse(node(cloud, "gcp_storage_hmac_key", link))

    with GcpWriter(cloud.collector().settings) as writer:
        result = Deletion(doomed, writer, QUICK, threading.Event()).run()

    there = body(cloud, "storage", link)
    assert result.state == "deleted"
    assert there is not None
    assert there["state"] == "DELETED"
    assert cloud.server.requests().get("storage.projects.hmacKeys.update", 0) == updates


def test_what_is_protected_is_refused(cloud: Changing, writer: GcpWriter) -> None:
    link = f"{HOME}/zones/{ZONE}/instances/kept"
    cloud.server.seed(Seed("compute", link, {"deletionProtection": True, "status": "RUNNING"}))

    with pytest.raises(Protected, match="protected"):
        writer.delete(node(cloud, "gcp_instance", link))


@pytest.mark.parametrize("code", ["RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", "RESOURCE_NOT_READY"])
def test_a_late_refusal_is_seen(cloud: Changing, writer: GcpWriter, code: str) -> None:
    """The call is a success, and its operation fails."""
    cloud.server.rule(Rule("compute.disks.delete", 400, reason=code, late=True))
    doomed = node(cloud, "gcp_disk", DISK)

    with pytest.raises(StillInUse, match=code):
        writer.delete(doomed)

    assert writer.fetch(doomed) is not None


def test_a_failure_after_the_wait_is_seen_too(cloud: Changing, writer: GcpWriter) -> None:
    cloud.server.settings(operation_seconds=0.2)
    cloud.server.rule(Rule("compute.disks.delete", 400, late=True))
    doomed = parse(node(cloud, "gcp_disk", DISK))

    with GcpWriter(cloud.collector().settings, operation_seconds=0.0) as hasty:
        result = Deletion(doomed, hasty, QUICK, threading.Event()).run()

    assert result.state == "failed"
    assert "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE" in result.reason


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (Rule("compute.disks.delete", 403, reason="forbidden"), NotPermitted),
        (Rule("compute.disks.delete", 429), Throttled),
        (Rule("compute.disks.delete", 400, reason="invalid"), Unreadable),
        (Rule("compute.disks.delete", 401), NotAuthenticated),
    ],
)
def test_other_refusals_are_told_as_they_are(
    cloud: Changing, writer: GcpWriter, rule: Rule, error: type[Exception]
) -> None:
    doomed = node(cloud, "gcp_disk", DISK)
    cloud.server.rule(rule)

    with pytest.raises(error):
        writer.delete(doomed)


def test_a_look_that_fails_is_not_an_absence(cloud: Changing, writer: GcpWriter) -> None:
    doomed = node(cloud, "gcp_disk", DISK)
    cloud.server.deny("compute.disks.get")

    with pytest.raises(NotPermitted):
        writer.fetch(doomed)


@pytest.mark.parametrize(
    ("kind", "name", "method"),
    [("gcp_disk", DISK, "compute.disks.get"), ("gcp_bucket", "b/workshop-data", "storage.buckets.get")],
)
def test_a_page_that_is_not_found_is_not_an_absence(
    cloud: Changing, writer: GcpWriter, kind: str, name: str, method: str
) -> None:
    doomed = node(cloud, kind, name)
    cloud.server.rule(Rule(method, 404, raw="<html>Not Found</html>"))

    with pytest.raises(Unreadable):
        writer.fetch(doomed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"link": ""}, "no link"),
        ({"kind": "gcp_nonsense"}, "not a kind"),
    ],
)
def test_a_node_that_says_too_little_is_refused(
    cloud: Changing, writer: GcpWriter, change: dict[str, Any], words: str
) -> None:
    known = copy.deepcopy(node(cloud, "gcp_disk", DISK))
    known["reported"] |= change

    with pytest.raises(Unsupported, match=words):
        writer.delete(known)


def test_a_project_that_nobody_sees(cloud: Changing, writer: GcpWriter) -> None:
    narrow = cloud.server.key_file(PROJECT, "narrow", []).info
    known = node(cloud, "gcp_disk", DISK)
    blind = cloud.collector(service_account=(json.dumps(narrow), json.dumps(narrow)))

    with blind.writer() as other, pytest.raises(NotPermitted, match=r"projects\.get"):
        other.delete(known)


def test_other_services_have_operations_too(cloud: Changing, writer: GcpWriter) -> None:
    """GKE, Cloud SQL and long-running ones."""
    place = f"{HOME}/locations/{REGION}"
    cloud.server.seed(
        Seed("container", f"{place}/clusters/k", {"location": REGION, "status": "RUNNING"}),
        Seed("sqladmin", f"{HOME}/instances/db", {"region": REGION, "state": "RUNNABLE"}),
        Seed("redis", f"{place}/instances/cache"),
    )
    cloud.server.settings(operation_seconds=0.1)
    links = {
        "gcp_container_cluster": f"{place}/clusters/k",
        "gcp_sql_database_instance": f"{HOME}/instances/db",
        "gcp_redis_instance": f"{place}/instances/cache",
    }
    for kind, link in links.items():
        doomed = node(cloud, kind, link)

        writer.delete(doomed)

        assert writer.fetch(doomed) is None


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        ("gcp_project", HOME),
        ("gcp_operation", f"{HOME}/global/operations/o"),
        ("gcp_bigquery_job", f"{HOME}/jobs/j"),
    ],
)
def test_what_is_no_resource_of_its_own_is_not_deleted(
    cloud: Changing, writer: GcpWriter, kind: str, link: str
) -> None:
    """The record of an operation or of a job: what it does would go on."""
    known = node(cloud, "gcp_disk", DISK)
    known["reported"] |= {"kind": kind, "id": PROJECT, "link": link}

    with pytest.raises(Unsupported, match="no call is known"):
        writer.delete(known)


REMEMBERED = [
    ("gcp_iam_role", "iam", f"{HOME}/roles/own", ("deleted", True)),
    ("gcp_iam_workload_identity_pool", "iam", f"{POOLS}/own", ("state", "DELETED")),
    ("gcp_apikeys_key", "apikeys", f"{HOME}/locations/global/keys/own", ("deleteTime", CREATED_UTC)),
]
"""Resources that Google shows after they are deleted, and how they say it."""


@pytest.mark.parametrize(("kind", "service", "link", "mark"), REMEMBERED)
def test_what_google_only_remembers_is_gone(
    cloud: Changing, writer: GcpWriter, kind: str, service: str, link: str, *, mark: tuple[str, object]
) -> None:
    cloud.server.seed(Seed(service, link))
    doomed = node(cloud, kind, link)

    writer.delete(doomed)

    there = body(cloud, service, link)
    assert there is not None
    assert mark in there.items()
    assert writer.fetch(doomed) is None
    assert cloud.collect(collect=(kind,)).nodes(kind) == []


def test_what_is_being_deleted_is_still_there(cloud: Changing, writer: GcpWriter) -> None:
    """Some say that they are deleted as soon as they are asked to: their operation says when it is so."""
    link = f"{HOME}/locations/global/keys/own"
    cloud.server.seed(Seed("apikeys", link))
    cloud.server.settings(operation_seconds=600)
    doomed = node(cloud, "gcp_apikeys_key", link)

    with GcpWriter(cloud.collector().settings, operation_seconds=0.0) as hasty:
        hasty.delete(doomed)
        cloud.server.seed(Seed("apikeys", link, {"deleteTime": CREATED_UTC}))

        assert hasty.fetch(doomed) is not None
    assert writer.fetch(doomed) is None


def test_the_material_of_a_key_is_destroyed_and_its_key_stays(cloud: Changing, writer: GcpWriter) -> None:
    """For a time it can be restored. Until Google has forgotten the version, it keeps its key, and that its ring."""
    ring = f"{HOME}/locations/{REGION}/keyRings/ring"
    key, version = f"{ring}/cryptoKeys/key", f"{ring}/cryptoKeys/key/cryptoKeyVersions/1"
    cloud.server.seed(Seed("cloudkms", ring), Seed("cloudkms", key))
    cloud.server.seed(Seed("cloudkms", version, {"state": "ENABLED"}))
    kinds = ("gcp_kms_key_ring", "gcp_kms_crypto_key", "gcp_kms_crypto_key_version")
    found = {
        one["reported"]["link"]: one
        for one in core_nodes(cloud.collect(collect=kinds).graph)
        if one["reported"].get("link")
    }

    writer.delete(found[version])

    assert writer.fetch(found[version]) is None
    assert (body(cloud, "cloudkms", version) or {})["state"] == "DESTROY_SCHEDULED"
    for held, why in ((key, "versions"), (ring, "keys")):
        with pytest.raises(StillInUse, match=why):
            writer.delete(found[held])
    assert cloud.server.requests().get(f"{VERSIONS}.delete", 0) == 0
