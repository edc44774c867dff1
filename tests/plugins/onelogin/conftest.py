"""A fake OneLogin for the tests of the plugin."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.fakes.onelogin.server import OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant


@pytest.fixture
def onelogin() -> Iterator[OneLoginServer]:
    """An account of which every list has several pages."""
    with OneLoginServer(make_tenant(), page_size=20) as server:
        yield server


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("ONELOGIN_", "RESOTOWORKER_"))]:
        monkeypatch.delenv(name)
