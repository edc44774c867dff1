"""OneLogin: an account."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.demo.clouds.cloud import Cloud
from tests.demo.screen import Screen
from tests.fakes.onelogin.server import ID, SECRET, OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant

USERS, ROLES, APPS, GROUPS = 160, 8, 30, 10
"""At a scale of 1."""


@contextlib.contextmanager
def serve(scale: float, screen: Screen) -> Iterator[Cloud]:
    """See `Serve`."""
    tenant = make_tenant(*(max(3, round(number * scale)) for number in (USERS, ROLES, APPS, GROUPS)))
    with OneLoginServer(tenant) as server:
        account = str(tenant.account)
        screen.say(f"A test server plays OneLogin on {server.url}: account {account} with {len(tenant.users)} users.\n")
        flags = ("--onelogin-endpoint-url", server.url)
        yield Cloud(flags, {"ONELOGIN_CLIENT_ID": ID, "ONELOGIN_CLIENT_SECRET": SECRET}, {account: account})
