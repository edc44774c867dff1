"""Which workspaces the tokens belong to."""

from __future__ import annotations

from resoto_plugin_slack.client import Client
from resoto_plugin_slack.flags import CLOUD
from resoto_plugin_slack.settings import SlackSettings
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.collect.watch import Watch
from resotolib.errors import CollectError, Unreadable


def find(settings: SlackSettings, minute: float) -> Discovery:
    """A workspace for each token. Tokens that are no good are told of; raises when none is any good."""
    found: dict[str, Scope] = {}
    messages: list[Message] = []
    errors: list[CollectError] = []
    for number, token in enumerate(settings.bot_token):
        try:
            scope = _scope(Client(settings, token, minute), number)
        except CollectError as error:
            errors.append(error)
            messages.append(Message("error", f"{_called(number)} is left out: {error}"))
            continue
        if scope.id in found:
            text = f"{_called(number)} belongs to {scope.name}, as an earlier one does, and is left out."
            messages.append(Message("info", text, str(scope)))
        found.setdefault(scope.id, scope)
    if errors and not found:
        raise errors[0]
    return Discovery(tuple(found.values()), tuple(messages))


def client_of(scope: Scope, settings: SlackSettings, minute: float, watch: Watch) -> Client:
    """The calls of a workspace, with the token that it was found with."""
    return Client(settings, settings.bot_token[int(scope.data["token"])], minute, watch)


def _scope(client: Client, number: int) -> Scope:
    data = client.call("auth.test", {}).data or {}
    if data.get("is_enterprise_install"):
        raise Unreadable("auth.test", "the token is one of a whole organization. Give a token of each workspace")
    team = data.get("team_id")
    if not isinstance(team, str) or not team:
        raise Unreadable("auth.test", "the answer names no workspace")
    return Scope(CLOUD, team, str(data.get("team") or team), {"token": str(number)})


def _called(number: int) -> str:
    return f"Token {number + 1} of --slack-bot-token"
