"""Whether the flags fit together: what can be said before anything is imported or called."""

from __future__ import annotations

import re

from resoto_plugin_aws.kinds import selected
from resoto_plugin_aws.profiles import check_profiles
from resoto_plugin_aws.settings import AwsSettings
from resotolib.collect.endpoint import check_endpoint
from resotolib.errors import NotConfigured, SettingsError

CLOUD = "aws"

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
_ROLE = re.compile(r"[\w+=,.@/-]+", re.ASCII)


def check(settings: AwsSettings) -> None:
    """Raise SettingsError for flags that contradict each other, need another one, or name what there is not."""
    if bool(settings.access_key_id) != bool(settings.secret_access_key):
        raise SettingsError("--aws-access-key-id and --aws-secret-access-key belong together: give both or neither.")
    if settings.access_key_id and settings.profile:
        raise SettingsError(
            "--aws-access-key-id and --aws-profile are both credentials: give one of them; a key can be a profile too."
        )
    _check_role(settings)
    _check_names(settings)
    check_profiles(settings.profile)
    if settings.dont_scrape_current and not (settings.scrape_org or settings.account or settings.assume_current):
        raise NotConfigured(
            CLOUD,
            "--aws-dont-scrape-current leaves nothing to collect; name accounts with --aws-account or --aws-scrape-org",
        )
    if settings.endpoint_url is not None:
        check_endpoint("--aws-endpoint-url", settings.endpoint_url, "answers of AWS")
    selected(settings.kinds, settings.collect, settings.no_collect)


def _check_names(settings: AwsSettings) -> None:
    """Accounts, regions and the role by what they are called."""
    for account in (*settings.account, *settings.scrape_exclude_account):
        if len(account) != 12 or not account.isdigit():
            raise SettingsError(f"{account!r} is no AWS account: an account ID has twelve digits.")
    for region in settings.region:
        if not _REGION.fullmatch(region):
            raise SettingsError(f"{region!r} is no AWS region: regions are called like eu-central-1.")
    if settings.role and not _ROLE.fullmatch(settings.role):
        raise SettingsError(
            f"--aws-role is {settings.role!r}, which is no name: give the role's name, and its path if it has one, "
            "such as ops/resoto, but no ARN: it is assumed in several accounts."
        )


def _check_role(settings: AwsSettings) -> None:
    needing = {
        "--aws-account": settings.account,
        "--aws-scrape-org": settings.scrape_org,
        "--aws-assume-current": settings.assume_current,
        "--aws-external-id": settings.external_id,
    }
    for flag, given in needing.items():
        if given and not settings.role:
            raise SettingsError(f"{flag} needs a role to take in the accounts: give --aws-role.")
