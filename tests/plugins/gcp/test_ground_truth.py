"""Of every kind that is read by default: what is sent is what is there, no more and no less, over several pages."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests
from resoto_plugin_gcp import kinds

from resotolib.kinds.kind import Call, Kind
from tests.fakes.gcp import estate, places
from tests.fakes.gcp.document import Method, load
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import collect, collector
from tests.plugins.run import TestRun

pytestmark = pytest.mark.xdist_group("ground truth")

FILLED, LIVELY = "shop-all", "shop-prod"
REGION, ZONE = "us-central1", "us-central1-a"
_VARIABLE = re.compile(r"\{\w+\}")

OF_NO_COLLECTION = {
    "gcp_billing_account": {"billingAccounts/0A0A0A-1B1B1B-2C2C2C"},
    "gcp_dataflow_job": {f"projects/{LIVELY}/locations/{REGION}/jobs/j-{number}" for number in range(3)},
    "gcp_dns_record_set": {f"projects/{LIVELY}/managedZones/own/rrsets/own.example./{kind}" for kind in ("A", "NS")},
    "gcp_folder": {estate.FOLDERS["production"]},
    "gcp_lien": {"liens/p-1"},
    "gcp_organization": {estate.ORGANISATION},
    "gcp_project": {f"projects/{LIVELY}"},
    "gcp_project_billing_info": {f"projects/{LIVELY}/billingInfo"},
    "gcp_project_quota": {f"projects/{LIVELY}/quotas/{metric}" for metric in places.PROJECT_QUOTAS},
    "gcp_region": {f"projects/{LIVELY}/regions/{REGION}"},
    "gcp_region_quota": {f"projects/{LIVELY}/regions/{REGION}/quotas/{metric}" for metric in places.QUOTAS},
    "gcp_tag_binding": {
        "tagBindings/%2F%2Fcloudresourcemanager.googleapis.com%2Fprojects%2F400000000001/tagValues/281480000002"
    },
    "gcp_tag_key": {"tagKeys/77"},
    "gcp_tag_value": {"tagValues/78"},
    "gcp_machine_type": {f"projects/{LIVELY}/zones/{zone}/machineTypes/own-1" for zone in (ZONE,)},
    "gcp_disk_type": {f"projects/{LIVELY}/zones/{zone}/diskTypes/own-2" for zone in (ZONE,)},
}
"""Kinds that are a part of something, one answer, or only what is in use; links that have to be among them."""

IN_PROGRESS = {"gcp_container_operation", "gcp_operation", "gcp_sql_operation"}
"""Kinds of what is going on at the moment."""


def more() -> Iterator[Seed]:
    """What the sample organisation has none of."""
    home = f"projects/{LIVELY}"
    yield Seed("cloudresourcemanager", "tagKeys/77", {"parent": "projects/400000000001", "shortName": "own"})
    yield Seed("cloudresourcemanager", "tagValues/78", {"parent": "tagKeys/77", "shortName": "mine"})
    yield Seed("dns", f"{home}/managedZones/own", {"dnsName": "own.example.", "name": "own", "id": "7"})
    for kind in ("A", "NS"):
        record = {"name": "own.example.", "type": kind, "ttl": 60}
        yield Seed("dns", f"{home}/managedZones/own/rrsets/own.example./{kind}", record)
    for number in range(3):
        policy = {"responsePolicyName": f"policy-{number}", "id": f"{number}"}
        yield Seed("dns", f"{home}/responsePolicies/policy-{number}", policy)
        trigger = {"resourceName": f"{home}/triggers/t-{number}", "id": f"t-{number}", "name": f"build-{number}"}
        yield Seed("cloudbuild", f"{home}/triggers/t-{number}", trigger)
        yield Seed("dataflow", f"{home}/jobs/j-{number}", {"id": f"j-{number}", "name": "job", "location": REGION})
        finding = f"{home}/sources/1/findings/f-{number}"
        yield Seed("securitycenter", finding, {"finding": {"name": finding, "category": "OPEN_PORT"}})
        yield Seed("compute", f"{home}/regions/{REGION}/networkEdgeSecurityServices/edge-{number}")
    zone = f"{home}/zones/{ZONE}"
    link = "https://www.googleapis.com/compute/v1/"
    yield Seed("compute", f"{zone}/machineTypes/own-1", {"guestCpus": 1, "memoryMb": 1024, "zone": ZONE})
    yield Seed("compute", f"{zone}/diskTypes/own-2")
    yield Seed("compute", f"{zone}/instances/own", {"machineType": f"{link}{zone}/machineTypes/own-1"})
    yield Seed("compute", f"{zone}/disks/own", {"type": f"{link}{zone}/diskTypes/own-2", "sizeGb": "1"})


@dataclass
class Truth:
    """What was there and what was found, by project."""

    server: GcpServer
    runs: dict[str, TestRun] = field(default_factory=dict)
    there: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def found(self, project: str, kind: str) -> set[str]:
        """The links of the nodes of a kind."""
        return {str(node.reported.get("link")) for node in self.runs[project].nodes(kind)}

    def expected(self, project: str, kind: Kind) -> set[str]:
        """The names of the resources in all collections that the kind's list reads."""
        call = kind.reading.list if kind.reading else None
        if call is None:
            return set()
        pattern = listed(call, project)
        return {name for name in self.there[project].get(call.service, ()) if pattern.fullmatch(name)}


