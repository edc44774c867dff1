"""Tries what a run would do: logs in, finds projects and services, and lists each kind once, the first page only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from resoto_plugin_gcp import hierarchy, locations, plan, projects, services
from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.logins import Logins
from resoto_plugin_gcp.settings import GcpSettings
from resotolib.collect.records import KindReader
from resotolib.collect.scope import Scope
from resotolib.collect.watch import Unwatched
from resotolib.errors import CollectError, NotAvailable, NotPermitted
from resotolib.preflight import Each, Finding


def check(settings: GcpSettings, each: Each) -> Iterator[Finding]:
    """Everything that was tried. Raises a CollectError when there is no way in at all."""
    readers = [one for one in plan.make(settings).readers if one.list and not one.parent and not locations.needed(one)]
    with Logins(settings) as logins:
        found = projects.find(settings, logins)
        for message in found.messages:
            yield Finding("projects", None, message.text if message.level == "error" else "")
        for scope in found.scopes:
            yield from _project(scope, logins, readers, each)


def _project(scope: Scope, logins: Logins, readers: list[KindReader], each: Each) -> Iterator[Finding]:
    try:
        api = Api(logins.for_scope(scope), scope.id, scope.data["number"], Unwatched())
        enabled = services.enabled(api)
    except CollectError as error:
        yield Finding("the services that are switched on", scope, str(error))
        return
    yield Finding("the services that are switched on", scope)
    yield from (
        Finding(name, scope, str(found) if isinstance(found, NotPermitted) else "")
        for name, found in hierarchy.read(scope.data.get("above", "")).items()
    )
    yield from each(partial(_list, scope, api), [one for one in readers if one.service in enabled])


def _list(scope: Scope, api: Api, reader: KindReader) -> Finding:
    if reader.list is None:
        return Finding(reader.kind.name, scope)
    call = reader.list.call
    params = reader.list.template.bind({"account": api.project, "region": "", "parent": {}})
    try:
        next(api.pages(call.service, call.operation, params), None)
    except NotAvailable:
        return Finding(reader.kind.name, scope)
    except CollectError as error:
        return Finding(reader.kind.name, scope, str(error))
    return Finding(reader.kind.name, scope)
