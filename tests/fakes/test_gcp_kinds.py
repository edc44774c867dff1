"""Everything that Google's documents list can be put into the test cloud, and comes out of it page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.fakes.gcp import places
from tests.fakes.gcp.document import Document, Method, load
from tests.fakes.gcp.errors import SeedError
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.server import GcpServer
from tests.fakes.gcp.services import SERVICES

PROJECT = "shop"


@pytest.fixture(scope="module")
def cloud() -> Iterator[GcpServer]:
    with GcpServer(page_size=2, open_to_all=True) as server:
        server.seed(
            Seed("cloudresourcemanager", "organizations/1"),
            places.project(PROJECT, "1001", "organizations/1"),
            *places.places(PROJECT),
        )
        yield server


@pytest.fixture(scope="module")
def filled(cloud: GcpServer) -> dict[tuple[str, str], list[Any]]:
    """Three bodies in each collection, by service and collection."""
    collections = defaultdict(list)
    for resource in cloud.fill(PROJECT):
        collections[resource["service"], resource["collection"]].append(resource["body"])
    return dict(collections)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def read(session: requests.Session, url: str, document: Document, method: Method, name: str) -> list[list[Any]]:
    """The pages of a collection."""
    path = document.path(name)
    if method.verb:
        path = f"{path}:{method.verb}" if method.verb == "search" else ":".join(path.rsplit("/", 1))
    query = {
        key: PROJECT for key, part in method.parameters.items() if part.get("required") and part["location"] == "query"
    }
    pages = []
    while True:
        answer = session.request(method.http, f"{url}/{document.service}/{path}", params=query, timeout=30)
        assert answer.status_code == requests.codes.ok, answer.text
        pages.append(answer.json().get(document.items(method), []))
        query["pageToken"] = answer.json().get("nextPageToken", "")
        if not query["pageToken"]:
            return pages


def test_more_than_four_hundred_kinds_can_be_listed(filled: dict[tuple[str, str], list[Any]]) -> None:
    kinds = {(service, load(service).lister(name).response) for service, name in filled}  # type: ignore[union-attr]

    assert len(kinds) > 400
    assert len({service for service, _ in kinds}) > 40


def test_every_collection_is_listed_whole_and_in_pages(
    cloud: GcpServer, filled: dict[tuple[str, str], list[Any]], session: requests.Session
) -> None:
    lost = []
    for (service, name), bodies in filled.items():
        document = load(service)
        method = document.lister(name)
        assert method is not None
        pages = read(session, cloud.url, document, method, name)
        expected = [document.schemas.projected(document.item_schema(method), body) for body in bodies]
        paged = "pageToken" not in method.parameters or all(len(page) <= 2 for page in pages)
        if not paged or [body for page in pages for body in page if body in expected] != expected:
            lost.append(method.id)

    assert not lost


def test_every_aggregated_list_answers(
    cloud: GcpServer, filled: dict[tuple[str, str], list[Any]], session: requests.Session
) -> None:
    """With what the lists of single zones and regions have."""
    wrong = []
    for method in load("compute").methods:
        if method.is_aggregated:
            path = method.path.replace("{project}", PROJECT)
            found = read_aggregated(session, f"{cloud.url}/{path}")
            plural = method.template.rpartition("/")[2]
            expected = [
                body
                for (service, name), bodies in filled.items()
                if service == "compute" and name.count("/") < 5 and name.rpartition("/")[2] == plural
                if load(service).schema_of(f"{name}/x") == load(service).item_schema(method)
                for body in bodies
            ]
            if any(body not in found for body in expected) or not expected:
                wrong.append(method.id)

    assert set(wrong) == {
        "compute.networkEdgeSecurityServices.aggregatedList",  # listed in no other way
        "compute.globalOperations.aggregatedList",  # there are none
    }


def read_aggregated(session: requests.Session, url: str) -> list[Any]:
    """What is in all scopes on all pages."""
    found: list[Any] = []
    query: dict[str, str] = {}
    while True:
        answer = session.get(url, params=query, timeout=30).json()
        for scope in answer["items"].values():
            found += [body for member, part in scope.items() if member != "warning" for body in part]
        query["pageToken"] = answer.get("nextPageToken", "")
        if not query["pageToken"]:
            return found


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_document_can_be_read(service: str) -> None:
    document = load(service)

    assert document.methods
    assert document.host == f"{service}.googleapis.com"


@pytest.mark.parametrize(
    ("seed", "named"),
    [
        (Seed("compute", f"projects/{PROJECT}/global/networks/n", {"mtu": "1460"}), ".mtu: not an integer"),
        (Seed("compute", f"projects/{PROJECT}/global/networks/n", {"colour": "red"}), ".colour"),
        (
            Seed("compute", f"projects/{PROJECT}/global/networks/n", {"peerings": [{"state": "SO-SO"}]}),
            r".peerings\[0\].state",
        ),
        (Seed("compute", f"projects/{PROJECT}/global/nets/n"), "has no resource of the name"),
        (Seed("pubsub", "projects/nobody/topics/t"), "there is no project 'nobody'"),
        (Seed("mars", "projects/shop/rovers/r"), "no document of a service 'mars'"),
    ],
)
def test_a_bad_seed_is_refused_by_the_field(cloud: GcpServer, seed: Seed, named: str) -> None:
    with pytest.raises(SeedError, match=named):
        cloud.seed(seed)


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("pubsub/v1/projects/shop/topics?colour=red", 400, 'Unknown name "colour"'),
        ("pubsub/v1/projects/shop/topics?pageSize=many", 400, "pageSize"),
        ("storage/v1/b", 400, "Required parameter is missing: project"),
        ("run/v2/projects/shop/locations/-/services", 400, "does not take '-'"),
        ("run/v2/projects/shop/nonsense", 404, "was not found on this server"),
        ("mars/v1/projects/shop/rovers", 404, "was not found on this server"),
        ("pubsub/v1/projects/shop/topics/none", 404, "projects/shop/topics/none"),
    ],
)
def test_what_the_documents_do_not_know_is_refused(
    cloud: GcpServer, session: requests.Session, path: str, status: int, message: str
) -> None:
    answer = session.get(f"{cloud.url}/{path}", timeout=10)

    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]


def test_keys_end_with_their_material(cloud: GcpServer, session: requests.Session) -> None:
    """As in Cloud KMS: versions are destroyed first, then they can be deleted, then their key, then its ring."""
    ring = f"projects/{PROJECT}/locations/us-central1/keyRings/own"
    key, version = f"{ring}/cryptoKeys/key", f"{ring}/cryptoKeys/key/cryptoKeyVersions/1"
    root = f"{cloud.url}/cloudkms/v1"
    cloud.seed(Seed("cloudkms", ring), Seed("cloudkms", key), Seed("cloudkms", version, {"state": "ENABLED"}))

    refused = [session.delete(f"{root}/{name}", timeout=10) for name in (version, key, ring)]
    destroyed = session.post(f"{root}/{version}:destroy", json={}, timeout=10)

    assert [answer.json()["error"]["status"] for answer in refused] == ["FAILED_PRECONDITION"] * 3
    assert destroyed.json()["state"] == "DESTROY_SCHEDULED"
    assert session.get(f"{root}/{version}", timeout=10).json() == destroyed.json()

    cloud.settings(operation_seconds=0.0)
    cloud.seed(Seed("cloudkms", version, {"state": "DESTROYED"}))
    deleted = [session.delete(f"{root}/{name}", timeout=10).status_code for name in (version, key, ring)]

    assert deleted == [requests.codes.ok] * 3


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("iam/v1/projects/shop/roles/own", ("deleted", True)),
        ("iam/v1/projects/shop/locations/global/oauthClients/own", ("state", "DELETED")),
        ("logging/v2/projects/shop/locations/global/buckets/own", ("lifecycleState", "DELETE_REQUESTED")),
    ],
)
def test_what_can_be_brought_back_is_remembered(
    cloud: GcpServer, session: requests.Session, path: str, mark: tuple[str, object]
) -> None:
    service, _, name = path.split("/", 2)
    cloud.seed(Seed(service, name))

    session.delete(f"{cloud.url}/{path}", timeout=10)

    assert mark in session.get(f"{cloud.url}/{path}", timeout=10).json().items()


def test_what_is_remembered_is_listed_when_it_is_asked_for(cloud: GcpServer, session: requests.Session) -> None:
    home = "projects/kept"
    cloud.seed(places.project("kept", "1002", "organizations/1"))
    cloud.seed(Seed("iam", f"{home}/roles/now"), Seed("iam", f"{home}/roles/late", {"deleted": True}))

    usual, every = (
        session.get(f"{cloud.url}/iam/v1/{home}/roles", params={"showDeleted": asked}, timeout=10).json()["roles"]
        for asked in ("false", "true")
    )

    assert [role["name"] for role in usual] == [f"{home}/roles/now"]
    assert [role["name"] for role in every] == [f"{home}/roles/late", f"{home}/roles/now"]


def test_a_policy_of_all_zones_is_deleted_by_a_post(cloud: GcpServer, session: requests.Session) -> None:
    name = f"projects/{PROJECT}/global/vmExtensionPolicies/own"
    cloud.settings(operation_seconds=0.0)
    cloud.seed(Seed("compute", name))

    answer = session.post(f"{cloud.url}/compute/v1/{name}/delete", json={}, timeout=10)

    assert answer.status_code == requests.codes.ok
    assert session.get(f"{cloud.url}/compute/v1/{name}", timeout=10).status_code == requests.codes.not_found
