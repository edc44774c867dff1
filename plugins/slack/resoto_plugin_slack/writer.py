"""Archives conversations and disables user groups: Slack deletes neither, and both can be taken back there."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from resoto_plugin_slack import listing, workspaces
from resoto_plugin_slack.client import Client, Item
from resoto_plugin_slack.errors import ABSENT, GENERAL, code_of
from resoto_plugin_slack.kinds import CONVERSATION, KINDS, REGION_OF
from resoto_plugin_slack.settings import SlackSettings
from resotolib.clean.resource import Resource, parse
from resotolib.collect.items import ItemReader
from resotolib.collect.watch import Unwatched
from resotolib.errors import NotPermitted, Protected, Unreadable, Unsupported
from resotolib.kinds.base import base_kinds

_DONE = frozenset({"already_archived", "already_disabled"})


class SlackWriter:
    """A `Writer`. May be used from any number of threads; closed by `with`."""

    def __init__(self, settings: SlackSettings, minute: float) -> None:
        self._settings, self._minute = settings, minute
        self._lock = threading.Lock()
        self._clients: dict[str, Client] | None = None
        every = {kind.name: kind for kind in (*base_kinds(), *KINDS)}
        self._calls = {kind.name: kind.deletion.call for kind in KINDS if kind.deletion}
        self._readers = {name: ItemReader(every[name], every) for name in self._calls}

    def __enter__(self) -> SlackWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """There is nothing to close."""

    def change_tags(self, node: Mapping[str, Any], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:  # noqa: ARG002  # as in the contract
        """See `Writer`."""
        raise Unsupported(parse(node).name, "tags: Slack has none")

    def fetch(self, node: Mapping[str, Any]) -> dict[str, Any] | None:
        """The resource's `reported` section now; None when it is archived, disabled, or certainly not there."""
        resource, id_ = self._resource(node)
        client = self._client(resource)
        item = _conversation(client, resource, id_) if resource.kind == CONVERSATION else _usergroup(client, id_)
        if item is None:
            return None
        found = self._readers[resource.kind].node(item, resource.account, REGION_OF[resource.kind], [])
        if found is None:
            raise Unreadable(resource.name, "the answer has no id")
        return dict(found.reported)

    def prepare(self, node: Mapping[str, Any]) -> None:
        """Nothing has to be done before."""

    def delete(self, node: Mapping[str, Any]) -> None:
        """Archive the conversation, or disable the group. Raises CleanError or CollectError."""
        resource, id_ = self._resource(node)
        call = self._calls[resource.kind]
        params = dict.fromkeys(call.params, id_)
        answer = self._client(resource).call(call.operation, params, also=_DONE | GENERAL | {"not_in_channel"})
        code = code_of(answer.data)
        if code in GENERAL:
            raise Protected(resource.name, f"{code}: it is the conversation that everybody is in")
        if code == "not_in_channel":
            raise NotPermitted(resource.name, f"{code}. Invite the app to the conversation")

    def _resource(self, node: Mapping[str, Any]) -> tuple[Resource, str]:
        resource = parse(node)
        if resource.kind not in self._calls:
            raise Unsupported(resource.name, "deletion")
        return resource, str(node["reported"]["id"])

    def _client(self, resource: Resource) -> Client:
        """The calls of the workspace that a resource is in. Raises a CollectError when no token is one of it."""
        with self._lock:
            if self._clients is None:
                found = workspaces.find(self._settings, self._minute).scopes
                self._clients = {
                    scope.id: workspaces.client_of(scope, self._settings, self._minute, Unwatched()) for scope in found
                }
        client = self._clients.get(resource.account)
        if client is None:
            raise NotPermitted(resource.name, f"no token of --slack-bot-token is one of workspace {resource.account}")
        return client


def _conversation(client: Client, resource: Resource, id_: str) -> Item | None:
    """As Slack has it; None when it is archived, or there is no public one of this id.

    A private one that the app is not in is not found either: that says nothing.
    """
    answer = client.call("conversations.info", {"channel": id_}, also=ABSENT)
    if not answer.ok:
        if resource.node["reported"].get("is_private") is False:
            return None
        raise Unreadable(resource.name, f"{code_of(answer.data)}: it is gone, or private and the app is not in it")
    item = (answer.data or {}).get("channel")
    if not isinstance(item, Mapping) or item.get("id") != id_:
        raise Unreadable(resource.name, "conversations.info answers something else")
    return None if item.get("is_archived") else listing.conversation(item)


def _usergroup(client: Client, id_: str) -> Item | None:
    """As Slack has it; None when it is disabled, or not in the list of all."""
    params = {"include_disabled": "true", "include_users": "true", "include_count": "true"}
    for page in client.pages("usergroups.list", params, "usergroups"):
        for item in page:
            if not isinstance(item, Mapping):
                raise Unreadable("usergroups.list", f"an item is no object but {type(item).__name__}")
            if item.get("id") == id_:
                return None if item.get("date_delete") else listing.usergroup(item)
    return None
