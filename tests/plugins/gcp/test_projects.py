"""Which projects are found: by search, by walking, by name; and what is said of the others."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from resotolib.collect.scope import Discovery
from resotolib.errors import CollectError, NotPermitted
from tests.fakes.gcp import estate
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import Sample, collector

PROD, DEV, OLD, SCRIPT = "shop-prod", "shop-dev", "shop-old", "sys-26000000000000000000000001"
MANAGER = "cloudresourcemanager"


@pytest.fixture(scope="module")
def whole() -> Iterator[Sample]:
    """An organisation with folders, a deleted project and one of Apps Script; two items a page."""
    with GcpServer(page_size=2) as server:
        server.seed(*estate.hierarchy(estate.SAMPLE))
        yield Sample(server, json.dumps(server.key_file(PROD).info), PROD)


@pytest.fixture(autouse=True)
def _as_new(whole: Sample) -> None:
    whole.server.forget()


def ids(found: Discovery) -> set[str]:
    return {scope.id for scope in found.scopes}


def texts(found: Discovery) -> str:
    return "\n".join(message.text for message in found.messages)


def test_all_that_are_seen(whole: Sample) -> None:
    found = whole.collector().scopes()

    assert ids(found) == {PROD, DEV}
    assert f"{OLD} (Shop Old) is delete requested and not collected" in texts(found)
    assert f"{SCRIPT} (Sys 26000000000000000000000001) belongs to Apps Script and not collected" in texts(found)
    assert whole.server.continued()[f"{MANAGER}.projects.search"] >= 1


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"organization": ("123456789012",)}, {PROD, DEV}),
        ({"folder": ("200000000001",)}, {PROD}),
        ({"folder": ("200000000001",), "project": (DEV,)}, {PROD, DEV}),
        ({"project": (DEV,)}, {DEV}),
        ({"project": (SCRIPT,)}, {SCRIPT}),
    ],
)
def test_those_that_are_asked_for(whole: Sample, flags: dict[str, tuple[str, ...]], expected: set[str]) -> None:
    assert ids(whole.collector(**flags).scopes()) == expected


def test_a_deleted_project_is_not_collected_even_by_name(whole: Sample) -> None:
    found = whole.collector(project=(PROD, OLD)).scopes()

    assert ids(found) == {PROD}
    assert "delete requested" in texts(found)


def test_a_project_that_nobody_may_look_at_is_tried_all_the_same(whole: Sample) -> None:
    """Who may list what is in a project need not be allowed to look at the project."""
    whole.server.deny(f"{MANAGER}.projects.get")

    found = whole.collector(project=(PROD,)).scopes()

    assert [(scope.id, scope.data["number"]) for scope in found.scopes] == [(PROD, "")]
    assert "without knowing its number" in texts(found)


def test_a_search_that_is_denied_leaves_the_own_project(whole: Sample) -> None:
    whole.server.deny(f"{MANAGER}.projects.search")

    found = whole.collector().scopes()

    assert ids(found) == {PROD}
    assert f"Only project {PROD}, which the credentials belong to, is collected" in texts(found)


def test_a_folder_that_is_denied_costs_itself_only(whole: Sample) -> None:
    whole.server.fault(f"{MANAGER}.projects.list", 403, times=1)

    found = whole.collector(folder=("200000000001", "200000000002")).scopes()

    assert ids(found) == {DEV}
    assert [message.level for message in found.messages] == ["error"]
    assert "What is in folders/200000000001 is not collected" in texts(found)


def test_when_nothing_is_found_the_reason_is_raised(whole: Sample) -> None:
    whole.server.deny(f"{MANAGER}.*")

    with pytest.raises(NotPermitted, match="folders/1"):
        whole.collector(folder=("1",)).scopes()


def test_two_credentials_find_each_project_once(whole: Sample) -> None:
    narrow = json.dumps(whole.server.key_file(DEV, "narrow", [DEV]).info)

    found = collector(whole.server, narrow, service_account=(narrow, whole.key)).scopes()

    assert {scope.id: scope.data["login"] for scope in found.scopes} == {DEV: "0", PROD: "1"}


def test_credentials_that_are_no_good_cost_themselves_only(whole: Sample) -> None:
    found = collector(whole.server, "", service_account=('{"type": "nonsense"}', whole.key)).scopes()

    assert ids(found) == {PROD, DEV}
    assert "Nothing is collected with it: --gcp-service-account, value 1" in texts(found)


def test_a_project_that_no_credentials_see_is_named(whole: Sample) -> None:
    narrow = json.dumps(whole.server.key_file(DEV, "narrower", [DEV]).info)

    found = collector(whole.server, narrow, service_account=(narrow, narrow), project=(DEV, PROD)).scopes()

    assert ids(found) == {DEV}
    assert f"Project {PROD} is not collected: none of the credentials see it." in texts(found)


def test_a_server_that_fails_is_told(whole: Sample) -> None:
    whole.server.fault(f"{MANAGER}.projects.search", 400)

    with pytest.raises(CollectError, match=r"projects\.search"):
        whole.collector().scopes()
