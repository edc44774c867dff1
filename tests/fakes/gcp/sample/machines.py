"""Machines, their disks, and groups of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.gcp.places import zones_of
from tests.fakes.gcp.sample import networks
from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import Seed

GROUP = "instanceGroups/web-group"
IMAGE = "global/images/base"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def create(site: Site) -> Iterator[Seed]:
    """Images, templates, in each zone machines with their disks, and a managed group."""
    yield site.compute(IMAGE, status="READY", diskSizeGb="10", family="base", labels=site.labels("base"))
    yield _schedule(site)
    yield _template(site)
    for zone in site.zones:
        for name in site.names("vm", 4):
            yield from _machine(site, zone, name)
        for name in site.names("spare", 2):
            yield _disk(site, zone, name)
    yield from _group(site)
    yield from _reserved(site)
    for name in site.names("daily", 6):
        yield _snapshot(site, name)


def _schedule(site: Site) -> Seed:
    schedule = {"dailySchedule": {"daysInCycle": 1, "startTime": "04:00"}}
    policy = {"schedule": schedule, "retentionPolicy": {"maxRetentionDays": 7}}
    return site.compute(f"regions/{site.home}/resourcePolicies/daily", snapshotSchedulePolicy=policy, status="READY")


def _template(site: Site) -> Seed:
    properties = {
        "machineType": "e2-medium",
        "disks": [{"boot": True, "initializeParams": {"sourceImage": site.link(IMAGE)}}],
        "networkInterfaces": [{"network": site.link(networks.NETWORK)}],
        "serviceAccounts": [
            {"email": site.account("app"), "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}
        ],
        "labels": site.labels("web"),
    }
    return site.compute("global/instanceTemplates/web", properties=properties)


def _disk(site: Site, zone: str, name: str, **more: object) -> Seed:
    kind = site.link(f"zones/{zone}/diskTypes/pd-balanced")
    body = {
        "sizeGb": "20",
        "type": kind,
        "status": "READY",
        "labels": site.labels(name),
        "physicalBlockSizeBytes": "4096",
    }
    key = {"kmsKeyName": f"{site.key(site.home)}/cryptoKeyVersions/1"}
    return site.compute(f"zones/{zone}/disks/{name}", **body, diskEncryptionKey=key, **more)


def _machine(site: Site, zone: str, name: str) -> Iterator[Seed]:
    number = sum(f"{zone}{name}".encode()) % 250
    instance = site.link(f"zones/{zone}/instances/{name}")
    policies = [site.link(f"regions/{site.home}/resourcePolicies/daily")] if zone in zones_of(site.home) else []
    yield _disk(site, zone, name, users=[instance], sourceImage=site.link(IMAGE), resourcePolicies=policies)
    boot = {
        "source": site.link(f"zones/{zone}/disks/{name}"),
        "boot": True,
        "autoDelete": True,
        "index": 0,
        "type": "PERSISTENT",
    }
    yield site.compute(
        f"zones/{zone}/instances/{name}",
        status="TERMINATED" if name.endswith("-4") else "RUNNING",
        machineType=site.link(f"zones/{zone}/machineTypes/e2-medium"),
        disks=[boot],
        networkInterfaces=[_interface(site, zone, number)],
        serviceAccounts=[{"email": site.account("app"), "scopes": SCOPES}],
        labels=site.labels(name),
        tags={"items": ["web"], "fingerprint": "42WmSpB8rSM="},
        scheduling={"preemptible": False, "automaticRestart": True, "onHostMaintenance": "MIGRATE"},
        deletionProtection=False,
        lastStartTimestamp="2026-01-03T03:04:05.000-07:00",
    )


def _interface(site: Site, zone: str, number: int) -> Json:
    return {
        "name": "nic0",
        "network": site.link(networks.NETWORK),
        "subnetwork": site.link(networks.subnet(zone.rpartition("-")[0])),
        "networkIP": f"10.0.0.{number}",
        "accessConfigs": [{"type": "ONE_TO_ONE_NAT", "name": "External NAT", "natIP": f"203.0.113.{number}"}],
    }


def _group(site: Site) -> Iterator[Seed]:
    zone = f"zones/{site.zone}"
    where = {"network": site.link(networks.NETWORK), "subnetwork": site.link(networks.subnet(site.home))}
    yield site.compute(f"{zone}/{GROUP}", size=2, namedPorts=[{"name": "http", "port": 8080}], **where)
    manager = f"{zone}/instanceGroupManagers/web-group"
    yield site.compute(
        manager,
        instanceGroup=site.link(f"{zone}/{GROUP}"),
        instanceTemplate=site.link("global/instanceTemplates/web"),
        baseInstanceName="web",
        targetSize=2,
    )
    yield from _machine(site, site.zone, "web-1")
    member = {"instance": site.link(f"{zone}/instances/web-1")}
    yield site.compute(f"{zone}/{GROUP}/listInstances/web-1", status="RUNNING", **member)
    yield site.compute(f"{manager}/listManagedInstances/web-1", instanceStatus="RUNNING", **member)
    policy = {
        "minNumReplicas": 1,
        "maxNumReplicas": 4,
        "coolDownPeriodSec": 60,
        "cpuUtilization": {"utilizationTarget": 0.6},
    }
    yield site.compute(f"{zone}/autoscalers/web", target=site.link(manager), autoscalingPolicy=policy, status="ACTIVE")


def _reserved(site: Site) -> Iterator[Seed]:
    zone, region = f"zones/{site.zone}", f"regions/{site.home}"
    size = {"count": "1", "instanceProperties": {"machineType": "n2-standard-4"}}
    yield site.compute(f"{zone}/reservations/burst", status="READY", specificReservation=size)
    yield site.compute(f"{region}/nodeTemplates/sole", nodeType="n2-node-80-640", status="READY")
    template = site.link(f"{region}/nodeTemplates/sole")
    yield site.compute(f"{zone}/nodeGroups/sole", nodeTemplate=template, size=1, status="READY")
    resources = [{"type": "VCPU", "amount": "4"}, {"type": "MEMORY", "amount": "16384"}]
    yield site.compute(f"{region}/commitments/year", plan="TWELVE_MONTH", status="ACTIVE", resources=resources)
    disk = site.link(f"{zone}/disks/vm-1")
    labels = site.labels("before")
    yield site.compute(
        f"{zone}/instantSnapshots/before", sourceDisk=disk, status="READY", diskSizeGb="20", labels=labels
    )
    source = site.link(f"{zone}/instances/vm-1")
    yield site.compute(
        "global/machineImages/golden", sourceInstance=source, status="READY", totalStorageBytes="1073741824"
    )
    accelerator = {"description": "NVIDIA T4", "maximumCardsPerInstance": 4, "zone": site.link(zone)}
    yield site.compute(f"{zone}/acceleratorTypes/nvidia-tesla-t4", **accelerator)


def _snapshot(site: Site, name: str) -> Seed:
    disk = site.link(f"zones/{site.zone}/disks/vm-1")
    size = {"diskSizeGb": "20", "storageBytes": "1048576", "storageBytesStatus": "UP_TO_DATE"}
    return site.compute(
        f"global/snapshots/{name}", sourceDisk=disk, status="READY", labels=site.labels(name), autoCreated=True, **size
    )
