"""The collector of AWS: finds accounts, collects one, changes resources.

The SDK is imported by the methods that need it: with --fork that is never in the worker itself.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resoto_plugin_aws.flags import CLOUD
from resoto_plugin_aws.settings import AwsSettings
from resotolib.collect.collector import Concurrency

if TYPE_CHECKING:
    from resotolib.collect.collector import ScopeRun, Writer
    from resotolib.collect.scope import Discovery, Scope


@dataclass(frozen=True)
class AwsCollector:
    """Everything follows from the settings, which hold the secrets and keep them out of their `repr`."""

    settings: AwsSettings

    @property
    def cloud(self) -> str:
        """The name of the cloud."""
        return CLOUD

    @property
    def concurrency(self) -> Concurrency:
        """As the flags say."""
        settings = self.settings
        return Concurrency(settings.fork, settings.account_pool_size, settings.region_pool_size)

    def scopes(self) -> Discovery:
        """The accounts to collect. Raises a CollectError when none can be found."""
        from resoto_plugin_aws import accounts  # noqa: PLC0415  # see above
        from resoto_plugin_aws.logins import Logins  # noqa: PLC0415  # see above

        with Logins(self.settings) as logins:
            return accounts.find(self.settings, logins)

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """Collect one account. Raises NotAuthenticated or NotPermitted when there is no way into it."""
        from resoto_plugin_aws import plan  # noqa: PLC0415  # see above
        from resoto_plugin_aws.account import AccountCollector  # noqa: PLC0415  # see above
        from resoto_plugin_aws.logins import Logins  # noqa: PLC0415  # see above

        with Logins(self.settings) as logins:
            session = logins.for_scope(scope)
            AccountCollector(scope, session, run, plan.make(self.settings)).collect(self.settings.region)

    def writer(self) -> AbstractContextManager[Writer]:
        """What changes and deletes resources."""
        from resoto_plugin_aws.writer import AwsWriter  # noqa: PLC0415  # see above

        return AwsWriter(self.settings)
