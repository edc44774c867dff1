"""The plugin keeps the contract of all plugins."""

from __future__ import annotations

import importlib
import json
import ssl
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import resoto_plugin_slack as plugin
from resoto_plugin_slack.kinds import KINDS
from resoto_plugin_slack.settings import SlackSettings

from resotolib.errors import NotConfigured, SettingsError
from resotolib.kinds.base import base_kinds
from resotolib.kinds.checks import check
from resotolib.settings import Settings
from resotolib.testing.contract import check_collector
from resotoworker.localcore import LocalCore
from tests.fakes.slack.schema import faults
from tests.fakes.slack.server import ALL_SCOPES, TOKEN, SlackServer
from tests.fakes.slack.world import make_world
from tests.plugins.slack.run import collector
from tests.plugins.worker import worker

T = TypeVar("T")
R = TypeVar("R")


def each(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    return map(function, items)


def test_it_keeps_the_contract(slack: SlackServer) -> None:
    runs = check_collector(collector(slack, include_archived=True), {kind.name: kind for kind in KINDS})

    assert len(runs) == 1


@pytest.mark.parametrize("other", ["resoto_plugin_onelogin", "resoto_plugin_aws"])
def test_its_kinds_get_on_with_those_of_others(other: str) -> None:
    check((*KINDS, *importlib.import_module(other).resoto_kinds()), base_kinds())


def test_what_slack_does_not_publish_is_found_out(slack: SlackServer) -> None:
    odd = {"ok": True, "members": [{"id": 1, "nickname": "x"}], "response_metadata": {"next_cursor": None}}

    assert faults("users.list", odd) == [".members[0].id is no string: 1", ".members[0]: Member has no member nickname"]


@pytest.mark.parametrize("tokens", [(), ("",)])
def test_without_a_token_it_says_what_is_missing(tokens: tuple[str, ...]) -> None:
    with pytest.raises(NotConfigured, match="--slack-bot-token"):
        plugin.resoto_collectors(Settings(SlackSettings(bot_token=tokens)))


@pytest.mark.parametrize("address", ["slack.com/api", "ftp://slack.com/api", "https://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="--slack-endpoint-url"):
        plugin.resoto_collectors(Settings(SlackSettings(bot_token=(TOKEN,), endpoint_url=address)))


def test_a_secret_over_plain_http_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    for address in ("http://127.0.0.1:1", "http://localhost:1", "http://slack.example.test"):
        plugin.resoto_collectors(Settings(SlackSettings(bot_token=(TOKEN,), endpoint_url=address)))

    assert [record.args for record in caplog.records] == [("--slack-endpoint-url", "bot token", "slack.example.test")]


@pytest.mark.parametrize("trusting", [True, False])
def test_whose_certificates_are_taken(slack: SlackServer, trusting: bool) -> None:
    from resoto_plugin_slack.client import Client  # noqa: PLC0415  # the SDK is not imported by the hooks

    client = Client(collector(slack, do_not_verify_cert=trusting).settings, TOKEN, 0)
    context = client._web.ssl

    assert (context is not None and context.verify_mode == ssl.CERT_NONE) is trusting


def test_a_check_names_what_cannot_be_read(slack: SlackServer) -> None:
    slack.scopes -= {"groups:read", "users:read.email"}

    findings = list(plugin.resoto_check(Settings(collector(slack).settings), each))

    problems = [finding.problem for finding in findings if finding.problem]
    assert len(findings) == 6
    assert [any(scope in problem for problem in problems) for scope in ("groups:read", "users:read.email")] == [
        True
    ] * 2
    assert len(problems) == 2


def test_the_permissions_are_scopes() -> None:
    found = plugin.resoto_permissions(Settings(SlackSettings()), ["collect", "tag", "cleanup"])

    assert found.actions["tag"] == ()
    assert set(found.actions["cleanup"]) == {
        *("channels:manage", "groups:write", "usergroups:write", "chat:write", "im:write")
    }
    assert set(found.actions["collect"]) == {
        *("channels:read", "groups:read", "team:read", "usergroups:read", "users:read", "users:read.email")
    }
    assert set(json.loads(found.documents[0])["oauth_config"]["scopes"]["bot"]) == set(ALL_SCOPES)


def test_children_find_it_loaded() -> None:
    assert importlib.import_module(plugin.resoto_warm()).LOADED


def test_a_worker_collects_workspaces_and_keeps_what_it_cannot_read_later(slack: SlackServer, tmp_path: Path) -> None:
    other = make_world(users=3, channels=2, big=2)
    other.team |= {"id": "T0002", "name": "Second"}
    slack.worlds["xoxb-other"] = other
    secrets = {"SLACK_BOT_TOKEN": f"{TOKEN} xoxb-other"}
    flags = ("--slack-endpoint-url", slack.url, "--slack-memberships", "none", "--fork")
    with LocalCore(tmp_path / "core.sqlite") as core, worker("slack", core.url, tmp_path, flags, secrets) as running:
        first = running.collect()
        everybody = running.nodes("slack_user").keys()
        slack.world.usergroups.clear()
        slack.scopes.discard("users:read")
        del slack.worlds["xoxb-other"]
        second = running.collect()
        shown = running.shows(TOKEN)
        people, teams = running.nodes("slack_user"), running.nodes("slack_team")
        groups = {node["ancestors"]["account"]["reported"]["id"] for node in running.nodes("slack_usergroup").values()}

    assert (first.state, first.errors) == ("done", ())
    assert everybody == people.keys() == {user["id"] for user in (*slack.world.users, *other.users)}
    assert people["U00007"]["metadata"]["stale_since"]
    assert teams.keys() == {"T0001", "T0002"}
    assert groups == {"T0002"}  # whose token is no good any more
    assert [any(word in error for error in second.errors) for word in ("users:read", "Token 2")] == [True, True]
    assert shown == []
