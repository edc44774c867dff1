"""Whether the flags fit together: what can be said before anything is imported or called."""

from __future__ import annotations

from resoto_plugin_aws.kinds import selected
from resoto_plugin_aws.settings import AwsSettings
from resotolib.errors import NotConfigured, SettingsError

CLOUD = "aws"


def check(settings: AwsSettings) -> None:
    """Raise SettingsError for flags that contradict each other, need another one, or name what there is not."""
    if bool(settings.access_key_id) != bool(settings.secret_access_key):
        raise SettingsError("--aws-access-key-id and --aws-secret-access-key belong together: give both or neither.")
    _check_role(settings)
    for account in (*settings.account, *settings.scrape_exclude_account):
        if len(account) != 12 or not account.isdigit():
            raise SettingsError(f"{account!r} is no AWS account: an account ID has twelve digits.")
    if settings.dont_scrape_current and not (settings.scrape_org or settings.account or settings.assume_current):
        raise NotConfigured(
            CLOUD,
            "--aws-dont-scrape-current leaves nothing to collect; name accounts with --aws-account or --aws-scrape-org",
        )
    selected(settings.kinds, settings.collect, settings.no_collect)


def _check_role(settings: AwsSettings) -> None:
    needing = {
        "--aws-account": settings.account,
        "--aws-scrape-org": settings.scrape_org,
        "--aws-assume-current": settings.assume_current,
    }
    for flag, given in needing.items():
        if given and not settings.role:
            raise SettingsError(f"{flag} needs a role to take in the accounts: give --aws-role.")
