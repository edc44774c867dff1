"""S3 buckets: the list gives names, everything else is a call for each bucket."""

from __future__ import annotations

from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.hooks.registry import Around

OLD_EUROPE = "EU"
FIRST_REGION = "us-east-1"
NO_ENCRYPTION = "ServerSideEncryptionConfigurationNotFoundError"
NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
GONE = "NoSuchBucket"


def buckets(api: Api, items: list[Any], _: Around) -> list[Any]:
    """Adds what is asked for bucket by bucket; a bucket that has gone since is left out."""
    kept = []
    for item in items:
        api.refusals.discard(GONE)
        if _complete(api, item):
            kept.append(item)
    return kept


def tags_only(api: Api, items: list[Any], _: Around) -> list[Any]:
    """Adds the tags and nothing else; a bucket that has gone since is left out."""
    kept = []
    for item in items:
        api.refusals.discard(GONE)
        _tags(api, item)
        if GONE not in api.refusals:
            kept.append(item)
    return kept


def _complete(api: Api, item: dict[str, Any]) -> bool:
    name = item["Name"]
    answer = api.attempt("s3", "GetBucketLocation", none=(GONE,), Bucket=name)
    item["+location"] = region = _region(api, item, answer)
    near = api.elsewhere(region) if region else api
    _tags(near, item)
    _versioning(near, item)
    _encryption(near, item)
    _access(near, item)
    logging = near.attempt("s3", "GetBucketLogging", none=(GONE,), Bucket=name) or {}
    item["+logging_target"] = (logging.get("LoggingEnabled") or {}).get("TargetBucket")
    return GONE not in api.refusals


def _region(api: Api, item: dict[str, Any], answer: dict[str, Any] | None) -> str | None:
    if answer is None:
        return item.get("BucketRegion")
    found = answer.get("LocationConstraint")
    if not found:
        return FIRST_REGION if api.partition == "aws" else api.region
    return "eu-west-1" if found == OLD_EUROPE else str(found)


def _tags(api: Api, item: dict[str, Any]) -> None:
    answer = api.attempt("s3", "GetBucketTagging", none=("NoSuchTagSet", GONE), Bucket=item["Name"])
    item["+tags"] = (answer or {}).get("TagSet", [])


def _versioning(api: Api, item: dict[str, Any]) -> None:
    answer = api.attempt("s3", "GetBucketVersioning", none=(GONE,), Bucket=item["Name"]) or {}
    item["+versioning"], item["+mfa_delete"] = answer.get("Status"), answer.get("MFADelete")


def _encryption(api: Api, item: dict[str, Any]) -> None:
    answer = api.attempt("s3", "GetBucketEncryption", none=(NO_ENCRYPTION, GONE), Bucket=item["Name"]) or {}
    rules = (answer.get("ServerSideEncryptionConfiguration") or {}).get("Rules") or [{}]
    default = rules[0].get("ApplyServerSideEncryptionByDefault") or {}
    item["+encryption_algorithm"], item["+kms_key_id"] = default.get("SSEAlgorithm"), default.get("KMSMasterKeyID")


def _access(api: Api, item: dict[str, Any]) -> None:
    block = api.attempt("s3", "GetPublicAccessBlock", none=(NO_BLOCK, GONE), Bucket=item["Name"]) or {}
    item["+public_access_block"] = block.get("PublicAccessBlockConfiguration")
    policy = api.attempt("s3", "GetBucketPolicyStatus", none=("NoSuchBucketPolicy", GONE), Bucket=item["Name"]) or {}
    item["+is_public"] = (policy.get("PolicyStatus") or {}).get("IsPublic")
