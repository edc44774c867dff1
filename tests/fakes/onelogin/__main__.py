"""Serves a made-up account: `python -m tests.fakes.onelogin [PORT]`; prints what the collector needs to know."""

from __future__ import annotations

import sys

from tests.fakes.onelogin.server import ID, SECRET, OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant


def main() -> None:
    """Serve until standard input ends."""
    with OneLoginServer(make_tenant(), port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as server:
        print(f"export RESOTOWORKER_ONELOGIN_ENDPOINT_URL={server.url}")
        print(f"export ONELOGIN_CLIENT_ID={ID} ONELOGIN_CLIENT_SECRET={SECRET}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
