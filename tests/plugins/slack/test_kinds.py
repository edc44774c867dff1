"""Every property that earlier versions had is there, and every other one is a member that Slack publishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from resoto_plugin_slack.kinds import KINDS

from resotolib.collect.items import ItemReader
from resotolib.kinds.base import base_kinds
from resotolib.kinds.checks import all_properties
from resotolib.kinds.kind import EdgeRule, Property
from tests.fakes.slack.schema import published

EVERY = {kind.name: kind for kind in (*base_kinds(), *KINDS)}
EARLIER = """
slack_team < account: domain:string, email_domain:string, icon:string
slack_region < region:
slack_user < user: real_name:string, team_id:string, deleted:boolean, color:string, tz:string, tz_label:string
slack_user < user: tz_offset:int64, is_admin:boolean, is_app_user:boolean, is_bot:boolean, is_owner:boolean
slack_user < user: is_primary_owner:boolean, is_restricted:boolean, is_ultra_restricted:boolean, email:string
slack_user < user: phone:string, status_emoji:string, status_expiration:int64, status_text:string
slack_user < user: status_text_canonical:string, title:string, guest_invited_by:string, first_name:string
slack_user < user: last_name:string, skype:string, display_name:string, display_name_normalized:string
slack_user < user: image_24:string, image_32:string, image_48:string, image_72:string, image_192:string
slack_user < user: image_512:string, real_name_normalized:string
slack_usergroup < group: auto_provision:boolean, auto_type:string, created_by:string, description:string
slack_usergroup < group: enterprise_subteam_id:string, handle:string, is_external:boolean, is_subteam:boolean
slack_usergroup < group: is_usergroup:boolean, team_id:string, updated_by:string, user_count:int64
slack_conversation < resource: creator:string, is_archived:boolean, is_channel:boolean, is_ext_shared:boolean
slack_conversation < resource: is_general:boolean, is_group:boolean, is_im:boolean, is_member:boolean
slack_conversation < resource: is_mpim:boolean, is_org_shared:boolean, is_pending_ext_shared:boolean
slack_conversation < resource: is_private:boolean, is_shared:boolean, name_normalized:string, num_members:int64
slack_conversation < resource: parent_conversation:string, pending_connected_team_ids:string[]
slack_conversation < resource: pending_shared:string[], previous_names:string[], shared_team_ids:string[]
slack_conversation < resource: unlinked:int64, topic:string, topic_creator:string, topic_last_set:datetime
slack_conversation < resource: purpose:string, purpose_creator:string, purpose_last_set:datetime
"""
EDGES = """
slack_user > slack_user: profile.guest_invited_by
slack_usergroup < slack_user: users[]
slack_usergroup < slack_conversation: prefs.channels[]
slack_usergroup < slack_conversation: prefs.groups[]
slack_conversation > slack_user: +members[]
slack_conversation > slack_user: creator
"""
"""`kind > other`: the edge runs from what the path names to the kind; `<`: from the kind to what it names."""

LISTS = {
    "slack_team": ("team.info", "Team"),
    "slack_user": ("users.list", "Member"),
    "slack_bot": ("users.list", "Member"),
    "slack_usergroup": ("usergroups.list", "Usergroup"),
    "slack_conversation": ("conversations.list", "Channel"),
}
ELSEWHERE = {"team_url", "auto_type", "parent_conversation"}
"""Not in the published types: Slack's documentation and earlier versions have them."""
TYPES = {"string": ("string",), "boolean": ("boolean",), "int64": ("number",), "datetime": ("number",)}


def earlier() -> Iterator[tuple[str, str, str, str]]:
    """Kind, base, property and type."""
    for line in EARLIER.strip().splitlines():
        head, _, properties = line.partition(":")
        kind, _, base = head.partition(" < ")
        for word in properties.split(", "):
            name, _, type_ = word.strip().partition(":")
            yield kind, base, name, type_


def declared() -> Iterator[tuple[str, Property]]:
    """Properties that are read from an answer as they are."""
    for kind in LISTS:
        for one in EVERY[kind].properties:
            if one.path and not one.path.startswith("+") and one.name not in ELSEWHERE:
                yield kind, one


def test_kinds_and_properties_of_earlier_versions_are_as_they_were() -> None:
    for kind, base, name, type_ in earlier():
        assert base in EVERY[kind].bases
        if name:
            assert (kind, name, all_properties(EVERY[kind], EVERY)[name].type) == (kind, name, type_)


def test_the_edges_are_these() -> None:
    def line(kind: str, rule: EdgeRule) -> str:
        return f"{kind} {'<' if rule.outgoing else '>'} {rule.kind}: {rule.path}"

    assert {line(kind.name, rule) for kind in KINDS for rule in kind.edges} == set(EDGES.strip().splitlines())


@pytest.mark.parametrize(("kind", "one"), list(declared()), ids=lambda value: getattr(value, "name", value))
def test_every_property_is_a_member_that_slack_publishes(kind: str, one: Property) -> None:
    method, type_ = LISTS[kind]
    types = published(method)["types"]

    for step in one.path.split("."):
        type_ = types[type_][step]

    inner = one.type.removesuffix("[]")
    assert type_ in [f"{name}{one.type[len(inner) :]}" for name in TYPES[inner]]


@pytest.mark.parametrize("kind", LISTS)
def test_every_property_of_an_answer_arrives(kind: str) -> None:
    method, type_ = LISTS[kind]
    item = _full(published(method)["types"], type_) | {"id": "X1", "name": "x"}
    dropped: list[str] = []

    node = ItemReader(EVERY[kind], EVERY).node(item, "T0001", "", dropped)

    assert node is not None
    wanted = {one.name for name, one in declared() if name == kind}
    assert wanted - node.reported.keys() == set()
    assert dropped == []


def _full(types: dict[str, Any], type_: str) -> Any:
    """An object with every member that is published."""
    if type_.endswith("[]"):
        return [_full(types, type_[:-2])]
    simple = {"string": "text", "number": 1700000000, "boolean": True, "any": "anything"}
    if type_ in simple:
        return simple[type_]
    members = types.get(type_)
    return {name: _full(types, inner) for name, inner in members.items()} if isinstance(members, dict) else "text"
