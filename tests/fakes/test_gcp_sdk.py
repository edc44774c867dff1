"""Every list of the compute SDK reads what the test cloud sends, item by item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import compute_v1

from tests.fakes.gcp import places
from tests.fakes.gcp.document import Method, load
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.server import GcpServer

PROJECT = "shop"
OPEN = AnonymousCredentials()  # type: ignore[no-untyped-call]

NOT_IN_THE_SDK = {"compute.httpHealthChecks.list", "compute.httpsHealthChecks.list"}  # only the REST API has them


@pytest.fixture(scope="module")
def cloud() -> Iterator[GcpServer]:
    with GcpServer(page_size=2, open_to_all=True) as server:
        server.seed(Seed("cloudresourcemanager", "organizations/1"), places.project(PROJECT, "1001", "organizations/1"))
        server.seed(*places.places(PROJECT))
        yield server


@pytest.fixture(scope="module")
def collections(cloud: GcpServer) -> dict[str, int]:
    """How many resources are in each collection of compute."""
    found: dict[str, int] = {}
    for resource in cloud.fill(PROJECT, services=["compute"]):
        found[resource["collection"]] = found.get(resource["collection"], 0) + 1
    return found


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def listed(method: Method, values: dict[str, str], url: str) -> list[Any] | None:
    """What the SDK's own method for it gives, None if the SDK has none."""
    resource = method.resources[-1]
    client_type = getattr(compute_v1, f"{resource[0].upper()}{resource[1:]}Client", None)
    function = snake(method.name)
    if client_type is None or not hasattr(client_type, function):
        return None
    noun = f"{method.name[0].upper()}{method.name[1:]}{resource[0].upper()}{resource[1:]}Request"
    request_type = getattr(compute_v1, noun)
    fields = request_type.meta.fields
    request = request_type(**{name: values[key] for key in values if (name := field_of(key, fields))})
    client = client_type(credentials=OPEN, client_options=ClientOptions(api_endpoint=url))
    answer = getattr(client, function)(request=request)
    return list(answer)


def field_of(variable: str, fields: Any) -> str:
    return next((name for name in (snake(variable), variable) if name in fields), "")


def test_every_list(cloud: GcpServer, collections: dict[str, int]) -> None:
    document = load("compute")
    wrong, read = [], 0
    for name, count in collections.items():
        method = document.lister(name)
        assert method is not None
        match = document.match(method.http, document.path(name))
        assert match is not None
        if method.name != "list":
            continue
        parent = "/".join(name.split("/")[4:-1])
        found = listed(method, {**match.variables, "parentName": parent}, cloud.url)
        if found is None or len(found) < count:
            wrong.append(method.id)
        read += count

    assert set(wrong) == NOT_IN_THE_SDK
    assert read > 300


def test_every_aggregated_list(cloud: GcpServer, collections: dict[str, int]) -> None:
    wrong, read = [], 0
    for method in load("compute").methods:
        if method.is_aggregated and (found := listed(method, {"project": PROJECT}, cloud.url)) is not None:
            items = [item for _, scoped in found for item in items_of(scoped)]
            read += len(items)
            if not items:
                wrong.append(method.id)

    assert set(wrong) <= {
        "compute.networkEdgeSecurityServices.aggregatedList",  # listed in no other way
        "compute.globalOperations.aggregatedList",  # there are none
    }
    assert read > 200


def items_of(scoped: Any) -> list[Any]:
    lists = (getattr(scoped, name) for name in type(scoped).meta.fields if name != "warning")
    return [item for found in lists if not isinstance(found, str) for item in found]
