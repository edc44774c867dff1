"""A fake cloud for all tests of the plugin, and an environment without anybody's AWS configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.aws.estate import SMALL, Estate, fill
from tests.fakes.aws.proxy import Proxy
from tests.fakes.aws.server import MotoServer
from tests.plugins.aws.changing import Changing, changing


@pytest.fixture(scope="session")
def estate() -> Iterator[Estate]:
    """Two accounts with a few resources of most kinds; small pages, so that everything has a second one."""
    with MotoServer(page_size=2) as server:
        server.seed(7)
        yield fill(server.url, SMALL)


@pytest.fixture(scope="session")
def cloud() -> Iterator[Changing]:
    """Two accounts to change things in: everybody makes what they need, and there may be more."""
    with changing() as cloud:
        yield cloud


@pytest.fixture
def proxy(estate: Estate) -> Iterator[Proxy]:
    """A proxy before the estate."""
    with Proxy(estate.url) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
