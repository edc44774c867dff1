"""Takes from roles, users, groups, policies and instance profiles what IAM wants gone before they can be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resoto_plugin_aws.target import Target
from resotolib.errors import NotFound


def strip_role(target: Target) -> None:
    """Detaches and deletes policies, and takes the role out of instance profiles."""
    role = {"RoleName": target.record.name}
    for policy in _all(target, "ListAttachedRolePolicies", "AttachedPolicies", **role):
        _do(target, "DetachRolePolicy", PolicyArn=policy["PolicyArn"], **role)
    for name in _all(target, "ListRolePolicies", "PolicyNames", **role):
        _do(target, "DeleteRolePolicy", PolicyName=name, **role)
    for profile in _all(target, "ListInstanceProfilesForRole", "InstanceProfiles", **role):
        _do(target, "RemoveRoleFromInstanceProfile", InstanceProfileName=profile["InstanceProfileName"], **role)


def strip_user(target: Target) -> None:
    """Takes the user out of groups, and removes policies, MFA devices, keys, certificates and passwords."""
    user = {"UserName": target.record.name}
    for operation, member, undo, names in _OF_USERS:
        for item in _all(target, operation, member, **user):
            given = {name: item if isinstance(item, str) else item[name] for name in names}
            _do(target, undo, **user, **given)
    _do(target, "DeleteLoginProfile", **user)


_OF_USERS = (
    ("ListGroupsForUser", "Groups", "RemoveUserFromGroup", ("GroupName",)),
    ("ListAttachedUserPolicies", "AttachedPolicies", "DetachUserPolicy", ("PolicyArn",)),
    ("ListUserPolicies", "PolicyNames", "DeleteUserPolicy", ("PolicyName",)),
    ("ListMFADevices", "MFADevices", "DeactivateMFADevice", ("SerialNumber",)),
    ("ListAccessKeys", "AccessKeyMetadata", "DeleteAccessKey", ("AccessKeyId",)),
    ("ListSSHPublicKeys", "SSHPublicKeys", "DeleteSSHPublicKey", ("SSHPublicKeyId",)),
    ("ListSigningCertificates", "Certificates", "DeleteSigningCertificate", ("CertificateId",)),
    (
        "ListServiceSpecificCredentials",
        "ServiceSpecificCredentials",
        "DeleteServiceSpecificCredential",
        ("ServiceSpecificCredentialId",),
    ),
)
"""What is listed, where it is in the answer, what removes one, and by which of its members."""


def strip_group(target: Target) -> None:
    """Takes all users out, and detaches and deletes policies."""
    group = {"GroupName": target.record.name}
    for user in _all(target, "GetGroup", "Users", **group):
        _do(target, "RemoveUserFromGroup", UserName=user["UserName"], **group)
    for policy in _all(target, "ListAttachedGroupPolicies", "AttachedPolicies", **group):
        _do(target, "DetachGroupPolicy", PolicyArn=policy["PolicyArn"], **group)
    for name in _all(target, "ListGroupPolicies", "PolicyNames", **group):
        _do(target, "DeleteGroupPolicy", PolicyName=name, **group)


def strip_policy(target: Target) -> None:
    """Detaches the policy from everybody and deletes all versions but the default one."""
    policy = {"PolicyArn": target.record.arn}
    for page in target.pages("iam", "ListEntitiesForPolicy", **policy):
        for who in ("Role", "User", "Group"):
            for found in page.get(f"Policy{who}s", ()):
                _do(target, f"Detach{who}Policy", **{f"{who}Name": found[f"{who}Name"]}, **policy)
    for version in _all(target, "ListPolicyVersions", "Versions", **policy):
        if not version["IsDefaultVersion"]:
            _do(target, "DeletePolicyVersion", VersionId=version["VersionId"], **policy)


def strip_instance_profile(target: Target) -> None:
    """Takes the role out."""
    profile = {"InstanceProfileName": target.record.name}
    for role in target.ask("iam", "GetInstanceProfile", **profile)["InstanceProfile"]["Roles"]:
        _do(target, "RemoveRoleFromInstanceProfile", RoleName=role["RoleName"], **profile)


def _all(target: Target, operation: str, member: str, **params: Any) -> Iterator[Any]:
    """All items, listed to the end before one of them is removed."""
    pages = list(target.pages("iam", operation, **params))
    return (item for page in pages for item in page.get(member, ()))


def _do(target: Target, operation: str, **params: Any) -> None:
    try:
        target.ask("iam", operation, **params)
    except NotFound:
        return  # somebody else was faster
