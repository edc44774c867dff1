"""The sample organisation is what its description says, and whole."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
import requests

from tests.fakes.gcp import estate
from tests.fakes.gcp.estate import Estate
from tests.fakes.gcp.server import ROOT, GcpServer


@pytest.fixture(scope="module")
def cloud() -> Iterator[GcpServer]:
    with GcpServer(open_to_all=True) as server:
        yield server


@pytest.fixture(scope="module")
def sample(cloud: GcpServer) -> Estate:
    return estate.seed(cloud)


def ask(cloud: GcpServer, path: str, **query: str) -> Any:
    answer = requests.get(f"{cloud.url}/{path}", params=query, timeout=10)
    assert answer.status_code == requests.codes.ok, answer.text
    return answer.json()


def test_each_project_is_large_and_of_many_kinds(cloud: GcpServer, sample: Estate) -> None:
    for project in sample.projects:
        resources = [row for row in cloud.resources(project=project) if row["service"] != "serviceusage"]
        kinds = {(row["service"], row["kind"]) for row in resources}

        assert 250 <= len(resources) <= 350
        assert len(kinds) >= 100


def test_links_lead_to_what_there_is(cloud: GcpServer, sample: Estate) -> None:
    """In the home project: what looks like a link to a resource of this project is one."""
    resources = cloud.resources(project=sample.projects[0])
    names = {row["name"] for row in resources}
    number = sample.sites[0].number
    dangling = Counter[str]()
    for row in resources:
        for link in links(row["body"], sample.projects[0], number):
            if link not in names:
                dangling[re.sub(r"/[^/]*$", "", link)] += 1

    assert set(dangling) <= {
        f"projects/{sample.projects[0]}/global/gateways",
        f"projects/{sample.projects[0]}/instanceConfigs",
        *(name for name in dangling if name.endswith("/locations")),
    }


def links(value: Any, project: str, number: str) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from links(part, project, number)
    elif isinstance(value, str) and (found := re.fullmatch(rf"(?:.*/)?projects/(?:{project}|{number})/(.+)", value)):
        yield f"projects/{project}/{found[1]}"


def test_most_resources_have_labels(cloud: GcpServer, sample: Estate) -> None:
    labelled = [row for row in cloud.resources(project=sample.projects[0]) if "owner" in str(row["body"].get("labels"))]

    assert len(labelled) > 100


def test_projects_are_found_by_search_and_by_walking(cloud: GcpServer, sample: Estate) -> None:
    found = {row["projectId"]: row for row in ask(cloud, "cloudresourcemanager/v3/projects:search")["projects"]}
    folders = ask(cloud, "cloudresourcemanager/v3/folders", parent=estate.ORGANISATION)["folders"]
    walked = [
        project["projectId"]
        for parent in (estate.ORGANISATION, *(folder["name"] for folder in folders))
        for project in ask(cloud, "cloudresourcemanager/v3/projects", parent=parent)["projects"]
    ]

    assert found["shop-old"]["state"] == "DELETE_REQUESTED"
    assert set(found) - set(walked) == {"shop-old"}
    assert set(walked) - set(sample.projects) == {"sys-26000000000000000000000001"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state:ACTIVE", {"shop-prod", "shop-dev", "sys-26000000000000000000000001"}),
        ("parent=folders/200000000002", {"shop-dev", "shop-old"}),
        ("parent=folders/200000000002 AND state=ACTIVE", {"shop-dev"}),
        ("projectId:shop-prod", {"shop-prod"}),
    ],
)
def test_projects_are_searched(cloud: GcpServer, sample: Estate, query: str, expected: set[str]) -> None:
    answer = ask(cloud, "cloudresourcemanager/v3/projects:search", query=query)

    assert {project["projectId"] for project in answer["projects"]} == expected


def test_a_deleted_project_lets_nobody_in(cloud: GcpServer, sample: Estate) -> None:
    assert requests.get(f"{cloud.url}/pubsub/v1/projects/shop-old/topics", timeout=10).status_code == 403


def test_enabled_services_are_listed(cloud: GcpServer, sample: Estate) -> None:
    cloud.switch("shop-dev", "redis", on=False)

    answer = ask(cloud, "serviceusage/v1/projects/shop-dev/services", filter="state:ENABLED")

    enabled = {service["config"]["name"] for service in answer["services"]}
    assert "compute.googleapis.com" in enabled
    assert "redis.googleapis.com" not in enabled


def test_the_inventory_has_everything(cloud: GcpServer, sample: Estate) -> None:
    kinds = "compute.googleapis.com/Disk,run.googleapis.com/Service"
    answer = ask(cloud, "cloudasset/v1/projects/shop-prod/assets", contentType="RESOURCE", assetTypes=kinds)

    counts = Counter(asset["assetType"] for asset in answer["assets"])
    assert counts == {"compute.googleapis.com/Disk": 25, "run.googleapis.com/Service": 3}
    assert answer["assets"][0]["resource"]["data"]["selfLink"]


@pytest.mark.parametrize(
    ("path", "body", "member"),
    [
        ("storage/v1/b/shop-dev-data-1", {"labels": {"owner": None, "team": "x"}}, "labels"),
        (
            "pubsub/v1/projects/shop-dev/topics/events-2",
            {"topic": {"labels": {"team": "x"}}, "updateMask": "labels"},
            "labels",
        ),
        (
            "run/v2/projects/shop-dev/locations/us-central1/services/api-1?updateMask=labels",
            {"labels": {"team": "x"}},
            "labels",
        ),
        ("sqladmin/v1/projects/shop-dev/instances/sql-1", {"settings": {"userLabels": {"team": "x"}}}, "settings"),
        (
            "bigquery/v2/projects/shop-dev/datasets/sales_1",
            {"labels": {"owner": None, "stage": None, "team": "x"}},
            "labels",
        ),
    ],
)
def test_labels_are_changed(cloud: GcpServer, sample: Estate, path: str, body: Any, member: str) -> None:
    cloud.settings(operation_seconds=0.0)

    answer = requests.patch(f"{cloud.url}/{path}", json=body, timeout=10)

    assert answer.status_code == requests.codes.ok, answer.text
    changed = ask(cloud, path.partition("?")[0])[member]
    labels = changed.get("userLabels", changed)
    assert labels["team"] == "x"
    assert (labels.get("owner") is None) == (member == "labels")


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("storage/v1/b/shop-dev-data-2", 409, "conflict"),
        ("bigquery/v2/projects/shop-dev/datasets/sales_2", 400, "resourceInUse"),
        ("dns/dns/v1/projects/shop-dev/managedZones/inside", 400, "containerNotEmpty"),
        ("compute/v1/projects/shop-dev/global/healthChecks/alive-1", 400, "resourceInUseByAnotherResource"),
        ("compute/v1/projects/shop-dev/global/firewallPolicies/edge", 400, "resourceInUseByAnotherResource"),
    ],
)
def test_what_is_full_or_used_stays(cloud: GcpServer, sample: Estate, path: str, status: int, reason: str) -> None:
    answer = requests.delete(f"{cloud.url}/{path}", timeout=10)

    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (status, reason)


def test_a_manager_takes_its_group_along(cloud: GcpServer, sample: Estate) -> None:
    cloud.settings(operation_seconds=0.0)
    zone = f"{cloud.url}/compute/v1/projects/shop-dev/zones/us-central1-a"
    requests.delete(f"{cloud.url}/compute/v1/projects/shop-dev/zones/us-central1-a/autoscalers/web", timeout=10)
    for balancer in ("global/forwardingRules/web-http",):
        requests.delete(f"{cloud.url}/compute/v1/projects/shop-dev/{balancer}", timeout=10)

    answer = requests.delete(f"{zone}/instanceGroupManagers/web-group", timeout=10)

    assert answer.status_code == requests.codes.ok, answer.text
    assert requests.get(f"{zone}/instanceGroups/web-group", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("path", "verb"),
    [
        ("run/v2/projects/shop-dev/locations/us-central1/jobs/nightly", "done"),
        ("container/v1/projects/shop-dev/locations/us-central1/clusters/cluster-2", "status"),
        ("sqladmin/v1/projects/shop-dev/instances/sql-2", "status"),
        ("redis/v1/projects/shop-dev/locations/us-central1/instances/sessions", "done"),
    ],
)
def test_operations_of_other_services(cloud: GcpServer, sample: Estate, path: str, verb: str) -> None:
    cloud.switch("shop-dev", "redis", on=True)
    cloud.settings(operation_seconds=0.0)

    operation = requests.delete(f"{cloud.url}/{path}", timeout=10).json()

    service, version, below = path.split("/", 2)
    below, name = re.sub(r"/(jobs|clusters|instances)/.*", "", below), operation["name"]
    whole = name if name.startswith("projects/") else f"{below}/operations/{name}"
    assert ask(cloud, f"{service}/{version}/{whole}")[verb] in (True, "DONE")
    assert requests.get(f"{cloud.url}/{path}", timeout=10).status_code == 404


def test_permissions_are_those_that_no_rule_denies(cloud: GcpServer, sample: Estate) -> None:
    cloud.deny("pubsub.projects.topics.list")
    permissions = ["compute.disks.list", "pubsub.topics.list"]
    url = f"{cloud.url}/cloudresourcemanager/v3/projects/shop-prod:testIamPermissions"

    answer = requests.post(url, json={"permissions": permissions}, timeout=10)

    cloud.forget()
    assert answer.json() == {"permissions": ["compute.disks.list"]}


def test_the_server_ends_when_its_owner_is_killed() -> None:
    program = "from tests.fakes.gcp.server import GcpServer\nwith GcpServer() as g: print(g.pid, flush=True); input()"
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdin is not None
    server = psutil.Process(int(owner.stdout.readline()))

    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()

    _, alive = psutil.wait_procs([server], timeout=10)
    owner.stdin.close()
    owner.stdout.close()
    assert not alive
