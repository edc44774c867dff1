"""What Google keeps as long as it has parts goes after them, and what cannot be deleted alone keeps nothing back."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from resoto_plugin_gcp.writer import GcpWriter

from resotolib.clean.deletion import Patience
from resotolib.clean.plan import make_plan
from resotolib.clean.resource import parse
from resotolib.clean.run import Run
from tests.fakes.gcp.seeding import Seed
from tests.plugins.gcp.clouds import PROJECT, REGION, Changing
from tests.plugins.nodes import core_nodes

HOME = f"projects/{PROJECT}"
ZONE = f"{HOME}/managedZones/own"
CLUSTER = f"{HOME}/locations/{REGION}/clusters/own"
QUICK = Patience(in_use=0.2, gone=0.5, first=0.01, most=0.1)


def records() -> Iterator[Seed]:
    """A zone with its own records, and one that somebody added."""
    yield Seed("dns", ZONE, {"dnsName": "own.example.", "name": "own", "id": "7"})
    for name, type_ in (("own.example.", "NS"), ("own.example.", "SOA"), ("www.own.example.", "A")):
        yield Seed("dns", f"{ZONE}/rrsets/{name}/{type_}", {"name": name, "type": type_, "ttl": 60})


def clean(cloud: Changing, *kinds: str) -> dict[str, str]:
    """Delete all of these kinds as a cleanup does; how each ended, in the order in which it did."""
    run = cloud.collect(collect=kinds)
    resources = [parse(node) for node in core_nodes(run.graph) if node["reported"]["kind"] in kinds]
    names = {node.id: str(node.reported["link"]) for node in run.graph.nodes() if "link" in node.reported}
    plan = make_plan(resources, ((a, b) for a, b, type_ in run.graph.edges() if type_ == "delete"))
    with cloud.collector().writer() as writer:
        assert isinstance(writer, GcpWriter)
        results = Run(plan, {"gcp": writer}, threading.Event(), patience=QUICK).results()
        return {names[result.resource.id]: result.state for result in results}


def test_a_zone_goes_after_its_records_and_with_those_of_its_own(cloud: Changing) -> None:
    cloud.server.seed(*records())

    states = clean(cloud, "gcp_dns_managed_zone", "gcp_dns_record_set")

    assert states == {
        f"{ZONE}/rrsets/own.example./NS": "left",
        f"{ZONE}/rrsets/own.example./SOA": "left",
        f"{ZONE}/rrsets/www.own.example./A": "deleted",
        ZONE: "deleted",
    }
    assert list(states)[-1] == ZONE


@pytest.mark.parametrize(
    ("service", "whole", "part", "below"),
    [
        ("alloydb", "gcp_alloydb_cluster", "gcp_alloydb_instance", f"{CLUSTER}/instances/one"),
        ("container", "gcp_container_cluster", "gcp_container_node_pool", f"{CLUSTER}/nodePools/one"),
    ],
)
def test_parts_go_first(cloud: Changing, service: str, whole: str, part: str, below: str) -> None:
    cloud.server.seed(Seed(service, CLUSTER), Seed(service, below))

    states = clean(cloud, whole, part)

    assert list(states.items()) == [(below, "deleted"), (CLUSTER, "deleted")]
