"""The collector of OneLogin: one account."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resoto_plugin_onelogin.flags import CLOUD
from resoto_plugin_onelogin.settings import OneLoginSettings
from resotolib.clean.readonly import ReadOnly
from resotolib.collect.collector import Concurrency

if TYPE_CHECKING:
    from resotolib.collect.collector import ScopeRun, Writer
    from resotolib.collect.scope import Discovery, Scope

CALLS = 8
"""Calls in flight: the hourly quota is what limits, not the speed."""


@dataclass(frozen=True)
class OneLoginCollector:
    """Everything follows from the settings, which hold the secrets and keep them out of their `repr`."""

    settings: OneLoginSettings

    @property
    def cloud(self) -> str:
        """The name of the cloud."""
        return CLOUD

    @property
    def concurrency(self) -> Concurrency:
        """There is one account."""
        return Concurrency(scopes=1, calls=CALLS)

    def scopes(self) -> Discovery:
        """The account that the credentials belong to. Raises NotAuthenticated when they are wrong."""
        from resoto_plugin_onelogin.session import Session  # noqa: PLC0415  # the SDK is slow to import
        from resotolib.collect.scope import Discovery  # noqa: PLC0415  # only needed here

        with Session(self.settings) as session:
            return Discovery((session.scope(),))

    def collect(self, scope: Scope, run: ScopeRun) -> None:
        """Collect the account. Raises NotAuthenticated when there is no way into it."""
        from resoto_plugin_onelogin.account import AccountCollector  # noqa: PLC0415  # the SDK is slow to import
        from resoto_plugin_onelogin.session import Session  # noqa: PLC0415  # the SDK is slow to import

        with Session(self.settings, run) as session:
            AccountCollector(scope, session, run, self.settings).collect()

    def writer(self) -> AbstractContextManager[Writer]:
        """Refuses every change: people and their rights are not cleaned up by a tool for clouds."""
        return ReadOnly()
