"""What is in the workspace is in the graph."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.world import make_world
from tests.plugins.slack.run import collect, collector, edges, incomplete, nodes, readings


def people(slack: SlackServer, *, bots: bool) -> set[str]:
    return {user["id"] for user in slack.world.users if user["is_bot"] is bots}


def test_everybody_is_found(slack: SlackServer) -> None:
    run = collect(slack)

    assert set(nodes(run, "user")) == people(slack, bots=False)
    assert set(nodes(run, "bot")) == people(slack, bots=True)
    assert incomplete(run) == set()


@pytest.mark.parametrize("archived", [False, True])
def test_conversations_and_groups_are_found(slack: SlackServer, archived: bool) -> None:
    run = collect(slack, include_archived=archived)

    rooms = {room["id"] for room in slack.world.channels if archived or not room["is_archived"]}
    assert set(nodes(run, "conversation")) == rooms
    groups = {group["id"] for group in slack.world.usergroups if archived or not group["date_delete"]}
    assert set(nodes(run, "usergroup")) == groups


def test_all_members_of_conversations_of_any_size(slack: SlackServer) -> None:
    graph = collect(slack, include_archived=True).graph

    expected = {(member, room) for room, members in slack.world.members.items() for member in members}
    created = {(room["creator"], room["id"]) for room in slack.world.channels}
    assert edges(graph, "user", "conversation") | edges(graph, "bot", "conversation") == expected | created


@pytest.mark.parametrize(
    ("memberships", "asked"),
    [("all", lambda room: True), ("active", lambda room: not room["is_archived"]), ("none", lambda room: False)],
)
def test_whose_members_are_asked_for(slack: SlackServer, memberships: str, asked: Any) -> None:
    collect(slack, memberships=memberships, include_archived=True)

    called = {arguments["channel"] for method, arguments in slack.requests if method == "conversations.members"}
    assert called == {room["id"] for room in slack.world.channels if asked(room)}


def test_an_empty_conversation_is_not_asked_for_members(slack: SlackServer) -> None:
    room = slack.world.channels[3]
    slack.world.members[room["id"]], room["num_members"] = [], 0

    collect(slack)

    assert room["id"] not in {arguments.get("channel") for _, arguments in slack.requests}


def test_who_belongs_to_whom(slack: SlackServer) -> None:
    graph = collect(slack, include_archived=True, memberships="none").graph

    groups = slack.world.usergroups
    assert edges(graph, "usergroup", "user") == {(g["id"], user) for g in groups for user in g["users"]}
    assert edges(graph, "usergroup", "conversation") == {(g["id"], c) for g in groups for c in ("C00001", "C00009")}
    guests = {u["id"] for u in slack.world.users if "guest_invited_by" in u["profile"] and not u["is_bot"]}
    assert edges(graph, "user", "user") == {("U00000", guest) for guest in guests}


def test_strangers_in_shared_channels_do_no_harm(slack: SlackServer) -> None:
    slack.world.members["C00001"].append("USTRANGER")

    assert incomplete(collect(slack)) == set()


def test_what_is_known_of_a_user(slack: SlackServer) -> None:
    found = nodes(collect(slack), "user")["U00029"].reported

    assert found["name"] == "user29"
    assert found["email"] == "user29@example.test"
    assert (found["tz_offset"], found["is_restricted"], found["guest_invited_by"]) == (3600, True, "U00000")
    assert found["user_guest_expiration"] == "2027-01-15T08:00:00Z"
    assert found["mtime"] == "2023-11-14T22:13:49Z"
    assert found["status_expiration"] == 0


def test_what_is_known_of_a_conversation(slack: SlackServer) -> None:
    found = nodes(collect(slack), "conversation")["C00001"].reported

    assert (found["topic"], found["topic_creator"]) == ("Everything", "U00000")
    assert (found["is_general"], found["num_members"]) == (True, 310)
    assert found["mtime"] == "2023-07-22T04:26:40Z"
    assert "purpose_last_set" not in found


def test_the_team_has_three_regions(slack: SlackServer) -> None:
    run = collect(slack)

    team = nodes(run, "team")["T0001"].reported
    assert (team["name"], team["domain"], team["icon"]) == ("Acme", "acme", "https://images.example.test/icon.png")
    assert edges(run.graph, "team", "region") == {
        ("T0001", name) for name in ("members", "usergroups", "conversations")
    }
    assert {noun: reading.region for noun, reading in readings(run).items()} == {
        "user": "members",
        "bot": "members",
        "usergroup": "usergroups",
        "conversation": "conversations",
    }


def test_an_enterprise_is_named(slack: SlackServer) -> None:
    slack.world.team |= {"enterprise_id": "E1", "enterprise_name": "Acme Holding", "enterprise_domain": "acme-holding"}

    run = collect(slack)

    assert nodes(run, "enterprise")["E1"].reported["name"] == "Acme Holding"
    assert edges(run.graph, "team", "enterprise") == {("T0001", "E1")}


def test_each_token_is_a_workspace(slack: SlackServer) -> None:
    other = make_world(users=3, channels=2, big=2)
    other.team |= {"id": "T0002", "name": "Second"}
    slack.worlds["xoxb-other"] = other
    slack.worlds["xoxb-again"] = other

    found = collector(slack, bot_token=(*slack.worlds, "xoxb-wrong")).scopes()

    assert [scope.id for scope in found.scopes] == ["T0001", "T0002"]
    assert [message.level for message in found.messages] == ["info", "error"]
    assert "Token 4" in found.messages[1].text


def test_a_large_workspace_is_read_within_the_limits_of_slacks_tiers() -> None:
    with SlackServer(make_world(users=5000, channels=2000), minute=0.15) as slack:
        run = collect(slack, minute=0.3)
        pages = -(-sum(not room["is_archived"] for room in slack.world.channels if room["is_private"]) // 200)
        pages += -(-sum(not room["is_archived"] for room in slack.world.channels if not room["is_private"]) // 200)

    rooms = [room["id"] for room in slack.world.channels if not room["is_archived"]]
    members = [arguments["channel"] for method, arguments in slack.requests if method == "conversations.members"]
    assert incomplete(run) == set()
    assert len(nodes(run, "user")) + len(nodes(run, "bot")) == 5000
    assert nodes(run, "conversation").keys() == set(rooms)
    assert sorted(members) == sorted([*rooms, "C00001"])  # the second has two pages of members
    calls = {"users.list": 25, "usergroups.list": 1, "conversations.list": pages, "team.info": 1, "auth.test": 2}
    assert {method: slack.called(method) for method in calls} == calls
    assert len(slack.requests) == len(members) + sum(calls.values())
    assert slack.limited == 0


def test_limits_that_are_exceeded_are_waited_for() -> None:
    with SlackServer(make_world(users=4200, channels=2, big=2), minute=1.0) as slack:
        run = collect(slack, minute=0.0)

    assert slack.limited > 0
    assert incomplete(run) == set()
    assert len(nodes(run, "user")) + len(nodes(run, "bot")) == 4200
