"""The collector of Google Cloud: finds projects, collects one, changes resources.

The SDK is imported by the methods that need it: with --fork that is never in the worker itself.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resoto_plugin_gcp.flags import CLOUD
from resoto_plugin_gcp.settings import GcpSettings
from resotolib.collect.collector import Concurrency

if TYPE_CHECKING:
    from resotolib.collect.collector import ScopeRun, Writer
    from resotolib.collect.scope import Discovery, Scope


@dataclass(frozen=True)
class GcpCollector:
    """Everything follows from the settings, which hold the secrets and keep them out of their `repr`."""

    settings: GcpSettings

    @property
    def cloud(self) -> str:
        """The name of the cloud."""
        return CLOUD

    @property
    def concurrency(self) -> Concurrency:
        """As the flags say."""
        settings = self.settings
        return Concurrency(settings.fork, settings.project_pool_size, settings.zone_pool_size)

    def scopes(self) -> Discovery:
        """The projects to collect. Raises a CollectError when none can be found."""
        from resoto_plugin_gcp import projects  # noqa: PLC0415  # see above
        from resoto_plugin_gcp.logins import Logins  # noqa: PLC0415  # see above

        with Logins(self.settings) as logins:
            return projects.find(self.settings, logins)

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """Collect one project. Raises NotAuthenticated or NotPermitted when there is no way into it."""
        from resoto_plugin_gcp import plan  # noqa: PLC0415  # see above
        from resoto_plugin_gcp.logins import Logins  # noqa: PLC0415  # see above
        from resoto_plugin_gcp.project import ProjectCollector  # noqa: PLC0415  # see above

        with Logins(self.settings) as logins:
            session = logins.for_scope(scope)
            ProjectCollector(scope, session, run, plan.make(self.settings)).collect(self.settings.zone)

    def writer(self) -> AbstractContextManager[Writer]:
        """What changes and deletes resources."""
        from resoto_plugin_gcp.writer import GcpWriter  # noqa: PLC0415  # see above

        return GcpWriter(self.settings)
