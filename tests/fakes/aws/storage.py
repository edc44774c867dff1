"""Buckets, file systems, images, archives and backups."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.aws.network import Networks
from tests.fakes.aws.place import HOME_REGION, Place


def create(place: Place, networks: Networks, key_arn: str) -> None:
    """Everything of this family."""
    _buckets(place, key_arn)
    if place.home:
        _file_systems(place, networks, key_arn)
        _repositories(place, key_arn)
        _backups(place, key_arn)
        for name in place.names("archive", 1):
            place.client("glacier").create_vault(vaultName=name)


def _buckets(place: Place, key_arn: str) -> None:
    s3 = place.client("s3")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn}}
    for number, name in enumerate(place.names(f"{place.label}-{place.region}", 4 if place.home else 1)):
        where: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
        s3.create_bucket(Bucket=name, **({} if place.region == HOME_REGION else where))
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": place.tags(name)})
        if number % 2 == 0:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        if number % 3 == 0:
            statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
            policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"arn:aws:s3:::{name}/*"}]}
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def _file_systems(place: Place, networks: Networks, key_arn: str) -> None:
    efs = place.client("efs")
    for name in place.names("shared", 2):
        system = efs.create_file_system(CreationToken=name, KmsKeyId=key_arn, Encrypted=True, Tags=place.tags(name))[
            "FileSystemId"
        ]
        net = networks.first
        efs.create_mount_target(FileSystemId=system, SubnetId=net.subnets[0], SecurityGroups=[net.data_group])
        efs.create_access_point(ClientToken=name, FileSystemId=system, Tags=place.tags(name))


def _repositories(place: Place, key_arn: str) -> None:
    ecr = place.client("ecr")
    for name in place.names("team/image", 3):
        ecr.create_repository(
            repositoryName=name,
            encryptionConfiguration={"encryptionType": "KMS", "kmsKey": key_arn},
            tags=place.tags(name),
        )


def _backups(place: Place, key_arn: str) -> None:
    backup = place.client("backup")
    for name in place.names("vault", 1):
        backup.create_backup_vault(BackupVaultName=name, EncryptionKeyArn=key_arn, BackupVaultTags=place.tag_map(name))
        rule = {"RuleName": "nightly", "TargetBackupVaultName": name, "ScheduleExpression": "cron(0 5 * * ? *)"}
        backup.create_backup_plan(
            BackupPlan={"BackupPlanName": f"{name}-plan", "Rules": [rule]}, BackupPlanTags=place.tag_map(name)
        )
