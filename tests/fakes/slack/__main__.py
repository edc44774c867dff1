"""Serves a made-up workspace: `python -m tests.fakes.slack [PORT]`; prints what the collector needs to know."""

from __future__ import annotations

import sys

from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.world import make_world


def main() -> None:
    """Serve until standard input ends."""
    with SlackServer(make_world(), port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as server:
        print(f"export RESOTOWORKER_SLACK_ENDPOINT_URL={server.url} SLACK_BOT_TOKEN={TOKEN}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
