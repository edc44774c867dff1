"""Who gets which actions, and what may be said on the action websocket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import websocket

from tests.resotoworker.localcore.contract.client import Client

COLLECT = {"message_type": "collect", "timeout": 30.0, "wait_for_completion": True}


@pytest.fixture(autouse=True)
def _unsubscribed(core: Client) -> Iterator[None]:
    """Nobody stays behind for whom a later run would wait."""
    yield
    for number in range(1, 9):
        core.ask("DELETE", f"/subscriber/s{number}")


def test_subscribing_answers_with_the_whole_subscriber(core: Client) -> None:
    core.ask("POST", "/subscriber/s1/collect?timeout=30&wait_for_completion=True")
    answer = core.ask("POST", "/subscriber/s1/tidy?wait_for_completion=FALSE")

    tidy = {"message_type": "tidy", "timeout": 60.0, "wait_for_completion": False}
    assert answer.status_code == 200
    assert answer.json() == {"id": "s1", "subscriptions": {"collect": COLLECT, "tidy": tidy}}
    assert core.ask("GET", "/subscriber/s1").json() == answer.json()


def test_a_timeout_is_whole_seconds(core: Client) -> None:
    answer = core.ask("POST", "/subscriber/s1/collect?timeout=soon")

    assert (answer.status_code, answer.text.splitlines()[0]) == (400, "Error: ValueError")


def test_put_replaces_all_subscriptions(core: Client) -> None:
    core.ask("POST", "/subscriber/s2/tidy")
    answer = core.ask("PUT", "/subscriber/s2", [COLLECT])

    assert answer.json() == {"id": "s2", "subscriptions": {"collect": COLLECT}}


def test_put_of_something_else_changes_nothing(core: Client) -> None:
    core.ask("PUT", "/subscriber/s3", [COLLECT])
    answer = core.ask("PUT", "/subscriber/s3", [COLLECT, {"timeout": 3}])

    assert answer.status_code == 400
    assert 'element at index 1. No value found for "message_type"' in answer.text
    assert core.ask("GET", "/subscriber/s3").json()["subscriptions"] == {"collect": COLLECT}


def test_subscriptions_are_ended_one_by_one_or_all_at_once(core: Client) -> None:
    core.ask("PUT", "/subscriber/s4", [COLLECT, {"message_type": "a"}, {"message_type": "b"}])

    assert set(core.ask("DELETE", "/subscriber/s4/a").json()["subscriptions"]) == {"collect", "b"}
    assert core.ask("DELETE", "/subscriber/nobody/a").json() == {"id": "nobody", "subscriptions": {}}
    assert core.ask("DELETE", "/subscriber/s4").status_code == 204
    assert core.ask("GET", "/subscriber/s4").status_code == 404


def test_only_subscribers_may_connect_and_only_once(core: Client) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as unknown:
        core.connect("/subscriber/nobody/handle")
    assert unknown.value.status_code == 404

    core.ask("POST", "/subscriber/s5/collect")
    with core.socket("/subscriber/s5/handle"):
        with pytest.raises(websocket.WebSocketBadStatusException) as second:
            core.connect("/subscriber/s5/handle")
        assert second.value.status_code == 429
    core.ask("DELETE", "/subscriber/s5")


NOBODY_S = {"task": "unknown", "step": "tidy"}


@pytest.mark.parametrize(
    "frame",
    [
        "no json",
        "[]",
        {"kind": "action", "message_type": "tidy", "data": NOBODY_S},
        {"kind": "hello", "message_type": "tidy", "data": NOBODY_S},
        {"kind": "action_done"},
        {"kind": "action_done", "message_type": "tidy", "data": {}},
        {"kind": "action_info", "message_type": "tidy", "data": NOBODY_S},
        {"kind": "action_progress", "message_type": "tidy", "data": NOBODY_S},
    ],
    ids=["no json", "list", "action", "other kind", "no type", "no task", "info of nothing", "progress of nothing"],
)
def test_a_frame_that_makes_no_sense_closes_the_connection(core: Client, frame: Any) -> None:
    core.ask("POST", "/subscriber/s6/tidy")

    with core.socket("/subscriber/s6/handle") as socket:
        socket.send(frame)
        assert socket.is_closed_by_peer()


def test_blank_frames_and_answers_to_unknown_tasks_are_ignored(core: Client) -> None:
    core.ask("POST", "/subscriber/s7/tidy")

    with core.socket("/subscriber/s7/handle") as socket, core.socket("/events?show=sign") as events:
        socket.send("\n")
        socket.send({"kind": "action_done", "message_type": "tidy", "data": NOBODY_S})
        socket.send({"kind": "event", "message_type": "sign", "data": {"of": "life"}})
        assert events.receive()["data"]["of"] == "life"


def test_the_coming_and_going_of_subscribers_is_told(core: Client) -> None:
    core.ask("POST", "/subscriber/s8/tidy")

    with core.socket("/events?show=message-listener-connected,message-listener-disconnected") as events:
        with core.socket("/subscriber/s8/handle"):
            (*_, come) = events.until(lambda event: event["data"]["subscriber_id"] == "s8")
        (*_, gone) = events.until(lambda event: event["data"]["subscriber_id"] == "s8")

    assert (come["message_type"], come["data"]["channels"]) == ("message-listener-connected", ["tidy"])
    assert gone["message_type"] == "message-listener-disconnected"
