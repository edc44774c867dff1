"""What is in a project is in the graph, where it belongs, and linked."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from resoto_plugin_gcp import kinds
from resoto_plugin_gcp.places import is_region

from resotolib.graph.check import check
from resotolib.graph.cycles import drop_cycles
from resotolib.kinds.base import base_kinds
from resotolib.testing.contract import check_collector
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.seeding import Seed, compute_link
from tests.plugins.gcp.clouds import AWAY, NUMBER, PROJECT, REGION, ZONE, Changing, Sample, collect
from tests.plugins.run import TestRun


@pytest.fixture(scope="module")
def run(estate: Sample) -> TestRun:
    """The sample project, collected once."""
    made = estate.collector()
    return collect(made, made.scopes().scopes[0])


def path(run: TestRun, kind: str, name: str) -> list[tuple[str, str]]:
    """What a resource lies in, from the project down."""
    node = next(node for node in run.nodes(kind) if node.reported["name"] == name)
    found: list[tuple[str, str]] = []
    above = run.graph.parent(node)
    while above is not None and above.kind not in ("cloud", "graph_root"):
        found.insert(0, (above.kind, str(above.reported["id"])))
        above = run.graph.parent(above)
    return found


def edges(run: TestRun, source: str, target: str, edge_type: str = "default") -> set[tuple[str, str]]:
    """The names at both ends of the edges between two kinds."""
    graph = run.graph
    return {
        (graph[a].reported["name"], graph[b].reported["name"])
        for a, b, type_ in graph.edges()
        if (graph[a].kind, graph[b].kind, type_) == (source, target, edge_type)
    }


def test_everything_was_read(run: TestRun) -> None:
    assert run.not_complete() == []
    assert [message.text for message in run.messages] == []


def test_the_graph_holds_to_the_rules_of_a_core(run: TestRun) -> None:
    drop_cycles(run.graph)

    check(run.graph, {kind.name: kind for kind in (*base_kinds(), *kinds.load_catalogue())}, sample=0)


def test_most_kinds_of_the_sample_are_found(run: TestRun) -> None:
    found = Counter(node.kind for node in run.graph.nodes())

    assert len(found) > 100


def test_the_project_says_what_the_resource_manager_says(run: TestRun, estate: Sample) -> None:
    (project,) = run.nodes("gcp_project")

    assert project.reported["id"] == estate.project
    assert project.reported["name"] == "Shop Prod"
    assert project.reported["link"] == f"projects/{estate.project}"
    assert project.reported["tags"]["stage"] == "prod"
    assert project.reported["project_number"] == "400000000001"


@pytest.mark.parametrize(
    ("kind", "name", "place"),
    [
        ("gcp_network", "main", [("gcp_region", "global")]),
        ("gcp_subnetwork", "inner", [("gcp_region", REGION)]),
        ("gcp_disk", "twin", [("gcp_region", REGION)]),
        ("gcp_bucket", "workshop-data", [("gcp_region", "eu")]),
        ("gcp_secret", "key", [("gcp_region", "global")]),
        ("gcp_machine_type", "e2-medium", [("gcp_region", "europe-west1"), ("gcp_zone", AWAY)]),
    ],
)
def test_a_resource_lies_where_it_is(cloud: Changing, kind: str, name: str, place: list[tuple[str, str]]) -> None:
    run = cloud.collect(collect=(kind,))

    assert path(run, kind, name) == [("gcp_project", PROJECT), *place]


def test_resources_of_one_name_in_two_zones_are_two(cloud: Changing) -> None:
    run = cloud.collect(collect=("gcp_instance",))

    links = sorted(node.reported["link"] for node in run.nodes("gcp_instance"))
    zones = (AWAY, ZONE)
    assert links == [f"projects/{PROJECT}/zones/{zone}/instances/vm{number}" for zone in zones for number in range(2)]


def test_a_machine_has_its_size_and_its_edges(cloud: Changing) -> None:
    run = cloud.collect()

    machine = next(node for node in run.nodes("gcp_instance") if ZONE in node.reported["link"])
    expected = {"instance_type": "e2-medium", "instance_cores": 2.0, "instance_memory": 4.0}
    assert expected.items() <= machine.reported.items()
    assert machine.reported["instance_status"] == "running"
    assert machine.reported["tags"] == {"stage": "test"}
    assert ("main", "vm0") in edges(run, "gcp_network", "gcp_instance")
    assert ("main", "vm0") in edges(run, "gcp_network", "gcp_instance", "delete")
    assert ("main", "inner") in edges(run, "gcp_network", "gcp_subnetwork")
    assert ("main", "ssh") in edges(run, "gcp_network", "gcp_firewall")


def test_a_table_lies_in_its_dataset_and_goes_before_it(run: TestRun) -> None:
    pairs = edges(run, "gcp_bigquery_dataset", "gcp_bigquery_table")

    assert pairs
    assert edges(run, "gcp_bigquery_dataset", "gcp_bigquery_table", "delete") == pairs


def test_only_machine_types_in_use_are_asked_for(cloud: Changing) -> None:
    run = cloud.collect(collect=("gcp_instance", "gcp_machine_type"))

    assert len(run.nodes("gcp_machine_type")) == 2
    assert cloud.server.requests()["compute.machineTypes.get"] == 2


def test_links_are_one_spelling(cloud: Changing) -> None:
    """An API may write the project's number, or another host, and means the same network."""
    home = f"projects/{PROJECT}"
    for name, network in {
        "by-number": "projects/1001/global/networks/main",
        "by-host": f"https://compute.googleapis.com/compute/v1/{home}/global/networks/main",
    }.items():
        cloud.server.seed(Seed("compute", f"{home}/global/firewalls/{name}", {"network": network}))

    run = cloud.collect(collect=("gcp_network", "gcp_firewall"))

    assert edges(run, "gcp_network", "gcp_firewall") == {("main", name) for name in ("ssh", "by-number", "by-host")}


