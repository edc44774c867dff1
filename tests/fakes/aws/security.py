"""Keys, secrets, certificates and sign-in."""

from __future__ import annotations

from typing import Any

from tests.fakes.aws.place import Place


def keys(place: Place) -> str:
    """Encryption keys with aliases; the ARN of the first one."""
    kms = place.client("kms")
    arns: list[str] = []
    for name in place.names("data-key", 3 if place.home else 1):
        tags = [{"TagKey": key, "TagValue": value} for key, value in place.tag_map(name).items()]
        key = kms.create_key(Description=name, Tags=tags)["KeyMetadata"]
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key["KeyId"])
        arns.append(key["Arn"])
    return arns[0]


def create(place: Place, key_arn: str) -> None:
    """Everything else of this family."""
    secrets = place.client("secretsmanager")
    for name in place.names("secret", 4 if place.home else 1):
        secrets.create_secret(Name=name, SecretString="not a secret", KmsKeyId=key_arn, Tags=place.tags(name))
    certificates = place.client("acm")
    for name in place.names("site", 2 if place.home else 1):
        certificates.request_certificate(
            DomainName=f"{name}.example.com", ValidationMethod="DNS", Tags=place.tags(name)
        )
    _parameters(place)
    if place.home:
        _sign_in(place)
        _watch(place)


def _parameters(place: Place) -> None:
    ssm = place.client("ssm")
    for name in place.names("/app/setting", 4 if place.home else 2):
        ssm.put_parameter(Name=name, Value="on", Type="String", Tags=place.tags(name))


def _sign_in(place: Place) -> None:
    cognito = place.client("cognito-idp")
    for name in place.names("customers", 2):
        pool = cognito.create_user_pool(PoolName=name, UserPoolTags=place.tag_map(name))["UserPool"]["Id"]
        cognito.create_user_pool_client(UserPoolId=pool, ClientName=f"{name}-app")
    identities = place.client("cognito-identity")
    for name in place.names("visitors", 1):
        identities.create_identity_pool(IdentityPoolName=name, AllowUnauthenticatedIdentities=False)


def _watch(place: Place) -> None:
    place.client("guardduty").create_detector(Enable=True, Tags=place.tag_map("detector"))
    visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "acl"}
    allow: dict[str, Any] = {"Allow": {}}
    for name in place.names("acl", 1):
        place.client("wafv2").create_web_acl(
            Name=name, Scope="REGIONAL", DefaultAction=allow, VisibilityConfig=visibility, Tags=place.tags(name)
        )
    bucket = f"{place.label}-{place.region}-1"
    place.client("cloudtrail").create_trail(Name="trail", S3BucketName=bucket, TagsList=place.tags("trail"))
