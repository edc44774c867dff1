"""Which regions of an account there are to collect."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from resoto_plugin_aws.errors import EXPIRED, code_of, translate
from resoto_plugin_aws.session import AccountSession
from resotolib.collect.scope import Message
from resotolib.errors import CollectError, NotAuthenticated

GLOBAL = "global"
"""The region that resources of global services belong to."""

ENABLED = ("opt-in-not-required", "opted-in")
ENABLED_BY_NAME = ("ENABLED", "ENABLED_BY_DEFAULT")


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions to collect, and those that are enabled too but not asked for."""

    wanted: tuple[str, ...]
    others: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()


Each = Callable[[Callable[[str], str], Iterable[str]], Iterable[str]]
"""Runs a function over regions, at the same time if it can."""


def find(session: AccountSession, asked: Sequence[str], each: Each = map) -> Regions:
    """The enabled regions of the account, narrowed to those that were `asked` for.

    Where the account may not list its regions, the account service is asked, then the SDK's own data.
    """
    enabled, messages = _enabled(session, each)
    wanted = tuple(region for region in enabled if not asked or region in asked)
    others = tuple(region for region in enabled if region not in wanted)
    for region in asked:
        if region not in enabled:
            messages.append(_missing(session, region, enabled))
    return Regions(wanted, others, tuple(messages))


def _enabled(session: AccountSession, each: Each) -> tuple[list[str], list[Message]]:
    messages: list[Message] = []
    for source in (_from_ec2, _from_account):
        try:
            return source(session), messages
        except CollectError as error:
            messages.append(Message("info", f"Regions are found another way: {error}"))
    probed = each(lambda region: _probe(session, region), static(session))
    enabled = sorted(region for region in probed if region)
    if session.home not in enabled:  # the one that every account has
        what = f"sts:GetCallerIdentity in all regions of account {session.account}"
        raise NotAuthenticated(what, f"not even {session.home} takes the credentials. Renew them")
    text = f"The regions of account {session.account} come from the SDK's data, those that answered: "
    messages.append(Message("info", text + ", ".join(enabled)))
    return enabled, messages


def _from_ec2(session: AccountSession) -> list[str]:
    client = session.client("ec2", session.home)
    try:
        answer = client.describe_regions(Filters=[{"Name": "opt-in-status", "Values": list(ENABLED)}])
    except Exception as error:
        raise translate(error, f"ec2:DescribeRegions in account {session.account}", role=session.role) from error
    # Asked again here: a server that ignores the filter must not make us knock at closed doors.
    regions = [r for r in answer["Regions"] if r.get("OptInStatus", ENABLED[0]) in ENABLED]
    return sorted(region["RegionName"] for region in regions)


def _from_account(session: AccountSession) -> list[str]:
    client = session.client("account", session.home)
    try:
        pages = client.get_paginator("list_regions").paginate(RegionOptStatusContains=list(ENABLED_BY_NAME))
        return sorted(region["RegionName"] for page in pages for region in page["Regions"])
    except Exception as error:
        raise translate(error, f"account:ListRegions in account {session.account}", role=session.role) from error


def static(session: AccountSession) -> list[str]:
    """All regions of the partition that the SDK knows."""
    return sorted(session.sdk.get_available_regions("ec2", partition_name=session.partition))


def _probe(session: AccountSession, region: str) -> str:
    """The region, or "" when it is not enabled: the one call that needs no permission says so.

    Raises NotAuthenticated when the credentials have expired meanwhile.
    """
    try:
        session.client("sts", region).get_caller_identity()
    except Exception as error:
        # Anything but a refusal of the credentials leaves the region in: what cannot be read there is recorded.
        translated = translate(error, f"sts:GetCallerIdentity in {region} of account {session.account}")
        if code_of(error) in EXPIRED:
            raise translated from error
        return "" if isinstance(translated, NotAuthenticated) else region
    return region


def _missing(session: AccountSession, region: str, enabled: Sequence[str]) -> Message:
    known = static(session)
    if region in known:
        return Message("info", f"Region {region} is not enabled in account {session.account} and not collected.")
    near = difflib.get_close_matches(region, [*enabled, *known], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return Message("error", f"There is no region {region} in partition {session.partition}.{hint}")
