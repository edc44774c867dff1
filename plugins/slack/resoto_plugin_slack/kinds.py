"""What there is in a Slack workspace, and how it is read.

The names of properties that Resoto has always had are kept; further ones start with their kind's noun.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resotolib.kinds.kind import Call, EdgeRule, Identity, Kind, Person, Property, Reading

CLOUD = "slack"
TEAM, REGION, ENTERPRISE = "slack_team", "slack_region", "slack_enterprise"
USER, BOT, USERGROUP, CONVERSATION = "slack_user", "slack_bot", "slack_usergroup", "slack_conversation"
MEMBERS, USERGROUPS, CONVERSATIONS = REGIONS = ("members", "usergroups", "conversations")
REGION_OF: Mapping[str, str] = {
    USER: MEMBERS,
    BOT: MEMBERS,
    USERGROUP: USERGROUPS,
    CONVERSATION: CONVERSATIONS,
}
PAGE = 200
"""Items a page, as Slack recommends."""


def _all(type_: str, names: Iterable[str], within: str = "", prefix: str = "") -> tuple[Property, ...]:
    """Properties of one type, called as the vendor calls them."""
    return tuple(Property(prefix + name, type_, within + name) for name in names)


def _listed(method: str, items: str, hook: str = "", **params: str | int) -> Reading:
    return Reading(Call(CLOUD, method, params, items), hook=hook)


_PROFILE_TEXTS = (
    *("email", "phone", "status_emoji", "status_text", "status_text_canonical", "title", "guest_invited_by"),
    *("first_name", "last_name", "skype", "display_name", "display_name_normalized", "real_name_normalized"),
    *("image_24", "image_32", "image_48", "image_72", "image_192", "image_512"),
)
_USER_FLAGS = (
    *("deleted", "is_admin", "is_app_user", "is_bot", "is_owner", "is_primary_owner", "is_restricted"),
    "is_ultra_restricted",
)
_USERS = _listed("users.list", "members", "users", limit=PAGE)

_TEAM = Kind(
    TEAM,
    ("account",),
    CLOUD,
    service=CLOUD,
    title="Slack team",
    extent="global",
    properties=(
        *_all("string", ("domain", "email_domain")),
        Property("icon", "string", "icon.image_original"),
        *_all("string", ("url", "enterprise_id", "enterprise_name"), prefix="team_"),
        *_all("boolean", ("is_verified", "discoverable"), prefix="team_"),
    ),
    identity=Identity("id", "name"),
)

_USER = Kind(
    USER,
    ("user",),
    CLOUD,
    service=CLOUD,
    title="Slack user",
    properties=(
        *_all("string", ("real_name", "team_id", "color", "tz", "tz_label")),
        *_all("boolean", _USER_FLAGS),
        Property("tz_offset", "int64", "tz_offset"),
        *_all("string", _PROFILE_TEXTS, "profile."),
        Property("status_expiration", "int64", "profile.status_expiration", "Seconds since 1970; 0 for never."),
        *_all("boolean", ("has_2fa", "is_email_confirmed", "is_invited_user"), prefix="user_"),
        *_all("string", ("two_factor_type", "locale"), prefix="user_"),
        *_all("string", ("pronouns", "start_date"), "profile.", "user_"),
        Property("user_guest_expiration", "datetime", "+guest_expiration"),
        *_all("string", ("enterprise_id", "enterprise_name"), "enterprise_user.", "user_"),
        Property("user_enterprise_teams", "string[]", "enterprise_user.teams"),
    ),
    identity=Identity("id", "name", mtime="updated"),
    reading=_USERS,
    edges=(EdgeRule(USER, "profile.guest_invited_by", "id"),),
    person=Person("workplace", ("email",)),
)

_BOT = Kind(
    BOT,
    (USER,),
    CLOUD,
    service=CLOUD,
    title="Slack bot",
    properties=(
        Property("bot_id", "string", "profile.bot_id"),
        Property("bot_app_id", "string", "profile.api_app_id"),
        Property("bot_is_workflow", "boolean", "is_workflow_bot"),
    ),
    identity=_USER.identity,
    reading=_USERS,
)

_USERGROUP = Kind(
    USERGROUP,
    ("group",),
    CLOUD,
    service=CLOUD,
    title="Slack user group",
    properties=(
        *_all("string", ("auto_type", "created_by", "description", "enterprise_subteam_id", "handle", "team_id")),
        Property("updated_by", "string", "updated_by"),
        *_all("boolean", ("auto_provision", "is_external", "is_subteam", "is_usergroup")),
        Property("user_count", "int64", "user_count"),
        *_all("boolean", ("is_idp_group", "is_membership_locked", "is_section"), prefix="usergroup_"),
        *_all("boolean", ("is_visible", "is_org_level", "is_editing_restricted"), prefix="usergroup_"),
        Property("usergroup_channel_count", "int64", "channel_count"),
        Property("usergroup_deleted_by", "string", "deleted_by"),
        Property("usergroup_is_disabled", "boolean", "+is_disabled"),
    ),
    identity=Identity("id", "name", ctime="date_create", mtime="date_update"),
    reading=_listed("usergroups.list", "usergroups", "usergroups", include_users="true", include_count="true"),
    edges=(
        EdgeRule(USER, "users[]", "id", outgoing=True),
        EdgeRule(CONVERSATION, "prefs.channels[]", "id", outgoing=True),
        EdgeRule(CONVERSATION, "prefs.groups[]", "id", outgoing=True),
    ),
)

_CONVERSATION_FLAGS = (
    *("is_archived", "is_channel", "is_ext_shared", "is_general", "is_group", "is_im", "is_member", "is_mpim"),
    *("is_org_shared", "is_pending_ext_shared", "is_private", "is_shared"),
)

_CONVERSATION = Kind(
    CONVERSATION,
    ("resource",),
    CLOUD,
    service=CLOUD,
    title="Slack conversation",
    properties=(
        *_all("string", ("creator", "name_normalized", "parent_conversation")),
        *_all("boolean", _CONVERSATION_FLAGS),
        *_all("int64", ("num_members", "unlinked")),
        *_all("string[]", ("pending_connected_team_ids", "pending_shared", "previous_names", "shared_team_ids")),
        Property("topic", "string", "topic.value"),
        Property("topic_creator", "string", "topic.creator"),
        Property("topic_last_set", "datetime", "topic.last_set"),
        Property("purpose", "string", "purpose.value"),
        Property("purpose_creator", "string", "purpose.creator"),
        Property("purpose_last_set", "datetime", "purpose.last_set"),
        *_all("boolean", ("is_global_shared", "is_org_default", "is_org_mandatory"), prefix="conversation_"),
        *_all("string", ("context_team_id", "conversation_host_id"), prefix="conversation_"),
        Property("conversation_is_dormant", "boolean", "properties.is_dormant"),
    ),
    identity=Identity("id", "name", ctime="created", mtime="updated"),
    reading=_listed("conversations.list", "channels", "conversations", limit=PAGE),
    edges=(EdgeRule(USER, "+members[]", "id"), EdgeRule(USER, "creator", "id")),
)

KINDS: tuple[Kind, ...] = (
    _TEAM,
    Kind(REGION, ("region",), CLOUD, service=CLOUD, title="Slack region"),
    Kind(
        ENTERPRISE,
        ("resource",),
        CLOUD,
        service=CLOUD,
        title="Slack enterprise",
        extent="global",
        properties=(Property("enterprise_domain", "string", "enterprise_domain"),),
        identity=Identity("enterprise_id", "enterprise_name"),
    ),
    _USER,
    _BOT,
    _USERGROUP,
    _CONVERSATION,
)