@pytest.fixture(scope="module")
def truth() -> Iterator[Truth]:
    """A project filled with three of everything, and one of the sample organisation; two items a page."""
    with GcpServer(page_size=2) as server:
        estate.seed(server, estate.SMALL)
        server.seed(*more(), places.project(FILLED, "1001", estate.ORGANISATION), *places.places(FILLED))
        server.fill(FILLED)
        made = collector(server, json.dumps(server.key_file(LIVELY).info), kinds="full")
        keep_busy(server)
        truth = Truth(server)
        for scope in made.scopes().scopes:
            names: dict[str, list[str]] = defaultdict(list)
            for row in server.resources(project=scope.id):
                names[row["service"]].append(row["name"])
            truth.there[scope.id] = names
            truth.runs[scope.id] = collect(made, scope)
        yield truth


def keep_busy(server: GcpServer) -> None:
    """Begin to delete something of each service that lists its operations."""
    server.settings(operation_seconds=600, open=True)
    for path in (
        f"compute/v1/projects/{FILLED}/global/licenses/license-0",
        f"sqladmin/v1/projects/{FILLED}/instances/instance-0",
        f"container/v1/projects/{FILLED}/locations/{REGION}/clusters/cluster-0",
    ):
        answer = requests.delete(f"{server.url}/{path}", timeout=10)
        assert answer.status_code == requests.codes.ok, answer.text
    server.settings(open=False)


def described(call: Call) -> Method:
    """What Google's document says about an operation."""
    prefix = "sql" if call.service == "sqladmin" else call.service
    return next(method for method in load(call.service).methods if method.id == f"{prefix}.{call.operation}")


def listed(call: Call, project: str) -> re.Pattern[str]:
    """The names of what a list reads, wherever in the project it is."""
    template = described(call).template
    if described(call).is_aggregated:
        document, plural = load(call.service), template.rpartition("/")[2]
        scopes, element = ("global", "zones/*", "regions/*"), document.item_schema(described(call))
        own = [scope for scope in scopes if document.schema_of(f"projects/p/{scope}/{plural}/x") == element]
        return re.compile(rf"projects/{project}/({'|'.join(own)})/{plural}/[^/]+".replace("*", "[^/]+"))
    return re.compile(_VARIABLE.sub("[^/]+", template) + "/[^/]+")


def by_default() -> list[Kind]:
    return [kind for kind in kinds.load_catalogue(False) if kind.collectable and kind.collected == "always"]


def further() -> list[Kind]:
    return [kind for kind in kinds.load_catalogue() if kind.collected == "full"]


def test_there_are_at_least_125_kinds() -> None:
    assert len(by_default()) >= 125


@pytest.mark.parametrize("kind", by_default(), ids=lambda kind: kind.name)
def test_what_is_sent_is_what_is_there(truth: Truth, kind: Kind) -> None:
    if kind.name in IN_PROGRESS:
        assert truth.found(FILLED, kind.name)
        return
    if kind.name in OF_NO_COLLECTION:
        assert OF_NO_COLLECTION[kind.name] <= truth.found(LIVELY, kind.name)
        return
    seen = 0
    for project in (FILLED, LIVELY):
        expected = truth.expected(project, kind)
        assert truth.found(project, kind.name) == expected
        seen += len(expected)
    assert seen, "there was nothing to find"


@pytest.mark.parametrize("kind", further(), ids=lambda kind: kind.name)
def test_further_kinds_are_found_too(truth: Truth, kind: Kind) -> None:
    assert truth.found(FILLED, kind.name) == truth.expected(FILLED, kind)
    assert truth.expected(FILLED, kind)


def test_everything_was_read(truth: Truth) -> None:
    assert truth.runs[LIVELY].not_complete() == []


def test_what_has_pages_was_read_over_several(truth: Truth) -> None:
    """Lists that Google pages, and of which there is more than a page in one place."""
    continued, silent = truth.server.continued(), []
    for kind in by_default():
        call = kind.reading.list if kind.reading else None
        if call is None or kind.name in IN_PROGRESS | OF_NO_COLLECTION.keys():
            continue
        if "pageToken" in described(call).parameters and not continued.get(described(call).id):
            silent.append(kind.name)

    assert silent == []
