"""Conversations are archived and user groups disabled, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from resoto_plugin_slack.kinds import KINDS

from resotolib.clean.deletion import Deletion, Patience
from resotolib.clean.resource import parse
from resotolib.clean.result import Result
from resotolib.collect.collector import Writer
from resotolib.errors import Unsupported
from resotolib.graph.graph import Node
from tests.fakes.slack.server import SlackServer
from tests.plugins.slack.run import collect, collector, nodes
from tests.resotoworker.sky import Told

QUICK = Patience(in_use=0.2, gone=0.2, first=0.01, most=0.05)


@pytest.fixture
def writer(slack: SlackServer) -> Iterator[Writer]:
    with collector(slack).writer() as writer:
        yield writer


def as_sent(node: Node) -> dict[str, Any]:
    """A node as the core sends it."""
    above = {"cloud": "slack", "account": "T0001", "region": "somewhere"}
    ancestors = {level: {"reported": {"id": id_, "name": id_}} for level, id_ in above.items()}
    return {
        "id": node.id,
        "reported": node.reported,
        "metadata": {},
        "desired": {"clean": True},
        "ancestors": ancestors,
    }


def clean(writer: Writer, node: Node) -> Result:
    return Deletion(parse(as_sent(node)), writer, QUICK, Told().reporter.stop).run()


@pytest.mark.parametrize(("noun", "id_"), [("conversation", "C00009"), ("usergroup", "S00002")])
def test_a_conversation_is_archived_and_a_group_disabled(
    slack: SlackServer, writer: Writer, noun: str, id_: str
) -> None:
    node = nodes(collect(slack, memberships="none"), noun)[id_]

    result = clean(writer, node)

    ended = [room["id"] for room in slack.world.channels if room["is_archived"] and room["id"] == id_]
    ended += [group["id"] for group in slack.world.usergroups if group["date_delete"] and group["id"] == id_]
    assert (result.state, result.reason) == ("deleted", "")
    assert ended == [id_]
    assert clean(writer, node).state == "gone"


def test_what_was_read_again_is_what_was_collected(slack: SlackServer, writer: Writer) -> None:
    run = collect(slack, memberships="none")

    for node in (nodes(run, "conversation")["C00002"], nodes(run, "usergroup")["S00002"]):
        again = writer.fetch(as_sent(node))
        left_out = {"num_members"}  # only lists say it
        assert again == {name: value for name, value in node.reported.items() if name not in left_out}


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        ({"is_general": True}, "refused", "everybody is in"),
        ({"is_member": False}, "failed", "Invite the app"),
        ({"created": 1}, "refused", "it was created at"),
    ],
)
def test_conversations_that_stay(
    slack: SlackServer, writer: Writer, change: dict[str, Any], state: str, reason: str
) -> None:
    node = nodes(collect(slack, memberships="none"), "conversation")["C00002"]
    slack.world.channels[2] |= change

    result = clean(writer, node)

    assert result.state == state
    assert reason in result.reason
    assert not slack.world.channels[2]["is_archived"]


@pytest.mark.parametrize(("number", "state"), [(2, "gone"), (9, "refused")])
def test_a_private_conversation_that_is_not_found_need_not_be_gone(
    slack: SlackServer, writer: Writer, number: int, state: str
) -> None:
    node = nodes(collect(slack, memberships="none"), "conversation")[f"C0000{number}"]
    del slack.world.channels[number]

    assert clean(writer, node).state == state


@pytest.mark.parametrize("scope", ["channels:manage", "channels:read"])
def test_a_scope_that_is_missing_is_named(slack: SlackServer, writer: Writer, scope: str) -> None:
    node = nodes(collect(slack, memberships="none"), "conversation")["C00002"]
    slack.scopes.discard(scope)

    result = clean(writer, node)

    assert result.state in ("failed", "refused")
    assert f"Add the scope {scope}" in result.reason


@pytest.mark.parametrize("method", ["conversations.info", "conversations.archive"])
def test_a_server_that_fails_deletes_nothing(slack: SlackServer, writer: Writer, method: str) -> None:
    node = nodes(collect(slack, memberships="none"), "conversation")["C00002"]
    slack.fault(method, 200, {"ok": False, "error": "something_new"})

    result = clean(writer, node)

    assert result.state in ("failed", "refused")
    assert "something_new" in result.reason
    assert not slack.world.channels[2]["is_archived"]


def test_people_and_other_workspaces_are_left_alone(slack: SlackServer, writer: Writer) -> None:
    run = collect(slack, memberships="none")
    stranger = as_sent(nodes(run, "conversation")["C00002"])
    stranger["ancestors"]["account"]["reported"]["id"] = "T0009"

    elsewhere = Deletion(parse(stranger), writer, QUICK, Told().reporter.stop).run()

    assert elsewhere.state == "refused"
    assert "workspace T0009" in elsewhere.reason
    assert clean(writer, nodes(run, "user")["U00003"]).state == "refused"
    with pytest.raises(Unsupported, match="tags"):
        writer.change_tags(stranger, {"a": "b"}, [])
    assert {kind.name for kind in KINDS if kind.deletion} == {"slack_conversation", "slack_usergroup"}
