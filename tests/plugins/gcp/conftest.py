"""Fake clouds for all tests of the plugin, and an environment without anybody's configuration."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import PROJECT, Changing, Sample, changing, sample


@pytest.fixture(scope="session")
def estate() -> Iterator[Sample]:
    """A small sample organisation, read only; small pages, so that most lists have a second one."""
    with GcpServer(page_size=2) as server:
        yield sample(server)


@pytest.fixture(scope="session")
def running() -> Iterator[GcpServer]:
    """A server for what each test makes anew."""
    with GcpServer(page_size=2) as server:
        yield server


@pytest.fixture(scope="session")
def key(running: GcpServer) -> str:
    """The key of a service account that sees everything there."""
    return json.dumps(running.key_file(PROJECT).info)


@pytest.fixture
def cloud(running: GcpServer, key: str) -> Changing:
    """A project with a network, what is in it, and what has labels; as new for each test."""
    return changing(running, key)


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("GOOGLE_", "GCE_", "CLOUDSDK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
