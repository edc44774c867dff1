"""What is in the account is in the graph."""

from __future__ import annotations

from typing import Any

import pytest

from resotolib.collect.completeness import Outcome
from tests.fakes.onelogin.server import OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant
from tests.plugins.onelogin.run import collect, collector, edges, incomplete, nodes, readings

LISTS = ("users", "roles", "apps", "groups", "mappings", "privileges")


@pytest.mark.parametrize("what", LISTS)
def test_all_of_a_kind_are_found(onelogin: OneLoginServer, what: str) -> None:
    run = collect(onelogin)

    assert set(nodes(run, what[:-1])) == {str(row["id"]) for row in getattr(onelogin.tenant, what)}
    assert incomplete(run) == set()


@pytest.mark.parametrize(("path", "pages"), [("/api/2/users", 6), ("/api/2/apps", 3), ("/api/1/groups", 4)])
def test_every_page_is_asked_for_once(onelogin: OneLoginServer, path: str, pages: int) -> None:
    collect(onelogin)

    assert onelogin.called(path) == pages


def test_who_belongs_to_whom(onelogin: OneLoginServer) -> None:
    tenant, graph = onelogin.tenant, collect(onelogin).graph

    assert edges(graph, "group", "user") == {(str(u["group_id"]), str(u["id"])) for u in tenant.users if u["group_id"]}
    assert edges(graph, "role", "user") == {(str(r), str(u["id"])) for u in tenant.users for r in u["role_ids"]}
    assert edges(graph, "role", "app") == {(str(r), str(a["id"])) for a in tenant.apps for r in a["role_ids"]}
    assert edges(graph, "user", "role") == {(str(a), str(r["id"])) for r in tenant.roles for a in r["admins"]}
    assert edges(graph, "user", "user") == {("1000", str(u["id"])) for u in tenant.users[1:]}
    assert edges(graph, "privilege", "user") == {("abc-1", "1000")}
    assert edges(graph, "privilege", "role") == {("abc-1", "100")}
    assert edges(graph, "mapping", "role") == {("1", "100"), ("2", "101")}


def test_a_user_has_all_fields(onelogin: OneLoginServer) -> None:
    row = onelogin.tenant.users[1]
    texts = dict.fromkeys(name for name, value in row.items() if value is None)
    row |= {name: f"some {name}" for name in texts} | {"directory_id": 3, "trusted_idp_id": 4, "group_id": 11}
    row |= {"locked_until": "2025-01-09T00:00:00Z", "invitation_sent_at": "2025-01-09T00:00:00Z", "last_login": 1e9}

    found = nodes(collect(onelogin), "user")[str(row["id"])].reported

    assert found["name"] == "user1"
    assert (found["ctime"], found["mtime"]) == ("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
    assert found["atime"] == found["last_login"] == "2001-09-09T01:46:40Z"
    assert found["custom_attributes"] == {"cost_center": "42"}
    assert found["locale_code"] == "some preferred_locale_code"
    assert int(found["password_age"].removesuffix("d")) > 300
    assert {name for name in row if name not in ("id", "preferred_locale_code")} <= found.keys()


@pytest.mark.parametrize(
    ("member", "value", "kept"),
    [
        ("status", 6, 6),
        ("state", 9, 9),
        ("manager_ad_id", 42, "42"),
        ("phone", 4912345, "4912345"),
        ("invalid_login_attempts", "3", 3),
        ("status", "active", None),
        ("unheard_of", {"a": 1}, None),
    ],
)
def test_an_odd_value_costs_itself_only(onelogin: OneLoginServer, member: str, value: Any, kept: Any) -> None:
    onelogin.tenant.users[3][member] = value

    run = collect(onelogin)

    assert len(nodes(run, "user")) == len(onelogin.tenant.users)
    assert nodes(run, "user")["1003"].reported.get(member) == kept
    assert bool(run.messages) is (value == "active")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"username": None}, "user3@example.test"),
        ({"username": None, "email": None}, "User 3"),
        ({"username": None, "email": None, "firstname": None}, "3"),
        ({"username": None, "email": None, "firstname": None, "lastname": None}, "1003"),
    ],
)
def test_a_user_is_called_by_what_there_is(onelogin: OneLoginServer, changes: dict[str, Any], name: str) -> None:
    onelogin.tenant.users[3] |= changes

    assert nodes(collect(onelogin), "user")["1003"].reported["name"] == name


def test_a_role_without_a_name_is_called_by_its_id(onelogin: OneLoginServer) -> None:
    onelogin.tenant.roles[0]["name"] = None

    assert nodes(collect(onelogin), "role")["100"].reported["name"] == "100"


def test_devices_are_read_when_asked_for(onelogin: OneLoginServer) -> None:
    without, run = collect(onelogin), collect(onelogin, mfa_devices=True)

    assert readings(without)["mfa_device"].outcome is Outcome.EXCLUDED
    assert set(nodes(run, "mfa_device")) == {"1000:D1", "1001:D1", "1001:D2"}
    assert edges(run.graph, "user", "mfa_device") == {("1000", "1000:D1"), ("1001", "1001:D1"), ("1001", "1001:D2")}
    assert incomplete(run) == set()


def test_the_account_is_called_by_its_number(onelogin: OneLoginServer) -> None:
    scope = collector(onelogin).scopes().scopes[0]

    assert (scope.id, scope.name) == ("555", "555")
    assert nodes(collect(onelogin, region="eu"), "region").keys() == {"eu"}


def test_a_token_that_expires_is_replaced_once(onelogin: OneLoginServer) -> None:
    onelogin.fault("/api/2/apps", 401)

    run = collect(onelogin)

    assert incomplete(run) == set()
    assert onelogin.called("/auth/oauth2/v2/token") == 3  # to find the account, to collect, and the new one


def test_ids_of_roles_and_groups_may_be_the_same(onelogin: OneLoginServer) -> None:
    onelogin.tenant.groups.append({"id": 100, "name": "Role 0", "reference": None})

    run = collect(onelogin)

    assert edges(run.graph, "mapping", "role") == {("1", "100"), ("2", "101")}
    assert edges(run.graph, "mapping", "group") == set()


def test_a_large_account_takes_the_fewest_calls_that_the_api_allows() -> None:
    with OneLoginServer(make_tenant(users=5000, roles=20, apps=300, groups=120)) as onelogin:
        run = collect(onelogin)

    assert incomplete(run) == set()
    assert len(nodes(run, "user")) == 5000
    calls = {"/api/2/users": 100, "/api/2/roles": 1, "/api/2/apps": 1, "/api/1/groups": 3, "/api/2/mappings": 2}
    assert {path: onelogin.called(path) for path in calls} == calls
