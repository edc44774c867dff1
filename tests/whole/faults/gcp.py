"""Two small projects of Google Cloud, and the faults of that cloud with what becomes of a run that meets them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests.fakes.gcp import places
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.seeding import Seed, compute_link
from tests.fakes.gcp.server import GcpServer
from tests.whole.faults.declared import KEPT, Fault

NEAR, FAR = "near-shore", "far-shore"
REGION, ZONE, AWAY = "us-central1", "us-central1-a", "europe-west1"
INSTANCE, DISK, TOPIC, CLUSTER = "gcp_instance", "gcp_disk", "gcp_pubsub_topic", "gcp_container_cluster"
KINDS = (INSTANCE, DISK, TOPIC, CLUSTER, "gcp_network", "gcp_firewall", "gcp_secret", "gcp_bucket")
DISKS, TOPICS = "compute.disks.aggregatedList", "pubsub.projects.topics.list"
FORK = ("--fork", "--gcp-fork")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class GcpCloud:
    """The cloud and the key of who sees both projects."""

    server: GcpServer
    key: str
    collector: str = "gcp"

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of the collector."""
        return ("--gcp-endpoint-url", self.server.url, "--gcp-collect", *KINDS, "--gcp-throttle-timeout", "1")

    @property
    def credentials(self) -> Mapping[str, str]:
        """The key."""
        return {"RESOTOWORKER_GCP_SERVICE_ACCOUNT": self.key}

    def mend(self) -> None:
        """Everything is answered again."""
        self.server.forget()
        self.server.unreachable()

    def make(self, service: str) -> str:
        """Make a victim, a firewall or a secret; its name."""
        name = f"victim-{next(_numbers)}"
        self.server.seed(Seed(service, _path(service, name)))
        return name

    def delete(self, service: str, name: str) -> None:
        """Delete it, past the worker."""
        self.server.remove(service, _path(service, name))


def _path(service: str, name: str) -> str:
    return f"projects/{FAR}/{'global/firewalls' if service == 'compute' else 'secrets'}/{name}"


@contextmanager
def gcp_cloud() -> Iterator[GcpCloud]:
    """Start and fill it."""
    with GcpServer(page_size=2) as server:
        server.seed(Seed("cloudresourcemanager", "organizations/1"))
        for number, project in enumerate((NEAR, FAR)):
            server.seed(places.project(project, f"100{number}", "organizations/1"), *places.places(project))
            server.seed(*_contents(project))
        yield GcpCloud(server, json.dumps(server.key_file(NEAR).info))


def _contents(project: str) -> Iterator[Seed]:
    home = f"projects/{project}"
    network = compute_link(f"{home}/global/networks/main")
    yield Seed("compute", f"{home}/global/networks/main")
    yield Seed("compute", f"{home}/global/firewalls/ssh", {"network": network})
    for zone in (ZONE, "us-central1-b", "europe-west1-b"):
        where = f"{home}/zones/{zone}"
        types = {"machineType": compute_link(f"{where}/machineTypes/e2-medium"), "status": "RUNNING"}
        yield Seed("compute", f"{where}/instances/vm", {"networkInterfaces": [{"network": network}], **types})
        for number in range(2):
            yield Seed("compute", f"{where}/disks/disk-{number}", {"sizeGb": "10"})
    for region in (REGION, AWAY):
        cluster = {"location": region, "network": "main", "status": "RUNNING"}
        yield Seed("container", f"{home}/locations/{region}/clusters/c", cluster)
        yield Seed("compute", f"{home}/regions/{region}/disks/twin", {"sizeGb": "10"})
    for number in range(3):
        yield Seed("pubsub", f"{home}/topics/topic-{number}")
    yield Seed("secretmanager", f"{home}/secrets/key")
    yield Seed("storage", f"b/{project}", {"location": "EU"}, project)


@dataclass(frozen=True)
class GcpFault(Fault):
    """Made by `spoil`. `kinds`, `regions`: where alone something is stale afterwards; nothing is unless `sent`.

    `words` is what the operator is told. `victim`: the service of what is deleted before, and gone afterwards.
    """

    spoil: Callable[[GcpServer], None]
    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sent: bool = True
    victim: str = "compute"


def _throttle_some(server: GcpServer) -> None:
    for method in ("compute.*", "pubsub.*", "container.*"):
        server.fault(method, 429, times=2)


def _break_page_two(server: GcpServer) -> None:
    server.rule(Rule(TOPICS, times=1))
    server.fault(TOPICS, 400, message="bad page token")


def _answer(server: GcpServer, topics: str, disks: str) -> None:
    server.rule(Rule(TOPICS, raw=topics))
    server.rule(Rule(DISKS, raw=disks))


