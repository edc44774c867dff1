"""What there is in a made-up account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.people import email

Row = dict[str, Any]

USERS_FROM, ROLES_FROM, GROUPS_FROM, APPS_FROM = 1000, 100, 10, 500

UNSET = (
    *("title", "department", "company", "comment", "phone", "directory_id", "trusted_idp_id", "manager_ad_id"),
    *("samaccountname", "member_of", "userprincipalname", "distinguished_name", "external_id"),
    *("invitation_sent_at", "preferred_locale_code", "locked_until"),
)
"""What a user need not have."""


@dataclass
class Tenant:
    """Objects as the API gives them, in the order of its lists."""

    account: int | None = 555
    users: list[Row] = field(default_factory=list)
    roles: list[Row] = field(default_factory=list)
    apps: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    mappings: list[Row] = field(default_factory=list)
    privileges: list[Row] = field(default_factory=list)
    assigned: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """Of a privilege (id, "users" or "roles")."""
    devices: dict[int, list[Row]] = field(default_factory=dict)


def make_tenant(users: int = 120, roles: int = 5, apps: int = 60, groups: int = 70) -> Tenant:
    """An account in which everything has more than one page, and the first user is everybody's manager."""
    people = [_user(number, roles, groups) for number in range(users)]
    programs = [_app(number, roles) for number in range(apps)]
    first = people[0]["id"] if people else USERS_FROM
    return Tenant(
        users=people,
        roles=[_role(number, people, programs, first) for number in range(roles)],
        apps=programs,
        groups=[{"id": GROUPS_FROM + n, "name": f"Group {n}", "reference": None} for n in range(groups)],
        mappings=[_mapping(1, [str(ROLES_FROM)], enabled=True), _mapping(2, [str(ROLES_FROM + 1)], enabled=False)],
        privileges=[_privilege()],
        assigned={("abc-1", "users"): [first], ("abc-1", "roles"): [ROLES_FROM]},
        devices={first: [_device("D1")], first + 1: [_device("D1"), _device("D2")]},
    )


def _user(number: int, roles: int, groups: int) -> Row:
    return {
        **dict.fromkeys(UNSET),
        "id": USERS_FROM + number,
        "username": f"user{number}",
        "email": email(number),
        "firstname": "User",
        "lastname": str(number),
        "group_id": GROUPS_FROM + number % groups if groups and number % 2 else None,
        "role_ids": [ROLES_FROM + number % roles] if roles else [],
        "state": 1,
        "status": 1,
        "manager_user_id": USERS_FROM if number else None,
        "invalid_login_attempts": 0,
        "created_at": "2025-01-01T00:00:00.000Z",
        "updated_at": "2025-02-01T00:00:00.000Z",
        "activated_at": "2025-01-02T00:00:00.000Z",
        "password_changed_at": "2025-01-03T00:00:00.000Z",
        "last_login": None if number % 3 else "2025-03-01T00:00:00.000Z",
        "custom_attributes": {"cost_center": "42" if number % 2 else None},
    }


def _app(number: int, roles: int) -> Row:
    return {
        "id": APPS_FROM + number,
        "name": f"App {number}",
        "connector_id": 7,
        "visible": True,
        "auth_method": 2,
        "auth_method_description": "SAML2.0",
        "description": None,
        "notes": None,
        "icon_url": None,
        "policy_id": None,
        "brand_id": None,
        "tab_id": None,
        "allow_assumed_signin": False,
        "provisioning": {"enabled": False},
        "created_at": "2025-01-01T00:00:00.000Z",
        "updated_at": "2025-01-01T00:00:00.000Z",
        "role_ids": [ROLES_FROM + number % roles] if roles else [],
    }


def _role(number: int, people: list[Row], programs: list[Row], admin: int) -> Row:
    identity = ROLES_FROM + number
    return {
        "id": identity,
        "name": f"Role {number}",
        "users": [user["id"] for user in people if identity in user["role_ids"]],
        "apps": [app["id"] for app in programs if identity in app["role_ids"]],
        "admins": [admin] if number else [],  # the first is the admin's own, and would close a cycle
    }


def _mapping(identity: int, roles: list[str], *, enabled: bool) -> Row:
    return {
        "id": identity,
        "name": f"Mapping {identity}",
        "match": "all",
        "enabled": enabled,
        "position": identity if enabled else None,
        "conditions": [{"source": "last_login", "operator": ">", "value": "90"}],
        "actions": [{"action": "add_role", "value": roles}, {"action": "set_status", "value": [str(ROLES_FROM + 2)]}],
    }


def _privilege() -> Row:
    statement = {"Effect": "Allow", "Action": ["users:List"], "Scope": ["*"]}
    return {
        "id": "abc-1",
        "name": "Helpers",
        "description": "May look",
        "privilege": {"Version": "2018-05-18", "Statement": [statement]},
    }


def _device(identity: str) -> Row:
    return {
        "device_id": identity,
        "user_display_name": f"phone {identity}",
        "type_display_name": "OneLogin Protect",
        "auth_factor_name": "OneLogin",
        "default": identity == "D1",
    }
