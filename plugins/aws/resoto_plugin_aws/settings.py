"""The AWS plugin's settings."""

from __future__ import annotations

from dataclasses import dataclass

from resotolib.settings import flag, group


@group("aws", "AWS")
@dataclass(frozen=True)
class AwsSettings:
    """Flags `--aws-…`: credentials, which accounts and regions, which kinds, how much at once."""

    access_key_id: str | None = flag(
        None, "AWS access key ID", secret=True, default_text="the SDK's own credential chain"
    )
    secret_access_key: str | None = flag(None, "AWS secret access key, with --aws-access-key-id", secret=True)
    profile: tuple[str, ...] = flag((), "Profiles of the AWS configuration to collect, each with its own account")
    role: str | None = flag(None, "Name of the IAM role to assume in each account")
    role_override: bool = flag(
        default=False, help="Use --aws-role for tags and cleanup, whatever role a resource was collected with"
    )
    external_id: str | None = flag(None, "External ID to send when assuming the role", secret=True)
    account: tuple[str, ...] = flag((), "Accounts to collect with --aws-role", default_text="the current one")
    region: tuple[str, ...] = flag((), "Regions to collect", default_text="all that are enabled in the account")
    scrape_org: bool = flag(default=False, help="Collect all active accounts of the organization with --aws-role")
    scrape_exclude_account: tuple[str, ...] = flag((), "Accounts of the organization to leave out")
    assume_current: bool = flag(
        default=False, help="Assume the role in the current account too, instead of using the own credentials there"
    )
    dont_scrape_current: bool = flag(
        default=False, help="Do not collect the account that the own credentials belong to"
    )
    fork: bool = flag(default=False, help="Collect each account in a process of its own instead of a thread")
    account_pool_size: int = flag(5, "Accounts that are collected at the same time", minimum=1)
    region_pool_size: int = flag(20, "API calls in flight for one account", minimum=1)
    collect: tuple[str, ...] = flag(
        (), "Kinds, services, or patterns of them such as aws_ec2_*, to collect", default_text="all"
    )
    no_collect: tuple[str, ...] = flag((), "Kinds, services, or patterns of them, not to collect")
    kinds: str = flag(
        "default",
        "Breadth of the catalogue that --aws-collect chooses from",
        choices=("default", "full"),
    )
    throttle_timeout: int = flag(
        60, "Seconds to go on asking a service that refuses every call because there are too many", minimum=0
    )
    endpoint_url: str | None = flag(None, "Send all API calls to this address, for test servers and private endpoints")