def test_a_service_that_is_off_is_absent_and_not_asked(cloud: Changing) -> None:
    cloud.server.switch(PROJECT, "pubsub", on=False)

    run = cloud.collect(collect=("pubsub", "gcp_bucket"))

    reading = run.reading("*", "gcp_pubsub_topic")
    assert (reading.outcome, reading.reason) == ("absent", "pubsub.googleapis.com is not switched on in the project")
    assert run.reading("*", "gcp_bucket").outcome == "complete"
    assert not [method for method in cloud.server.requests() if method.startswith("pubsub.")]


def test_buckets_are_read_where_cloud_storage_is_on_by_its_older_name_only(cloud: Changing) -> None:
    cloud.server.remove("serviceusage", f"projects/{PROJECT}/services/storage.googleapis.com")
    cloud.server.switch(PROJECT, "storage-api", on=True)

    run = cloud.collect(collect=("gcp_bucket",))

    assert run.reading("*", "gcp_bucket").outcome == "complete"
    assert run.nodes("gcp_bucket")


def test_service_accounts_are_read_where_iam_is_not_switched_on(cloud: Changing) -> None:
    """Compute Engine makes one, whoever switches it on."""
    account = f"projects/{PROJECT}/serviceAccounts/{NUMBER}-compute@developer.gserviceaccount.com"
    cloud.server.seed(Seed("iam", account))
    cloud.server.remove("serviceusage", f"projects/{PROJECT}/services/iam.googleapis.com")

    run = cloud.collect(collect=("gcp_iam_service_account",))

    assert [node.reported["link"] for node in run.nodes("gcp_iam_service_account")] == [account]
    assert run.reading("*", "gcp_iam_service_account").outcome == "complete"


def test_iam_is_absent_where_it_says_itself_that_it_is_off_in_the_project(cloud: Changing) -> None:
    cloud.server.switch(PROJECT, "iam", on=False)

    run = cloud.collect(collect=("gcp_iam_service_account",))

    assert cloud.server.requests()["iam.projects.serviceAccounts.list"] == 1
    assert run.reading("*", "gcp_iam_service_account").outcome == "absent"


def test_without_compute_the_rest_is_read(cloud: Changing) -> None:
    """Services that list by location take the locations of another service."""
    cloud.server.switch(PROJECT, "compute", on=False)
    service = f"projects/{PROJECT}/locations/{REGION}/services/web"
    cloud.server.seed(Seed("run", service))

    run = cloud.collect(collect=("gcp_run_service", "gcp_pubsub_topic", "gcp_disk"))

    assert [node.reported["link"] for node in run.nodes("gcp_run_service")] == [service]
    assert len(run.nodes("gcp_pubsub_topic")) == 3
    assert run.reading("*", "gcp_disk").outcome == "absent"


def test_a_page_that_is_not_found_does_not_mean_that_a_resource_is_gone(cloud: Changing) -> None:
    cloud.server.rule(Rule("storage.objects.list", 404, raw="<html>Not Found</html>"))

    run = cloud.collect(collect=("gcp_bucket", "gcp_object"))

    assert "unread" in [reading.outcome for reading in run.completeness if reading.kind == "gcp_object"]


def test_when_services_cannot_be_listed_all_are_tried(cloud: Changing) -> None:
    cloud.server.deny("serviceusage.services.list")
    cloud.server.switch(PROJECT, "pubsub", on=False)

    run = cloud.collect(collect=("gcp_pubsub_topic", "gcp_disk"))

    assert "All services are tried" in run.messages[0].text
    assert run.reading("*", "gcp_pubsub_topic").outcome == "absent"
    assert len(run.nodes("gcp_disk")) == 5


