"""What there is in a OneLogin account, and how it is read: the whole knowledge of the vendor's objects.

The calls are in the words of `api`: the service is the version of the API, which decides how lists are paged; the
operation is a path. The names of the properties of users are those that Resoto has always had.
"""

from __future__ import annotations

from collections.abc import Mapping

from resotolib.kinds.kind import Call, EdgeRule, Identity, Kind, Person, Property, Reading

CLOUD = "onelogin"
ACCOUNT, REGION = "onelogin_account", "onelogin_region"
USER, GROUP, ROLE, APP = "onelogin_user", "onelogin_group", "onelogin_role", "onelogin_app"
MAPPING, PRIVILEGE, DEVICE = "onelogin_mapping", "onelogin_privilege", "onelogin_mfa_device"

_USER_TEXTS = (
    *("external_id", "email", "username", "firstname", "lastname", "distinguished_name", "phone", "company"),
    *("department", "title", "member_of", "samaccountname", "userprincipalname", "openid_name", "comment"),
    "manager_ad_id",
)
_USER_NUMBERS = (
    *("status", "state", "group_id", "directory_id", "trusted_idp_id", "manager_user_id"),
    "invalid_login_attempts",
)
_USER_TIMES = (
    *("activated_at", "created_at", "updated_at", "password_changed_at", "invitation_sent_at", "last_login"),
    "locked_until",
)

USER_FIELDS = ",".join(
    (
        *("id", *(name for name in _USER_TEXTS if name != "openid_name"), *_USER_NUMBERS, *_USER_TIMES),
        *("preferred_locale_code", "role_ids", "custom_attributes"),
    )
)
"""What is asked for by name: role_ids and custom_attributes are not in the list otherwise."""


def _kind(
    noun: str, base: str, identity: Identity, reading: Reading, *edges: EdgeRule, **types: Mapping[str, str]
) -> Kind:
    """A kind whose properties are given by type, as paths by name."""
    properties = (
        Property(name, type_.replace("_list", "[]"), path)
        for type_, paths in types.items()
        for name, path in paths.items()
    )
    title = f"OneLogin {noun.replace('_', ' ').replace('mfa', 'MFA')}"
    return Kind(
        f"{CLOUD}_{noun}",
        (base,),
        CLOUD,
        service=CLOUD,
        title=title,
        properties=tuple(properties),
        identity=identity,
        reading=reading,
        edges=edges,
    )


def _listed(path: str, hook: str = "", items: str = "", **params: str | int) -> Reading:
    return Reading(Call(f"v{path.split('/')[2]}", path, params, items), hook=hook)


_USER = Kind(
    USER,
    ("user",),
    CLOUD,
    service=CLOUD,
    title="OneLogin user",
    properties=(
        Property("user_id", "int64", "id"),
        *(Property(name, "string", name) for name in _USER_TEXTS),
        *(Property(name, "int64", name) for name in _USER_NUMBERS),
        *(Property(name, "datetime", name) for name in _USER_TIMES),
        Property("locale_code", "string", "preferred_locale_code"),
        Property("role_ids", "int64[]", "role_ids"),
        Property("custom_attributes", "dictionary[string, string]", "custom_attributes"),
        Property("password_age", "duration", "+password_age", "Whole days since the password was changed."),
    ),
    identity=Identity("id", "+name", ctime="created_at", mtime="updated_at", atime="last_login"),
    reading=_listed("/api/2/users", "users", fields=USER_FIELDS, limit=50),
    edges=(
        EdgeRule(GROUP, "group_id", "id"),
        EdgeRule(ROLE, "role_ids[]", "id"),
        EdgeRule(USER, "manager_user_id", "id"),
    ),
    person=Person("directory", ("email",)),
)

KINDS: tuple[Kind, ...] = (
    Kind(ACCOUNT, ("account",), CLOUD, service=CLOUD, title="OneLogin account", extent="global"),
    Kind(REGION, ("region",), CLOUD, service=CLOUD, title="OneLogin region"),
    _kind(
        "group",
        "group",
        Identity("id", "name"),
        _listed("/api/1/groups", items="data", limit=50),
        string={"group_reference": "reference"},
    ),
    _kind(
        "app",
        "resource",
        Identity("id", "name", ctime="created_at", mtime="updated_at"),
        _listed("/api/2/apps", limit=1000),
        EdgeRule(ROLE, "role_ids[]", "id"),
        int64={
            "app_connector_id": "connector_id",
            "app_auth_method": "auth_method",
            "app_policy_id": "policy_id",
            "app_brand_id": "brand_id",
            "app_tab_id": "tab_id",
        },
        boolean={
            "app_visible": "visible",
            "app_allow_assumed_signin": "allow_assumed_signin",
            "app_provisioning_enabled": "provisioning.enabled",
        },
        string={
            "app_description": "description",
            "app_auth_method_description": "auth_method_description",
            "app_icon_url": "icon_url",
            "app_notes": "notes",
        },
    ),
    _USER,
    _kind(
        "role",
        "role",
        Identity("id", "name"),
        _listed("/api/2/roles", fields="id,name,apps,users,admins", limit=650),
        EdgeRule(USER, "users[]", "id", outgoing=True),
        EdgeRule(APP, "apps[]", "id", outgoing=True),
        EdgeRule(USER, "admins[]", "id"),
        int64_list={"role_admin_ids": "admins"},
    ),
    _kind(
        "mapping",
        "resource",
        Identity("id", "name"),
        _listed("/api/2/mappings", "mappings"),
        EdgeRule(ROLE, "+roles[]", "id", outgoing=True),
        string={"mapping_match": "match"},
        boolean={"mapping_enabled": "enabled"},
        int64={"mapping_position": "position"},
        any={"mapping_conditions": "conditions", "mapping_actions": "actions"},
    ),
    _kind(
        "privilege",
        "policy",
        Identity("id", "name"),
        _listed("/api/1/privileges", "privileges"),
        EdgeRule(USER, "+users[]", "id", outgoing=True),
        EdgeRule(ROLE, "+roles[]", "id", outgoing=True),
        string={"privilege_description": "description", "privilege_version": "privilege.Version"},
        any={"privilege_statements": "privilege.Statement"},
    ),
    _kind(
        "mfa_device",
        "resource",
        Identity("+id", "user_display_name"),
        Reading(Call("v2", "/api/2/mfa/users/$parent.id/devices"), parent=USER, hook="devices"),
        EdgeRule(USER, "+user", "id"),
        string={
            "mfa_device_id": "device_id",
            "mfa_device_type": "type_display_name",
            "mfa_device_factor": "auth_factor_name",
        },
        boolean={"mfa_device_default": "default"},
    ),
)


def collected(*, devices: bool) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """The kinds to read, and those that are not asked for."""
    wanted = tuple(kind for kind in KINDS if kind.collectable and (devices or kind.name != DEVICE))
    return wanted, tuple(kind for kind in KINDS if kind.collectable and kind not in wanted)
