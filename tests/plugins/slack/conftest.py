"""A fake Slack for the tests of the plugin."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.world import make_world


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A workspace of which every list has several pages; all that it answers is of the types that Slack publishes."""
    with SlackServer(make_world()) as server:
        yield server
    assert server.faulty == []


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("SLACK_", "RESOTOWORKER_"))]:
        monkeypatch.delenv(name)
