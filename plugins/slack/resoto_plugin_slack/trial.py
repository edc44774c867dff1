"""Tries what a run would do: each token, its scopes, and the first page of each list."""

from __future__ import annotations

from collections.abc import Iterator

from resoto_plugin_slack import scopes, workspaces
from resoto_plugin_slack.client import Client
from resoto_plugin_slack.listing import Task, scope_of, tasks
from resoto_plugin_slack.scopes import Granted
from resoto_plugin_slack.settings import SlackSettings
from resotolib.collect.scope import Scope
from resotolib.collect.watch import Unwatched
from resotolib.errors import CollectError
from resotolib.preflight import Each, Finding

MINUTE = 60.0


def check(settings: SlackSettings, each: Each) -> Iterator[Finding]:
    """Everything that was tried. Raises a CollectError when no token is any good."""
    found = workspaces.find(settings, MINUTE)
    for message in found.messages:
        yield Finding("tokens", None, message.text if message.level == "error" else "")
    for scope in found.scopes:
        yield from _workspace(scope, settings, each)


def _workspace(scope: Scope, settings: SlackSettings, each: Each) -> Iterator[Finding]:
    client = workspaces.client_of(scope, settings, MINUTE, Unwatched())
    try:
        granted = Granted(client.call("auth.test", {}))
    except CollectError as error:
        yield Finding("the workspace", scope, str(error))
        return
    for wanted in (scopes.TEAM, scopes.EMAIL):
        problem = "" if granted.has(wanted) else f"the token does not have the scope {wanted}"
        yield Finding(f"scope {wanted}", scope, problem)

    def first_page(task: Task) -> Finding:
        return _first_page(task, scope, client, granted)

    yield from each(first_page, tasks(settings))


def _first_page(task: Task, scope: Scope, client: Client, granted: Granted) -> Finding:
    call = task.call
    what = f"{', '.join(task.kinds)} ({call.params.get('types', call.operation)})"
    try:
        granted.require(scope_of(call), call.operation)
        next(client.pages(call.operation, call.params, call.items))
    except CollectError as error:
        return Finding(what, scope, str(error))
    return Finding(what, scope)
