"""Tries what a run would do: logs in, finds accounts and regions, and lists each kind once, the first page only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from resoto_plugin_aws import accounts, plan, regions
from resoto_plugin_aws.api import Api
from resoto_plugin_aws.logins import Logins
from resoto_plugin_aws.session import AccountSession
from resoto_plugin_aws.settings import AwsSettings
from resotolib.collect.records import KindReader
from resotolib.collect.scope import Scope
from resotolib.collect.watch import Unwatched
from resotolib.errors import CollectError, NotAvailable
from resotolib.preflight import Each, Finding


def check(settings: AwsSettings, each: Each) -> Iterator[Finding]:
    """Everything that was tried. Raises a CollectError when there is no way in at all."""
    readers = [reader for reader in plan.make(settings).readers if reader.list and not reader.parent]
    with Logins(settings) as logins:
        found = accounts.find(settings, logins)
        for message in found.messages:
            yield Finding("accounts", None, message.text if message.level == "error" else "")
        for scope in found.scopes:
            yield from _account(scope, logins, settings, readers, each)


def _account(
    scope: Scope, logins: Logins, settings: AwsSettings, readers: list[KindReader], each: Each
) -> Iterator[Finding]:
    try:
        session = logins.for_scope(scope)
        enabled = regions.find(session, settings.region, each)
    except CollectError as error:
        yield Finding("the account", scope, str(error))
        return
    for message in enabled.messages:
        yield Finding("regions", scope, message.text if message.level == "error" else "")
    region = session.home if session.home in enabled.wanted or not enabled.wanted else enabled.wanted[0]
    yield from each(partial(_list, scope, session, region), readers)


def _list(scope: Scope, session: AccountSession, region: str, reader: KindReader) -> Finding:
    where = session.home if reader.kind.extent == "global" else region
    what = f"{reader.kind.name} in {where}"
    if reader.list is None or not session.offers(reader.service, where):
        return Finding(what, scope)
    api = Api(session, where, Unwatched())
    place = {"account": api.account, "region": where, "partition": api.partition, "parent": {}}
    call = reader.list.call
    try:
        next(api.pages(call.service, call.operation, **reader.list.template.bind(place)), None)
    except NotAvailable:
        return Finding(what, scope)
    except CollectError as error:
        return Finding(what, scope, str(error))
    return Finding(what, scope)
