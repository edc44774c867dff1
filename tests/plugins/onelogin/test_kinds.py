"""Every property that earlier versions had is there, and every other one is a member of the vendor's own models."""

from __future__ import annotations

from collections.abc import Iterator

import onelogin.models as vendor
import pytest
from pydantic import BaseModel
from resoto_plugin_onelogin.kinds import KINDS

from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import EdgeRule, Property

EVERY = {kind.name: kind for kind in (*base_kinds(), *KINDS)}
EARLIER = """
user_id:int64, external_id:string, email:string, username:string, firstname:string, lastname:string
distinguished_name:string, phone:string, company:string, department:string, title:string, status:int64
member_of:string, samaccountname:string, userprincipalname:string, group_id:int64, role_ids:int64[]
custom_attributes:dictionary[string, string], openid_name:string, locale_code:string, comment:string
directory_id:int64, manager_ad_id:string, trusted_idp_id:int64, manager_user_id:int64, activated_at:datetime
created_at:datetime, updated_at:datetime, password_changed_at:datetime, invitation_sent_at:datetime
invalid_login_attempts:int64, last_login:datetime, locked_until:datetime, state:int64, password_age:duration
"""
"""Of users, all that earlier versions had."""
EDGES = """
onelogin_group < onelogin_user: group_id
onelogin_role < onelogin_user: role_ids[]
onelogin_user < onelogin_user: manager_user_id
onelogin_role < onelogin_app: role_ids[]
onelogin_role > onelogin_user: users[]
onelogin_role > onelogin_app: apps[]
onelogin_user < onelogin_role: admins[]
onelogin_mapping > onelogin_role: +roles[]
onelogin_privilege > onelogin_user: +users[]
onelogin_privilege > onelogin_role: +roles[]
onelogin_user < onelogin_mfa_device: +user
"""
"""The edge runs from left to right. `>`: the path is one of the left kind; `<`: one of the right kind."""
MODELS: dict[str, type[BaseModel]] = {
    "onelogin_user": vendor.User,
    "onelogin_group": vendor.Group,
    "onelogin_role": vendor.Role,
    "onelogin_app": vendor.GenericApp,
    "onelogin_mapping": vendor.Mapping,
    "onelogin_privilege": vendor.Privilege,
    "onelogin_mfa_device": vendor.GetAuthenticationDevices200ResponseInner,
}
NESTED: dict[str, type[BaseModel]] = {
    "provisioning": vendor.GenericAppProvisioning,
    "privilege": vendor.PrivilegePrivilege,
}
ELSEWHERE = {"openid_name", "app_brand_id", "app_auth_method_description"}
"""Not in these models: earlier versions have the first, the vendor's models of single apps the others."""


def declared() -> Iterator[tuple[str, Property]]:
    """Properties that are read from an answer as they are."""
    for kind in MODELS:
        for one in EVERY[kind].properties:
            if not one.path.startswith("+") and one.name not in ELSEWHERE:
                yield kind, one


def line(kind: str, rule: EdgeRule) -> str:
    left, sign, right = (kind, ">", rule.kind) if rule.outgoing else (rule.kind, "<", kind)
    return f"{left} {sign} {right}: {rule.path}"


def test_the_properties_of_users_are_as_they_were() -> None:
    words = ", ".join(EARLIER.strip().splitlines()).replace("[string, string]", "[string,string]").split(", ")
    types = {one.name: one.type.replace(", ", ",") for one in EVERY["onelogin_user"].properties}

    assert len(words) == 35
    assert types == dict(word.split(":") for word in words)


def test_the_edges_are_these() -> None:
    assert {line(kind.name, rule) for kind in KINDS for rule in kind.edges} == set(EDGES.strip().splitlines())


@pytest.mark.parametrize(("kind", "one"), list(declared()), ids=lambda value: getattr(value, "name", value))
def test_every_property_is_a_member_of_the_vendors_model(kind: str, one: Property) -> None:
    first, *more = one.path.split(".")

    assert first in MODELS[kind].model_fields
    for step in more:
        fields = NESTED[first].model_fields
        assert step in {found.alias or name for name, found in fields.items()}
