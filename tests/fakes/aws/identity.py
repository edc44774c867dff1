"""Who may do what: IAM, once an account."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.fakes.aws.place import Place

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]})


@dataclass(frozen=True)
class Identity:
    """What later families run as."""

    role_arn: str
    profile: str


def create(place: Place) -> Identity:
    """Users with keys and groups, roles with policies and instance profiles, providers and certificates."""
    iam = place.client("iam")
    policies = [
        iam.create_policy(PolicyName=name, PolicyDocument=ALLOW, Tags=place.tags(name))["Policy"]["Arn"]
        for name in place.names("read", 4)
    ]
    _users(place, iam, policies)
    roles: list[str] = []
    for number, name in enumerate(place.names("app", 5)):
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=place.tags(name))["Role"]["Arn"]
        iam.attach_role_policy(RoleName=name, PolicyArn=policies[number % len(policies)])
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=ALLOW)
        roles.append(role)
    for name in place.names("profile", 2):
        iam.create_instance_profile(InstanceProfileName=name, Tags=place.tags(name))
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="app-1")
    _account(place, iam)
    for name in place.names("person", 2):
        add_person(place, name, f"{name}@{place.label}.example.com")
    return Identity(roles[0], "profile-1")


def _users(place: Place, iam: Any, policies: list[str]) -> None:
    groups = place.names("team", 2)
    for group in groups:
        iam.create_group(GroupName=group)
        iam.attach_group_policy(GroupName=group, PolicyArn=policies[0])
        iam.put_group_policy(GroupName=group, PolicyName="inline", PolicyDocument=ALLOW)
    for number, name in enumerate(place.names("user", 6)):
        iam.create_user(UserName=name, Tags=place.tags(name))
        iam.create_access_key(UserName=name)
        iam.add_user_to_group(GroupName=groups[number % len(groups)], UserName=name)
        iam.attach_user_policy(UserName=name, PolicyArn=policies[number % len(policies)])
        if number % 3 == 0:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=ALLOW)


def _account(place: Place, iam: Any) -> None:
    iam.create_account_alias(AccountAlias=place.label)
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, RequireNumbers=True)
    iam.create_virtual_mfa_device(VirtualMFADeviceName="spare")
    certificate, key = self_signed(f"{place.label}.example.com")
    iam.upload_server_certificate(
        ServerCertificateName="wildcard", CertificateBody=certificate, PrivateKey=key, Path="/web/"
    )
    iam.create_open_id_connect_provider(
        Url=f"https://login.{place.label}.example.com", ClientIDList=["console"], ThumbprintList=["a" * 40]
    )


def add_person(place: Place, name: str, address: str) -> None:
    """Somebody who may log in by IAM Identity Center; moto has one in each region."""
    (center,) = place.client("sso-admin").list_instances()["Instances"]
    place.client("identitystore").create_user(
        IdentityStoreId=center["IdentityStoreId"],
        UserName=name,
        DisplayName=name.title(),
        Name={"GivenName": name, "FamilyName": "Example"},
        Emails=[{"Value": address, "Type": "work", "Primary": True}],
    )


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def self_signed(host: str) -> tuple[str, str]:
    """A certificate for a host name and its key, both PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(_key(), hashes.SHA256())
    )
    private = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()
