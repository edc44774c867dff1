"""Tries what a run would do: logs in and reads the first page of each kind."""

from __future__ import annotations

from collections.abc import Iterator

from resoto_plugin_onelogin import api
from resoto_plugin_onelogin.kinds import collected
from resoto_plugin_onelogin.session import Session
from resoto_plugin_onelogin.settings import OneLoginSettings
from resotolib.errors import CollectError
from resotolib.kinds.kind import Call
from resotolib.preflight import Each, Finding


def check(settings: OneLoginSettings, each: Each) -> Iterator[Finding]:
    """Everything that was tried. Raises NotAuthenticated when the credentials are wrong."""
    wanted, _ = collected(devices=settings.mfa_devices)
    readings = [(kind.name, kind.reading) for kind in wanted if kind.reading and not kind.reading.parent]
    calls = [(name, reading.list) for name, reading in readings if reading.list]
    with Session(settings) as session:
        scope = session.scope()

        def first_page(named: tuple[str, Call]) -> Finding:
            name, call = named
            try:
                next(api.pages(session, call))
            except CollectError as error:
                return Finding(name, scope, str(error))
            return Finding(name, scope)

        yield from each(first_page, calls)
