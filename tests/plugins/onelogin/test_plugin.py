"""The plugin keeps the contract of all plugins."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import onelogin as sdk
import pytest
import resoto_plugin_aws
import resoto_plugin_onelogin as plugin
from resoto_plugin_onelogin import flags
from resoto_plugin_onelogin.kinds import KINDS, USER_FIELDS
from resoto_plugin_onelogin.settings import OneLoginSettings

from resotolib.errors import NotAuthenticated, NotConfigured, SettingsError
from resotolib.kinds.base import base_kinds
from resotolib.kinds.checks import check
from resotolib.settings import Settings
from resotolib.testing.contract import check_collector
from resotoworker.localcore import LocalCore
from tests.fakes.onelogin.server import ID, SECRET, OneLoginServer
from tests.plugins.onelogin.run import collector
from tests.plugins.worker import worker

T = TypeVar("T")
R = TypeVar("R")
GIVEN: dict[str, Any] = {"client_id": ID, "client_secret": SECRET}


def each(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    return map(function, items)


def test_it_keeps_the_contract(onelogin: OneLoginServer) -> None:
    runs = check_collector(collector(onelogin, mfa_devices=True), {kind.name: kind for kind in KINDS})

    assert len(runs) == 1


def test_its_kinds_get_on_with_those_of_aws() -> None:
    check((*KINDS, *resoto_plugin_aws.resoto_kinds()), base_kinds())


def test_the_vendors_own_models_read_what_the_fake_serves(onelogin: OneLoginServer) -> None:
    tenant = onelogin.tenant

    assert all(sdk.User.from_dict(row).id == row["id"] for row in tenant.users)
    assert all(sdk.Role.from_dict(row).users == row["users"] for row in tenant.roles)
    assert all(sdk.Mapping.from_dict(row).id == row["id"] for row in tenant.mappings)
    assert all(sdk.Privilege.from_dict(row).id == row["id"] for row in tenant.privileges)


def test_every_field_that_the_vendor_documents_is_asked_for() -> None:
    documented = set(sdk.User.model_fields)
    writing = {"password", "password_confirmation", "password_algorithm", "salt"}

    assert set(USER_FIELDS.split(",")) == documented - writing


def test_without_credentials_it_says_what_is_missing() -> None:
    with pytest.raises(NotConfigured, match="--onelogin-client-secret"):
        plugin.resoto_collectors(Settings(OneLoginSettings(client_id=ID)))


@pytest.mark.parametrize("address", ["acme.onelogin.com", "ftp://acme.onelogin.com", "https://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="--onelogin-endpoint-url"):
        plugin.resoto_collectors(Settings(OneLoginSettings(endpoint_url=address, **GIVEN)))


def test_a_secret_over_plain_http_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    for address in ("http://127.0.0.1:1", "http://localhost:1", "http://login.example.test"):
        plugin.resoto_collectors(Settings(OneLoginSettings(endpoint_url=address, **GIVEN)))

    assert [record.args for record in caplog.records] == [
        ("--onelogin-endpoint-url", "client secret", "login.example.test")
    ]


@pytest.mark.parametrize(
    ("settings", "host", "subdomain"),
    [
        ({}, "https://api.us.onelogin.com", ""),
        ({"region": "eu"}, "https://api.eu.onelogin.com", ""),
        ({"endpoint_url": "https://acme.onelogin.com/"}, "https://acme.onelogin.com", "acme"),
        ({"endpoint_url": "http://127.0.0.1:80"}, "http://127.0.0.1:80", ""),
    ],
)
def test_where_the_calls_go(settings: dict[str, Any], host: str, subdomain: str) -> None:
    made = OneLoginSettings(**settings)

    assert (flags.host(made), flags.subdomain(made)) == (host, subdomain)


def test_a_check_names_what_cannot_be_read(onelogin: OneLoginServer) -> None:
    onelogin.scope = "users"

    findings = list(plugin.resoto_check(Settings(collector(onelogin).settings), each))

    assert {finding.what for finding in findings if finding.problem} == {
        "onelogin_app",
        "onelogin_mapping",
        "onelogin_privilege",
    }
    assert len(findings) == 6


def test_a_check_of_wrong_credentials_raises(onelogin: OneLoginServer) -> None:
    settings = Settings(collector(onelogin, client_secret="wrong").settings)

    with pytest.raises(NotAuthenticated):
        list(plugin.resoto_check(settings, each))


def test_the_permissions_are_scopes() -> None:
    found = plugin.resoto_permissions(Settings(OneLoginSettings()), ["collect", "tag"])

    assert found.actions == {"collect": ("Read All",), "tag": ()}
    assert "Manage All" in found.documents[0]


def test_children_find_it_loaded() -> None:
    assert importlib.import_module(plugin.resoto_warm()).LOADED


def test_a_worker_collects_it_and_keeps_what_it_cannot_read_later(onelogin: OneLoginServer, tmp_path: Path) -> None:
    secrets = {"ONELOGIN_CLIENT_ID": ID, "ONELOGIN_CLIENT_SECRET": SECRET, "ONELOGIN_CLIENT_REGION": "eu"}
    flags = ("--onelogin-endpoint-url", onelogin.url, "--fork")
    with LocalCore(tmp_path / "core.sqlite") as core, worker("onelogin", core.url, tmp_path, flags, secrets) as running:
        first = running.collect()
        everybody = running.nodes("onelogin_user").keys()
        del onelogin.tenant.groups[0]
        onelogin.fault("/api/2/users", 403)
        second = running.collect()
        shown = running.shows(SECRET)
        people, groups = running.nodes("onelogin_user"), running.nodes("onelogin_group")
        regions = running.nodes("onelogin_region")

    assert (first.state, first.errors, set(regions)) == ("done", (), {"eu"})
    assert everybody == people.keys() == {str(user["id"]) for user in onelogin.tenant.users}
    assert all(node["metadata"]["stale_since"] for node in people.values())
    assert groups.keys() == {str(group["id"]) for group in onelogin.tenant.groups}
    assert any("/api/2/users" in error for error in second.errors)
    assert shown == []
