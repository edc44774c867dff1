"""Nothing that goes wrong looks like nothing being there."""

from __future__ import annotations

import time
from typing import Any

import pytest

from resotolib.collect.completeness import Cause
from resotolib.errors import NotAuthenticated, NotPermitted, Stopped, Throttled, Unreadable
from resotolib.testing.run import MemoryRun
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.world import channel_id
from tests.plugins.slack.run import collect, collector, incomplete, nodes, readings
from tests.ports import free_port

METHODS = {
    "users.list": {"user", "bot"},
    "usergroups.list": {"usergroup"},
    "conversations.list": {"conversation"},
    "conversations.members": {"conversation"},
}
ODD: dict[str, Any] = {
    "a web page": b"<html>Maintenance</html>",
    "nothing": b"",
    "a list": [1],
    "no list": {"ok": True},
    "no text": b"\xff\xfe",
    "numbers": {"ok": True, "members": [1], "usergroups": [1], "channels": [1]},
}


@pytest.mark.parametrize("token", ["xoxb-wrong", "xoxb-revoked"])
def test_a_wrong_token_is_said_before_anything_is_read(slack: SlackServer, token: str) -> None:
    with pytest.raises(NotAuthenticated, match="--slack-bot-token"):
        collector(slack, bot_token=(token,)).scopes()


@pytest.mark.parametrize("word", ["account_inactive", "token_revoked", "token_expired", "not_authed"])
def test_a_token_that_was_taken_away_fails_the_workspace(slack: SlackServer, word: str) -> None:
    made = collector(slack)
    scope = made.scopes().scopes[0]
    slack.fault("auth.test", 200, {"ok": False, "error": word})
    run = MemoryRun("slack")

    with pytest.raises(NotAuthenticated, match=word):
        made.collect(scope, run)

    assert len(run.graph) == 2  # root and cloud


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    ("scope", "denied"),
    [
        ("users:read", {"user", "bot"}),
        ("usergroups:read", {"usergroup"}),
        ("groups:read", {"conversation"}),
        ("channels:read", {"conversation"}),
    ],
)
def test_a_scope_that_is_missing_costs_what_it_is_for(
    slack: SlackServer, scope: str, denied: set[str], told: bool
) -> None:
    slack.scopes.discard(scope)
    slack.tell_scopes = told

    run = collect(slack)

    assert incomplete(run) == denied
    assert {(readings(run)[noun].cause, scope in readings(run)[noun].reason) for noun in denied} == {
        (Cause.DENIED, True)
    }


def test_public_channels_are_found_without_the_scope_for_private_ones(slack: SlackServer) -> None:
    slack.scopes.discard("groups:read")

    found = nodes(collect(slack), "conversation").values()

    assert found
    assert not any(node.reported["is_private"] for node in found)


def test_without_addresses_the_users_are_not_wholly_read(slack: SlackServer) -> None:
    slack.scopes.discard("users:read.email")

    run = collect(slack)

    assert incomplete(run) == {"user"}
    assert (readings(run)["user"].cause, "users:read.email" in readings(run)["user"].reason) == (Cause.DENIED, True)
    assert nodes(run, "user")


def test_a_team_that_may_not_be_read_is_told(slack: SlackServer) -> None:
    slack.scopes.discard("team:read")

    run = collect(slack)

    assert incomplete(run) == set()
    assert [(message.level, "team:read" in message.text) for message in run.messages] == [("error", True)]


@pytest.mark.parametrize(
    ("method", "odd"),
    [(method, odd) for method in METHODS for odd in ODD if (method, odd) != ("conversations.members", "numbers")],
)
def test_an_odd_answer_is_not_an_empty_list(slack: SlackServer, method: str, odd: str) -> None:
    slack.fault(method, 200, ODD[odd])

    run = collect(slack, memberships="all" if method == "conversations.members" else "none")

    assert incomplete(run) == METHODS[method]
    assert {readings(run)[noun].cause for noun in METHODS[method]} == {Cause.FAILED}


@pytest.mark.parametrize("method", METHODS)
def test_a_refusal_without_a_known_word_is_a_failure(slack: SlackServer, method: str) -> None:
    slack.fault(method, 200, {"ok": False, "error": "something_new"})

    run = collect(slack)

    assert incomplete(run) == METHODS[method]
    assert all("something_new" in readings(run)[noun].reason for noun in METHODS[method])


def test_a_workspace_without_users_is_not_believed(slack: SlackServer) -> None:
    slack.world.users.clear()

    assert incomplete(collect(slack, memberships="none")) == {"user", "bot"}


def test_pages_that_go_round_in_circles_end(slack: SlackServer) -> None:
    page = {"ok": True, "members": slack.world.users[:2], "response_metadata": {"next_cursor": "abc="}}
    slack.fault("users.list", 200, page, times=3)

    run = collect(slack, memberships="none")

    assert incomplete(run) == {"user", "bot"}
    assert set(nodes(run, "user")) == {"U00000", "U00001"}
    assert slack.called("users.list") == 2


