"""The account itself: what IAM counts in it, its password policy, its alias."""

from __future__ import annotations

from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.hooks.registry import Around


def describe(api: Api, _: list[Any], around: Around) -> list[Any]:
    """One item; what may not be read is missing in it."""
    aliases = api.attempt("iam", "ListAccountAliases") or {}
    names = aliases.get("AccountAliases") or [around.facts["name"]]
    return [
        {
            **(api.attempt("iam", "GetAccountSummary") or {}),
            **(api.attempt("iam", "GetAccountPasswordPolicy", none=("NoSuchEntity",)) or {}),
            **aliases,
            "+id": around.facts["id"],
            "+name": names[0] or around.facts["id"],
            "+role": around.facts["role"],
        }
    ]
