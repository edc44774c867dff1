"""Nothing that goes wrong looks like nothing being there."""

from __future__ import annotations

import time
from typing import Any

import pytest

from resotolib.collect.completeness import Cause, Outcome
from resotolib.errors import NotAuthenticated, Stopped, Throttled, Unreadable
from resotolib.testing.run import MemoryRun
from tests.fakes.onelogin.server import SECRET, OneLoginServer
from tests.plugins.onelogin.run import collect, collector, incomplete, nodes, readings
from tests.ports import free_port

TOKEN = "/auth/oauth2/v2/token"
PATHS = {
    "user": "/api/2/users",
    "role": "/api/2/roles",
    "app": "/api/2/apps",
    "mapping": "/api/2/mappings",
    "group": "/api/1/groups",
    "privilege": "/api/1/privileges",
}
ODD: dict[str, Any] = {
    "a web page": b"<html>Maintenance</html>",
    "nothing": b"",
    "null": b"null",
    "no text": b"\xff\xfe",
    "an error with status 200": {"status": {"error": True, "code": 500, "message": "Oops"}},
    "numbers": [1, 2, 3],
}


def test_a_wrong_secret_is_said_before_anything_is_read(onelogin: OneLoginServer) -> None:
    wrong = collector(onelogin, client_secret="wrong")

    with pytest.raises(NotAuthenticated, match="--onelogin-client-secret"):
        wrong.scopes()


def test_a_secret_that_was_taken_away_fails_the_account(onelogin: OneLoginServer) -> None:
    scope = collector(onelogin).scopes().scopes[0]
    run = MemoryRun("onelogin")

    with pytest.raises(NotAuthenticated):
        collector(onelogin, client_secret="wrong").collect(scope, run)

    assert len(run.graph) == 2  # root and cloud


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, [], b"<html>"], ids=str)
def test_a_login_without_a_token_is_none(onelogin: OneLoginServer, body: Any) -> None:
    onelogin.fault(TOKEN, 200, body)

    with pytest.raises(Unreadable, match="no access token"):
        collector(onelogin).scopes()


def test_a_login_that_names_no_account_asks_for_its_name(onelogin: OneLoginServer) -> None:
    onelogin.tenant.account = None

    with pytest.raises(Unreadable, match="--onelogin-endpoint-url"):
        collector(onelogin).scopes()


@pytest.mark.parametrize(("scope", "denied"), [("all", {"privilege"}), ("users", {"privilege", "app", "mapping"})])
def test_what_the_credentials_may_not_see_is_denied(onelogin: OneLoginServer, scope: str, denied: set[str]) -> None:
    onelogin.scope = scope

    run = collect(onelogin)

    assert incomplete(run) == denied
    assert {readings(run)[noun].cause for noun in denied} == {Cause.DENIED}
    assert "Manage All" in readings(run)["privilege"].reason


@pytest.mark.parametrize("noun", PATHS)
def test_a_list_that_is_refused_costs_itself_only(onelogin: OneLoginServer, noun: str) -> None:
    onelogin.fault(PATHS[noun], 400)

    run = collect(onelogin)

    assert incomplete(run) == {noun}
    assert (readings(run)[noun].cause, PATHS[noun] in readings(run)[noun].reason) == (Cause.FAILED, True)
    assert all(nodes(run, other) for other in PATHS if other != noun)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("noun", ["user", "group", "privilege"])
def test_an_odd_answer_is_not_an_empty_list(onelogin: OneLoginServer, noun: str, odd: str) -> None:
    onelogin.fault(PATHS[noun], 200, ODD[odd], times=9)

    run = collect(onelogin)

    assert incomplete(run) == {noun}
    assert readings(run)[noun].cause is Cause.FAILED


def test_an_account_without_users_is_not_believed(onelogin: OneLoginServer) -> None:
    onelogin.tenant.users.clear()

    assert incomplete(collect(onelogin)) == {"user"}


def test_a_list_that_ends_early_is_kept_and_incomplete(onelogin: OneLoginServer) -> None:
    rows = [{"id": 1, "username": "first"}]
    onelogin.fault(PATHS["user"], 200, rows, headers={"Total-Count": "3"})

    run = collect(onelogin)

    assert incomplete(run) == {"user"}
    assert "1 of 3" in readings(run)["user"].reason
    assert nodes(run, "user").keys() == {"1"}


def test_pages_that_go_round_in_circles_end(onelogin: OneLoginServer) -> None:
    onelogin.fault(PATHS["app"], 200, [{"id": 1, "name": "App"}], times=3, headers={"After-Cursor": "abc%3D"})

    run = collect(onelogin)

    assert incomplete(run) == {"app"}
    assert onelogin.called(PATHS["app"]) == 2