GCP_FAULTS: tuple[GcpFault, ...] = (
    GcpFault(
        "one kind of GCP is denied",
        f"the kind is unread and {KEPT}; everything else is read",
        "partial",
        lambda server: server.deny(DISKS),
        (f"{DISK} is unread in all regions: ", "compute:disks.aggregatedList", "permissions gcp"),
        (DISK,),
    ),
    GcpFault(
        "a zone of GCP does not answer",
        f"what is in the zone is {KEPT}, and nothing else",
        "partial",
        lambda server: server.unreachable(f"zones/{ZONE}"),
        (f"{DISK} is unread in {ZONE}: ", f"{INSTANCE} is unread in {ZONE}: "),
        (DISK, INSTANCE),
        (REGION,),
    ),
    GcpFault(
        "a region of GCP does not answer",
        f"what is in the region is {KEPT}, what is in its zones and elsewhere is read",
        "partial",
        lambda server: server.unreachable(f"regions/{AWAY}"),
        (f"{DISK} is unread in {AWAY}: ", f"{CLUSTER} is unread in {AWAY}: "),
        (DISK, CLUSTER),
        (AWAY,),
    ),
    GcpFault(
        "one project of GCP is denied",
        f"everything in it is unread and {KEPT}; the others are read",
        "partial",
        lambda server: server.rule(Rule("*.list", 403, f"projects/{NEAR}")),
        (f"{TOPIC} is unread in all regions: ", "Give the credentials the role"),
    ),
    GcpFault(
        "projects of GCP cannot be searched",
        "the credentials' own project is collected; the core keeps the others",
        "done",
        lambda server: server.deny("cloudresourcemanager.projects.search"),
        (f"Only project {NEAR}, which the credentials belong to, is collected",),
        sent=False,
        victim="",
    ),
    GcpFault(
        "which services are switched on in a project of GCP cannot be read",
        "all are tried; one that is off says so itself",
        "done",
        lambda server: server.deny("serviceusage.services.list"),
        ("All services are tried",),
        sent=False,
    ),
    GcpFault(
        "some calls to GCP are throttled",
        "they are repeated; nothing is missing",
        "done",
        _throttle_some,
        (),
        sent=False,
    ),
    GcpFault(
        "a service of GCP is throttled for ever",
        f"its kinds are unread and {KEPT}",
        "partial",
        lambda server: server.fault("pubsub.*", 429),
        (f"{TOPIC} is unread in all regions: ", "429", "--gcp-zone-pool-size"),
        (TOPIC,),
    ),
    GcpFault(
        "page 2 of a listing of GCP fails",
        f"what was not read is {KEPT}; page 1 is new",
        "partial",
        _break_page_two,
        (f"{TOPIC} is unread in all regions: ", "bad page token"),
        (TOPIC,),
    ),
    GcpFault(
        "an answer of GCP is no JSON",
        f"the kind is unread and {KEPT}",
        "partial",
        lambda server: _answer(server, "<html>", '{"items": {"zon'),
        (f"{TOPIC} is unread in all regions: ", f"{DISK} is unread in all regions: "),
        (TOPIC, DISK),
    ),
    GcpFault(
        "an answer of GCP is empty",
        f"the kind is unread and {KEPT}: nothing said is not nothing there",
        "partial",
        lambda server: _answer(server, "", ""),
        (f"{TOPIC} is unread in all regions: ", f"{DISK} is unread in all regions: "),
        (TOPIC, DISK),
    ),
    GcpFault(
        "details of GCP are denied",
        "what the list says is new, the details are kept as the core has them, with `stale_since`",
        "partial",
        lambda server: server.deny("compute.machineTypes.get"),
        (f"{INSTANCE} is unread in ", "machineTypes.get"),
        (INSTANCE,),
    ),
    GcpFault(
        "a kind of GCP answers with 500",
        f"it is asked again, then unread and {KEPT}",
        "partial",
        lambda server: server.fault(DISKS, 500),
        (f"{DISK} is unread in all regions: ", "500"),
        (DISK,),
    ),
    GcpFault(
        "the token for GCP is withdrawn in mid-run",
        "a new one is fetched; nothing is missing",
        "done",
        lambda server: server.fault("pubsub.*", 401, times=1),
        (),
        sent=False,
    ),
    GcpFault(
        "GCP takes no token any more in mid-run",
        f"what was not read by then is {KEPT}",
        "partial",
        lambda server: server.fault("pubsub.*", 401),
        (f"{TOPIC} is unread in all regions: ", "expired"),
        (TOPIC,),
    ),
)