def test_one_without_an_id_leaves_its_kind_incomplete(slack: SlackServer) -> None:
    slack.world.channels.append({"name": "nameless", "is_private": False, "is_archived": False})

    assert incomplete(collect(slack, memberships="none")) == {"conversation"}


@pytest.mark.parametrize(("number", "unread"), [(2, set()), (9, {"conversation"})])
def test_a_public_conversation_that_goes_meanwhile_costs_nothing(
    slack: SlackServer, number: int, unread: set[str]
) -> None:
    """A private one, the tenth, is not found either when the app has been taken out of it."""
    del slack.world.members[channel_id(number)]

    assert incomplete(collect(slack)) == unread


def test_members_that_fail_cost_one_conversation(slack: SlackServer) -> None:
    slack.fault("conversations.members", 200, {"ok": False, "error": "fetch_members_failed"})

    run = collect(slack)

    assert incomplete(run) == {"conversation"}
    assert slack.called("conversations.members") > 200


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {}], ids=str)
def test_a_rate_limit_is_waited_for(slack: SlackServer, headers: dict[str, str]) -> None:
    slack.fault("users.list", 429, {"ok": False, "error": "ratelimited"}, headers=headers)

    began = time.monotonic()
    run = collect(slack, memberships="none")

    assert incomplete(run) == set()
    assert time.monotonic() - began >= 1


def test_a_rate_limit_in_the_middle_of_a_list_does_not_start_it_again(slack: SlackServer) -> None:
    slack.fault("users.list", 429, {"ok": False, "error": "ratelimited"}, after=1, headers={"Retry-After": "1"})

    run = collect(slack, memberships="none")

    cursors = [arguments.get("cursor", "") for method, arguments in slack.requests if method == "users.list"]
    assert incomplete(run) == set()
    assert [len(set(cursors)), len(cursors)] == [3, 4]  # three pages, the second asked for twice
    assert cursors[1] == cursors[2]


def test_a_rate_limit_that_lasts_too_long_is_reported_at_once(slack: SlackServer) -> None:
    slack.fault("users.list", 429, headers={"Retry-After": "3000"})

    began = time.monotonic()
    run = collect(slack, memberships="none")

    assert time.monotonic() - began < 5
    assert {readings(run)[noun].cause for noun in incomplete(run)} == {Cause.THROTTLED}


def test_no_patience_at_all_is_a_choice(slack: SlackServer) -> None:
    slack.fault("auth.test", 429, headers={"Retry-After": "1"})

    with pytest.raises(Throttled):
        collector(slack, throttle_timeout=0).scopes()


def test_a_wait_ends_when_the_run_does(slack: SlackServer) -> None:
    made = collector(slack, throttle_timeout=600)
    scope = made.scopes().scopes[0]
    slack.fault("users.list", 429, headers={"Retry-After": "300"})

    began = time.monotonic()
    with pytest.raises(Stopped):
        made.collect(scope, MemoryRun("slack", stop_after=6))

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("status", "body"), [(503, {"ok": False}), (200, {"ok": False, "error": "internal_error"})], ids=str
)
def test_what_fails_for_a_moment_is_asked_again(slack: SlackServer, status: int, body: Any) -> None:
    slack.fault("usergroups.list", status, body)

    assert incomplete(collect(slack, memberships="none")) == set()


def test_what_fails_for_longer_is_unread(slack: SlackServer) -> None:
    slack.fault("usergroups.list", 503, b"<html>", times=9)

    run = collect(slack, memberships="none")

    assert incomplete(run) == {"usergroup"}
    assert "503" in readings(run)["usergroup"].reason


def test_a_token_of_a_whole_organization_is_named(slack: SlackServer) -> None:
    slack.fault("auth.test", 200, {"ok": True, "is_enterprise_install": True, "enterprise_id": "E1"})

    with pytest.raises(Unreadable, match="each workspace"):
        collector(slack).scopes()


def test_a_door_that_is_closed_is_not_a_wrong_token(slack: SlackServer) -> None:
    slack.fault("auth.test", 200, {"ok": False, "error": "ekm_access_denied"})

    with pytest.raises(NotPermitted):
        collector(slack).scopes()


def test_nobody_at_the_other_end_is_said_with_the_address(slack: SlackServer) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(Unreadable, match=nobody):
        collector(slack, endpoint_url=nobody).scopes()


def test_secrets_are_in_no_words(slack: SlackServer) -> None:
    slack.fault("auth.test", 200, {"ok": False, "error": "invalid_auth"})
    made = collector(slack)

    with pytest.raises(NotAuthenticated) as raised:
        made.scopes()

    assert all(TOKEN not in words for words in (repr(made), repr(made.settings), str(raised.value)))
