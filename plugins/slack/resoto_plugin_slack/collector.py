"""The collector of Slack: one workspace for each token."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resoto_plugin_slack.flags import CLOUD
from resoto_plugin_slack.settings import SlackSettings
from resotolib.collect.collector import Concurrency

if TYPE_CHECKING:
    from resotolib.collect.collector import ScopeRun, Writer
    from resotolib.collect.scope import Discovery, Scope

WORKSPACES, CALLS = 5, 8
"""At the same time. Slack counts calls a minute; more connections would only wait."""


@dataclass(frozen=True)
class SlackCollector:
    """Everything follows from the settings, which hold the secrets and keep them out of their `repr`."""

    settings: SlackSettings
    minute: float = 60.0
    """Seconds of the minute in which Slack counts calls: test servers have shorter ones."""

    @property
    def cloud(self) -> str:
        """The name of the cloud."""
        return CLOUD

    @property
    def concurrency(self) -> Concurrency:
        """See `Concurrency`."""
        return Concurrency(scopes=WORKSPACES, calls=CALLS)

    def scopes(self) -> Discovery:
        """The workspaces that the tokens belong to. Raises a CollectError when no token is any good."""
        from resoto_plugin_slack import workspaces  # noqa: PLC0415  # the SDK is imported where it is needed

        return workspaces.find(self.settings, self.minute)

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """Collect one workspace. Raises NotAuthenticated when there is no way into it."""
        from resoto_plugin_slack import workspaces  # noqa: PLC0415  # see above
        from resoto_plugin_slack.workspace import WorkspaceCollector  # noqa: PLC0415  # see above

        client = workspaces.client_of(scope, self.settings, self.minute, run)
        WorkspaceCollector(scope, client, run, self.settings).collect()

    def writer(self) -> AbstractContextManager[Writer]:
        """Archives conversations and disables user groups."""
        from resoto_plugin_slack.writer import SlackWriter  # noqa: PLC0415  # only needed here

        return SlackWriter(self.settings, self.minute)
