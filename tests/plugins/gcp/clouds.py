"""What the tests of the plugin collect: a sample organisation, and a small project that they change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from resoto_plugin_gcp.collector import GcpCollector
from resoto_plugin_gcp.settings import GcpSettings

from resotolib.collect.scope import Scope
from tests.fakes.gcp import estate, places
from tests.fakes.gcp.seeding import Seed, compute_link
from tests.fakes.gcp.server import GcpServer
from tests.plugins.run import TestRun

PROJECT, NUMBER = "workshop", "1001"
REGION, ZONE, AWAY = "us-central1", "us-central1-a", "europe-west1-b"


@dataclass(frozen=True)
class Sample:
    """The sample organisation and who may see all of it."""

    server: GcpServer
    key: str
    project: str

    def collector(self, **settings: Any) -> GcpCollector:
        """A collector of it."""
        return collector(self.server, self.key, **settings)


@dataclass(frozen=True)
class Changing:
    """A small project and who may see it."""

    server: GcpServer
    key: str

    def collector(self, **settings: Any) -> GcpCollector:
        """A collector of it."""
        return collector(self.server, self.key, **settings)

    def collect(self, **settings: Any) -> TestRun:
        """The project as it is read now."""
        made = self.collector(**settings)
        return collect(made, made.scopes().scopes[0])


def sample(server: GcpServer) -> Sample:
    """Fill a server with the sample organisation."""
    made = estate.seed(server, estate.SMALL)
    return Sample(server, json.dumps(server.key_file(made.projects[0]).info), made.projects[0])


def changing(server: GcpServer, key: str) -> Changing:
    """Fill a server, whatever was in it, with the small project; `key` sees everything there."""
    server.reset()
    server.forget()
    server.settings(operation_seconds=0.0, unreachable=[])
    server.seed(*contents())
    return Changing(server, key)


def contents() -> Iterator[Seed]:
    """A network with machines in two zones, their disks and a firewall; topics, a bucket, a secret."""
    home = f"projects/{PROJECT}"
    network = compute_link(f"{home}/global/networks/main")
    yield Seed("cloudresourcemanager", "organizations/1", {"displayName": "example.com"})
    yield places.project(PROJECT, NUMBER, "organizations/1", labels={"stage": "test"})
    yield from places.places(PROJECT)
    yield Seed("compute", f"{home}/global/networks/main")
    subnet = {"network": network, "ipCidrRange": "10.0.0.0/24"}
    yield Seed("compute", f"{home}/regions/{REGION}/subnetworks/inner", subnet)
    yield Seed("compute", f"{home}/global/firewalls/ssh", {"network": network})
    for zone in (ZONE, AWAY):
        for number in range(2):
            yield from _machine(f"{home}/zones/{zone}", number, network)
    yield Seed("compute", f"{home}/regions/{REGION}/disks/twin", {"sizeGb": "20", "labels": {"stage": "test"}})
    yield Seed("compute", f"{home}/global/addresses/front", {"labels": {"stage": "test"}})
    for number in range(3):
        yield Seed("pubsub", f"{home}/topics/topic-{number}", {"labels": {"stage": "test"}})
    yield Seed("storage", "b/workshop-data", {"labels": {"stage": "test"}, "location": "EU"}, PROJECT)
    yield Seed("secretmanager", f"{home}/secrets/key", {"labels": {"stage": "test"}})


def _machine(zone: str, number: int, network: str) -> Iterator[Seed]:
    link = compute_link(f"{zone}/instances/vm{number}")
    types = {"machineType": compute_link(f"{zone}/machineTypes/e2-medium")}
    yield Seed("compute", f"{zone}/disks/vm{number}", {"sizeGb": "10", "users": [link]})
    disk = {"source": compute_link(f"{zone}/disks/vm{number}"), "autoDelete": True}
    body = {"disks": [disk], "networkInterfaces": [{"network": network}], "labels": {"stage": "test"}, **types}
    yield Seed("compute", f"{zone}/instances/vm{number}", {**body, "status": "RUNNING"})


def collector(server: GcpServer, key: str, **settings: Any) -> GcpCollector:
    """A collector of what a key sees."""
    given = {"service_account": (key,), "endpoint_url": server.url, "throttle_timeout": 1, **settings}
    return GcpCollector(GcpSettings(**given))


def collect(made: GcpCollector, scope: Scope, threads: int = 8) -> TestRun:
    """One scope, collected."""
    with TestRun(threads, "gcp") as run:
        made.collect(scope, run)
    return run