def test_only_the_zones_asked_for(cloud: Changing) -> None:
    """Their regions and what is global too; what is elsewhere is left as the core has it."""
    run = cloud.collect(zone=(ZONE,), collect=("gcp_disk", "gcp_network", "gcp_subnetwork"))

    links = {node.reported["link"] for kind in ("gcp_disk", "gcp_subnetwork") for node in run.nodes(kind)}
    home = f"projects/{PROJECT}"
    disks = {f"{home}/zones/{ZONE}/disks/vm0", f"{home}/zones/{ZONE}/disks/vm1", f"{home}/regions/{REGION}/disks/twin"}
    assert links == {*disks, f"{home}/regions/{REGION}/subnetworks/inner"}
    assert len(run.nodes("gcp_network")) == 1
    assert {node.reported["id"] for node in run.nodes("gcp_region")} == {"global", REGION}
    assert run.reading("europe-west1", "gcp_disk").outcome == "excluded"
    assert run.reading("us-central1-b", "gcp_disk").outcome == "excluded"
    assert run.reading("*", "gcp_disk").outcome == "complete"


@pytest.mark.parametrize("place", ["nam-eur-asia1", "us", "eu", "asia", "nam4", "eur3", "global"])
def test_what_lies_in_no_single_region_is_read_whatever_zones_are_asked_for(cloud: Changing, place: str) -> None:
    link = f"projects/{PROJECT}/locations/{place}/keyRings/main"
    away = f"projects/{PROJECT}/locations/europe-west1/keyRings/main"
    cloud.server.seed(Seed("cloudkms", link), Seed("cloudkms", away))

    run = cloud.collect(zone=(ZONE,), collect=("gcp_kms_key_ring",))

    assert [node.reported["link"] for node in run.nodes("gcp_kms_key_ring")] == [link]
    assert place not in {reading.region for reading in run.completeness if reading.outcome == "excluded"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, True) for name in ("us-central1", "me-west1", "africa-south1", "northamerica-northeast2")),
        *((name, True) for name in ("europe-southwest1", "australia-southeast1", "southamerica-east1")),
        *(
            (name, False)
            for name in ("nam-eur-asia1", "nam-asia1", "eur4", "us", "asia", "global", "us-east1+us-west1")
        ),
    ],
)
def test_a_region_is_called_after_where_it_is(name: str, expected: bool) -> None:
    assert is_region(name) is expected


def test_a_zone_that_does_not_exist_is_named(cloud: Changing) -> None:
    run = cloud.collect(zone=(ZONE, "us-central1-x"), collect=("gcp_network",))

    assert [message.text for message in run.messages] == [f"There is no zone us-central1-x in project {PROJECT}."]


def test_the_compute_sdk_and_rest_share_one_token(cloud: Changing) -> None:
    made = cloud.collector()
    scope = made.scopes().scopes[0]
    before = Counter(cloud.server.logins())

    collect(made, scope, threads=16)

    now = Counter(cloud.server.logins())
    assert now["assertion"] == before["assertion"]
    assert now["self-signed"] == before["self-signed"]


def test_the_collector_keeps_the_contract(cloud: Changing) -> None:
    by_name = {kind.name: kind for kind in kinds.load_catalogue()}
    made = cloud.collector(collect=("compute", "gcp_pubsub_topic", "gcp_bucket"))

    (run,) = check_collector(made, by_name)

    assert len([node for node in run.graph.nodes() if node.kind == "gcp_instance"]) == 4
    assert cloud.key not in repr(made)


def test_a_link_to_nothing_known_is_no_edge(cloud: Changing) -> None:
    foreign = compute_link("projects/elsewhere/global/networks/main")
    cloud.server.seed(Seed("compute", f"projects/{PROJECT}/global/firewalls/far", {"network": foreign}))

    run = cloud.collect(collect=("gcp_network", "gcp_firewall"))

    assert edges(run, "gcp_network", "gcp_firewall") == {("main", "ssh")}


def test_the_inventory_adds_what_no_kind_has_found(cloud: Changing) -> None:
    run = cloud.collect(asset_inventory=True, collect=("gcp_disk", "gcp_pubsub_topic", "gcp_network"))

    assets = {node.reported["link"] for node in run.nodes("gcp_asset")}
    assert f"projects/{PROJECT}/global/firewalls/ssh" in assets
    assert f"projects/{PROJECT}/global/networks/main" not in assets
    assert f"projects/{PROJECT}/topics/topic-1" not in assets
    assert run.reading("*", "gcp_asset").outcome == "complete"


def test_services_are_asked_for_once_for_the_kind_and_for_what_is_read(cloud: Changing) -> None:
    run = cloud.collect(collect=("gcp_serviceusage_service", "gcp_network"))

    services = run.nodes("gcp_serviceusage_service")
    assert services
    assert cloud.server.requests()["serviceusage.services.list"] == math.ceil(len(services) / 2)  # two a page
