"""Slack: a workspace."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.demo.clouds.cloud import Cloud
from tests.demo.screen import Screen
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.world import make_world

USERS, CHANNELS = 120, 50
"""At a scale of 1."""


@contextlib.contextmanager
def serve(scale: float, screen: Screen) -> Iterator[Cloud]:
    """See `Serve`."""
    world = make_world(max(1, round(USERS * scale)), max(1, round(CHANNELS * scale)), round(USERS * scale / 2))
    with SlackServer(world) as server:
        name, id_ = world.team["name"], world.team["id"]
        screen.say(f"A test server plays Slack on {server.url}: the workspace {name} with {len(world.users)} users.\n")
        flags = ("--slack-endpoint-url", server.url)
        yield Cloud(flags, {"SLACK_BOT_TOKEN": TOKEN}, {id_: name})
