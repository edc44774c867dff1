"""The unmodified SDK takes the test cloud for Google's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud import compute_v1
from google.oauth2 import service_account

from tests.fakes.gcp import places
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.seeding import Seed, compute_link
from tests.fakes.gcp.server import GcpServer

PROJECT, ZONE, REGION = "shop", "us-central1-a", "us-central1"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
HERE: dict[str, Any] = {"project": PROJECT, "zone": ZONE}


@pytest.fixture(scope="module")
def running() -> Iterator[GcpServer]:
    with GcpServer(page_size=2) as server:
        yield server


@pytest.fixture
def cloud(running: GcpServer) -> GcpServer:
    """Two zones with machines and disks, a network that they are in, and a firewall."""
    running.reset()
    running.settings(operation_seconds=0.0)
    network = compute_link(f"projects/{PROJECT}/global/networks/main")
    running.seed(
        Seed("cloudresourcemanager", "organizations/1"),
        places.project(PROJECT, "1001", "organizations/1"),
        *places.places(PROJECT),
        Seed("compute", f"projects/{PROJECT}/global/networks/main"),
        Seed("compute", f"projects/{PROJECT}/global/firewalls/ssh", {"network": network}),
        *(seed for zone in (ZONE, "europe-west1-b") for number in range(3) for seed in machine(zone, number, network)),
        Seed("compute", f"projects/{PROJECT}/zones/{ZONE}/disks/spare", {"sizeGb": "10", "labels": {"stage": "dev"}}),
    )
    return running


def machine(zone: str, number: int, network: str) -> Iterator[Seed]:
    name = f"projects/{PROJECT}/zones/{zone}"
    link = compute_link(f"{name}/instances/vm{number}")
    yield Seed("compute", f"{name}/disks/vm{number}", {"sizeGb": "10", "users": [link]})
    disk = {"source": compute_link(f"{name}/disks/vm{number}"), "autoDelete": True}
    interfaces = [{"network": network}]
    yield Seed("compute", f"{name}/instances/vm{number}", {"disks": [disk], "networkInterfaces": interfaces})


@pytest.fixture(scope="module")
def arguments(running: GcpServer) -> dict[str, Any]:
    """What every client is made with: a service account that logs in with a token it signs itself."""
    info = running.key_file(PROJECT).info
    credentials = service_account.Credentials.from_service_account_info(info, scopes=[SCOPE])  # type: ignore[no-untyped-call]
    return {"credentials": credentials, "client_options": ClientOptions(api_endpoint=running.url)}


def done(arguments: dict[str, Any], operation: Any) -> Any:
    """The operation, when it is over."""
    if operation.zone:
        return compute_v1.ZoneOperationsClient(**arguments).wait(operation=operation.name, **HERE)
    return compute_v1.GlobalOperationsClient(**arguments).wait(project=PROJECT, operation=operation.name)


def test_a_list_is_paged(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    found = compute_v1.InstancesClient(**arguments).list(**HERE)

    assert [instance.name for instance in found] == ["vm0", "vm1", "vm2"]
    assert cloud.continued()["compute.instances.list"] >= 1


def test_an_aggregated_list_names_every_scope_on_every_page(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    pages: list[Any] = list(compute_v1.InstancesClient(**arguments).aggregated_list(project=PROJECT).pages)

    found = [instance.name for page in pages for scoped in page.items.values() for instance in scoped.instances]
    assert len(pages) == 3
    assert sorted(found) == ["vm0", "vm0", "vm1", "vm1", "vm2", "vm2"]
    assert all(len(page.items) == 4 for page in pages)
    assert {scoped.warning.code for scoped in pages[0].items.values()} == {"", "NO_RESULTS_ON_PAGE"}


def test_an_unreachable_zone_is_said_to_be_so(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    cloud.unreachable(f"zones/{ZONE}")

    pages: list[Any] = list(compute_v1.InstancesClient(**arguments).aggregated_list(project=PROJECT).pages)

    scoped = pages[0].items[f"zones/{ZONE}"]
    cloud.unreachable()
    assert scoped.warning.code == "UNREACHABLE"
    assert not scoped.instances
    assert [link.rpartition("/")[2] for link in pages[0].unreachables] == [ZONE]


def test_a_filter_is_applied(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    request = compute_v1.ListDisksRequest(filter="labels.stage = dev", **HERE)

    assert [disk.name for disk in compute_v1.DisksClient(**arguments).list(request=request)] == ["spare"]


def test_a_disk_is_made_labelled_and_deleted(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    disks = compute_v1.DisksClient(**arguments)
    made = disks.insert_unary(disk_resource=compute_v1.Disk(name="new", size_gb=10), **HERE)
    assert made.status == compute_v1.Operation.Status.RUNNING
    assert done(arguments, made).status == compute_v1.Operation.Status.DONE

    seen = disks.get(disk="new", **HERE).label_fingerprint
    wanted = compute_v1.ZoneSetLabelsRequest(labels={"owner": "ada"}, label_fingerprint=seen)
    done(arguments, disks.set_labels_unary(resource="new", zone_set_labels_request_resource=wanted, **HERE))
    assert dict(disks.get(disk="new", **HERE).labels) == {"owner": "ada"}
    with pytest.raises(exceptions.PreconditionFailed, match="fingerprint"):
        disks.set_labels_unary(resource="new", zone_set_labels_request_resource=wanted, **HERE)

    done(arguments, disks.delete_unary(disk="new", **HERE))
    with pytest.raises(exceptions.NotFound):
        disks.get(disk="new", **HERE)


def test_an_operation_takes_its_time(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    """What it does shows when it is over, not when it is taken."""
    cloud.settings(operation_seconds=60.0)
    disks = compute_v1.DisksClient(**arguments)

    operation = disks.delete_unary(disk="spare", **HERE)

    reread = compute_v1.ZoneOperationsClient(**arguments).get(operation=operation.name, **HERE)
    assert reread.status == compute_v1.Operation.Status.RUNNING
    assert disks.get(disk="spare", **HERE).name == "spare"
    assert done(arguments, operation).status == compute_v1.Operation.Status.DONE
    with pytest.raises(exceptions.NotFound):
        disks.get(disk="spare", **HERE)


def test_a_late_failure_is_in_the_operation(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    cloud.rule(Rule("compute.disks.delete", 400, reason="RESOURCE_NOT_READY", late=True))
    disks = compute_v1.DisksClient(**arguments)

    operation = done(arguments, disks.delete_unary(disk="spare", **HERE))

    cloud.forget()
    assert operation.http_error_status_code == 400
    assert [error.code for error in operation.error.errors] == ["RESOURCE_NOT_READY"]
    assert disks.get(disk="spare", **HERE).name == "spare"


def test_what_is_used_is_not_deleted(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    networks, instances = compute_v1.NetworksClient(**arguments), compute_v1.InstancesClient(**arguments)
    with pytest.raises(exceptions.BadRequest) as refused:
        networks.delete_unary(project=PROJECT, network="main")
    assert refused.value.errors[0]["reason"] == "resourceInUseByAnotherResource"

    for zone in (ZONE, "europe-west1-b"):
        for number in range(3):
            instances.delete_unary(project=PROJECT, zone=zone, instance=f"vm{number}")
    compute_v1.FirewallsClient(**arguments).delete_unary(project=PROJECT, firewall="ssh")
    done(arguments, networks.delete_unary(project=PROJECT, network="main"))

    assert not list(networks.list(project=PROJECT))
    assert [disk.name for disk in compute_v1.DisksClient(**arguments).list(**HERE)] == ["spare"]


def test_a_protected_machine_is_not_deleted(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    instances = compute_v1.InstancesClient(**arguments)
    protect = compute_v1.SetDeletionProtectionInstanceRequest(resource="vm0", deletion_protection=True, **HERE)
    done(arguments, instances.set_deletion_protection_unary(request=protect))

    with pytest.raises(exceptions.BadRequest, match="protected"):
        instances.delete_unary(instance="vm0", **HERE)


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, exceptions.Forbidden), (429, exceptions.TooManyRequests), (503, exceptions.ServiceUnavailable)],
)
def test_faults_are_errors_of_the_sdk(
    cloud: GcpServer, arguments: dict[str, Any], status: int, error: type[exceptions.GoogleAPICallError]
) -> None:
    cloud.fault("compute.disks.list", status, times=1, headers={"Retry-After": "1"})

    with pytest.raises(error) as raised:
        list(compute_v1.DisksClient(**arguments).list(retry=None, **HERE))

    assert raised.value.response.headers["Retry-After"] == "1"
    assert len(list(compute_v1.DisksClient(**arguments).list(**HERE))) == 4


def test_a_retry_rides_out_faults(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    for status in (503, 429, 503):
        cloud.fault("compute.disks.list", status, times=1)
    patient = Retry(
        predicate=if_exception_type(exceptions.TooManyRequests, exceptions.ServiceUnavailable), initial=0.01
    )

    assert len(list(compute_v1.DisksClient(**arguments).list(retry=patient, **HERE))) == 4


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (compute_v1.ListDisksRequest(project=PROJECT, zone="mars-1"), "Unknown zone"),
        (compute_v1.ListDisksRequest(filter="((( bad", **HERE), "Invalid list filter"),
        (compute_v1.ListDisksRequest(page_token="made-up", **HERE), "pageToken"),
    ],
)
def test_bad_requests_are_refused(
    cloud: GcpServer, arguments: dict[str, Any], request_: compute_v1.ListDisksRequest, message: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=message):
        list(compute_v1.DisksClient(**arguments).list(request=request_))


def test_a_project_that_is_not_there(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    with pytest.raises(exceptions.NotFound):
        list(compute_v1.NetworksClient(**arguments).list(project="nobody"))


def test_a_service_that_is_switched_off(cloud: GcpServer, arguments: dict[str, Any]) -> None:
    cloud.switch(PROJECT, "compute", on=False)

    with pytest.raises(exceptions.Forbidden, match="has not been used in project 1001") as refused:
        list(compute_v1.NetworksClient(**arguments).list(project=PROJECT))

    assert refused.value.reason == "SERVICE_DISABLED"