def test_one_without_an_id_leaves_its_kind_incomplete(onelogin: OneLoginServer) -> None:
    onelogin.tenant.roles.append({"name": "nobody", "users": [], "apps": [], "admins": []})

    run = collect(onelogin)

    assert incomplete(run) == {"role"}
    assert len(nodes(run, "role")) == 5


def test_a_privilege_whose_holders_cannot_be_read_is_there(onelogin: OneLoginServer) -> None:
    onelogin.fault("/api/1/privileges/abc-1/users", 403)

    run = collect(onelogin)

    assert readings(run)["privilege"].cause is Cause.DENIED
    assert nodes(run, "privilege").keys() == {"abc-1"}


def test_devices_are_as_unread_as_the_users_they_belong_to(onelogin: OneLoginServer) -> None:
    onelogin.fault(PATHS["user"], 403)

    run = collect(onelogin, mfa_devices=True)

    assert {readings(run)[noun].cause for noun in ("user", "mfa_device")} == {Cause.DENIED}


def test_one_users_devices_that_fail_cost_no_others(onelogin: OneLoginServer) -> None:
    onelogin.fault("/api/2/mfa/users/1000/devices", 403)

    run = collect(onelogin, mfa_devices=True)

    assert incomplete(run) == {"mfa_device"}
    assert len(nodes(run, "mfa_device")) == 2


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {"X-RateLimit-Reset": "1"}, {}], ids=str)
def test_a_rate_limit_is_waited_for(onelogin: OneLoginServer, headers: dict[str, str]) -> None:
    onelogin.fault(PATHS["app"], 429, headers=headers)

    began = time.monotonic()
    run = collect(onelogin)

    assert incomplete(run) == set()
    assert time.monotonic() - began >= 1


def test_a_rate_limit_that_lasts_too_long_is_reported_at_once(onelogin: OneLoginServer) -> None:
    onelogin.quota, onelogin.reset_in = 3, 3000

    began = time.monotonic()
    run = collect(onelogin)

    assert time.monotonic() - began < 5
    assert {readings(run)[noun].cause for noun in incomplete(run)} == {Cause.THROTTLED}
    assert len(nodes(run, "user")) + len(nodes(run, "app")) + len(nodes(run, "group")) > 0


def test_no_patience_at_all_is_a_choice(onelogin: OneLoginServer) -> None:
    onelogin.fault(TOKEN, 429, headers={"Retry-After": "1"})

    with pytest.raises(Throttled):
        collector(onelogin, throttle_timeout=0).scopes()


def test_a_wait_ends_when_the_run_does(onelogin: OneLoginServer) -> None:
    made = collector(onelogin, throttle_timeout=600)
    scope = made.scopes().scopes[0]
    onelogin.fault(PATHS["group"], 429, headers={"Retry-After": "300"}, times=9)

    began = time.monotonic()
    with pytest.raises(Stopped):
        made.collect(scope, MemoryRun("onelogin", stop_after=5))

    assert time.monotonic() - began < 5


def test_what_fails_for_a_moment_is_asked_again(onelogin: OneLoginServer) -> None:
    onelogin.fault(PATHS["app"], 503, times=2)

    assert incomplete(collect(onelogin)) == set()


def test_what_fails_for_longer_is_unread(onelogin: OneLoginServer) -> None:
    onelogin.fault(PATHS["app"], 503, times=9)

    run = collect(onelogin)

    assert incomplete(run) == {"app"}
    assert readings(run)["app"].outcome is Outcome.UNREAD
    assert "503" in readings(run)["app"].reason


def test_a_second_refusal_of_the_token_is_the_end(onelogin: OneLoginServer) -> None:
    onelogin.fault(PATHS["app"], 401, times=2)

    run = collect(onelogin)

    assert readings(run)["app"].cause is Cause.NOT_AUTHENTICATED


def test_nobody_at_the_other_end_is_said_with_the_address(onelogin: OneLoginServer) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(Unreadable, match=nobody):
        collector(onelogin, endpoint_url=nobody).scopes()


def test_secrets_are_in_no_words(onelogin: OneLoginServer) -> None:
    onelogin.fault(TOKEN, 400, {"message": "bad"})
    made = collector(onelogin)

    with pytest.raises(NotAuthenticated) as raised:
        made.scopes()

    assert all(SECRET not in words for words in (repr(made), repr(made.settings), str(raised.value)))
