"""The kinds that no list call has: what every AWS resource is, the account, its regions and their zones."""

from __future__ import annotations

import functools

from resotolib.kinds.kind import Identity, Kind, Property, Reading

_SUMMARY = {
    "users": "Users",
    "groups": "Groups",
    "account_mfa_enabled": "AccountMFAEnabled",
    "account_access_keys_present": "AccountAccessKeysPresent",
    "account_signing_certificates_present": "AccountSigningCertificatesPresent",
    "mfa_devices": "MFADevices",
    "mfa_devices_in_use": "MFADevicesInUse",
    "policies": "Policies",
    "policy_versions_in_use": "PolicyVersionsInUse",
    "global_endpoint_token_version": "GlobalEndpointTokenVersion",
    "server_certificates": "ServerCertificates",
}
_PASSWORD_NUMBERS = {
    "minimum_password_length": "MinimumPasswordLength",
    "max_password_age": "MaxPasswordAge",
    "password_reuse_prevention": "PasswordReusePrevention",
}
_PASSWORD_FLAGS = {
    "require_symbols": "RequireSymbols",
    "require_numbers": "RequireNumbers",
    "require_uppercase_characters": "RequireUppercaseCharacters",
    "require_lowercase_characters": "RequireLowercaseCharacters",
    "allow_users_to_change_password": "AllowUsersToChangePassword",
    "expire_passwords": "ExpirePasswords",
    "hard_expiry": "HardExpiry",
}
_ACTIONS = ("iam:GetAccountPasswordPolicy", "iam:GetAccountSummary", "iam:ListAccountAliases")


@functools.cache
def own_kinds() -> tuple[Kind, ...]:
    """`aws_resource`, `aws_account`, `aws_region`, `aws_zone`.

    The account's hook makes one item of the account summary, the password policy and the aliases; an account that is
    not to be read in this detail is still a node.
    """
    properties = (
        Property("account_alias", "string", "AccountAliases[]"),
        Property("role", "string", "+role"),
        *(Property(name, "int64", f"SummaryMap.{member}") for name, member in _SUMMARY.items()),
        *(Property(name, "int64", f"PasswordPolicy.{member}") for name, member in _PASSWORD_NUMBERS.items()),
        *(Property(name, "boolean", f"PasswordPolicy.{member}") for name, member in _PASSWORD_FLAGS.items()),
    )
    return (
        Kind("aws_resource", ("resource",), "aws", title="AWS resource", properties=(Property("arn", "string"),)),
        Kind(
            "aws_account",
            ("aws_resource", "account"),
            "aws",
            service="iam",
            title="AWS account",
            extent="global",
            properties=properties,
            identity=Identity("+id", "+name"),
            reading=Reading(hook="account"),
            permissions={"collect": _ACTIONS},
        ),
        Kind("aws_region", ("aws_resource", "region"), "aws", service="ec2", title="AWS region"),
        Kind("aws_zone", ("aws_resource", "zone"), "aws", service="ec2", title="AWS availability zone"),
    )
