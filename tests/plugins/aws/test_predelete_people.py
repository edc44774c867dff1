"""What IAM insists on before something is deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.aws.changing import ANYBODY, Changing

NOTHING = ANYBODY.replace("[]", '[{"Effect": "Deny", "Action": "*", "Resource": "*"}]')


@pytest.fixture
def iam(cloud: Changing) -> Any:
    return cloud.place().client("iam")


def test_a_role_is_stripped(cloud: Changing, iam: Any) -> None:
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=ANYBODY)
    for number in range(3):
        policy = iam.create_policy(PolicyName=f"of-worker-{number}", PolicyDocument=NOTHING)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="worker", PolicyArn=policy)
        iam.put_role_policy(RoleName="worker", PolicyName=f"inline-{number}", PolicyDocument=NOTHING)
    iam.create_instance_profile(InstanceProfileName="of-worker")
    iam.add_role_to_instance_profile(InstanceProfileName="of-worker", RoleName="worker")
    node = cloud.node("aws_iam_role", "worker")

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
    assert iam.get_instance_profile(InstanceProfileName="of-worker")["InstanceProfile"]["Roles"] == []


def test_a_user_is_stripped(cloud: Changing, iam: Any) -> None:
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="ada")
    policy = iam.create_policy(PolicyName="of-ada", PolicyDocument=NOTHING)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ada", PolicyArn=policy)
    iam.put_user_policy(UserName="ada", PolicyName="inline", PolicyDocument=NOTHING)
    iam.create_access_key(UserName="ada")
    iam.create_login_profile(UserName="ada", Password="correct horse")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="ada", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    node = cloud.node("aws_iam_user", "ada")

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
    assert iam.get_group(GroupName="readers")["Users"] == []
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 0


def test_a_group_is_stripped(cloud: Changing, iam: Any) -> None:
    iam.create_group(GroupName="writers")
    policy = iam.create_policy(PolicyName="of-writers", PolicyDocument=NOTHING)["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="writers", PolicyArn=policy)
    iam.put_group_policy(GroupName="writers", PolicyName="inline", PolicyDocument=NOTHING)
    for number in range(3):
        iam.create_user(UserName=f"writer-{number}")
        iam.add_user_to_group(GroupName="writers", UserName=f"writer-{number}")
    node = cloud.node("aws_iam_group", "writers")

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
    assert iam.get_user(UserName="writer-0")


def test_a_policy_is_taken_from_all_and_loses_its_versions(cloud: Changing, iam: Any) -> None:
    policy = iam.create_policy(PolicyName="shared", PolicyDocument=NOTHING)["Policy"]["Arn"]
    for _ in range(2):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=NOTHING, SetAsDefault=True)
    iam.create_role(RoleName="with-policy", AssumeRolePolicyDocument=ANYBODY)
    iam.create_user(UserName="with-policy")
    iam.create_group(GroupName="with-policy")
    iam.attach_role_policy(RoleName="with-policy", PolicyArn=policy)
    iam.attach_user_policy(UserName="with-policy", PolicyArn=policy)
    iam.attach_group_policy(GroupName="with-policy", PolicyArn=policy)
    node = cloud.node("aws_iam_policy", "shared")

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
    assert iam.get_role(RoleName="with-policy")


def test_an_instance_profile_loses_its_role(cloud: Changing, iam: Any) -> None:
    iam.create_role(RoleName="in-profile", AssumeRolePolicyDocument=ANYBODY)
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="in-profile")
    node = cloud.node("aws_iam_instance_profile", "profile")

    cloud.remove(node)

    assert cloud.writer.fetch(node) is None
    assert iam.get_role(RoleName="in-profile")
