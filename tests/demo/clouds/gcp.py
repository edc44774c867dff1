"""Google Cloud: an organization with folders and projects."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from tests.demo.clouds.cloud import Cloud
from tests.demo.screen import Screen
from tests.fakes.gcp.estate import Plan, seed
from tests.fakes.gcp.server import GcpServer


@contextlib.contextmanager
def serve(scale: float, screen: Screen) -> Iterator[Cloud]:
    """See `Serve`."""
    with GcpServer() as server:
        estate = seed(server, Plan(scale=scale))
        key = server.key_file(estate.projects[0])
        count = len(server.resources())
        screen.say(f"A test server plays Google Cloud on {server.url}: {count:,} resources in an organization with")
        screen.say(f"  the projects {', '.join(estate.projects)}\n")
        yield Cloud(
            ("--gcp-fork", "--gcp-endpoint-url", server.url),
            {"RESOTOWORKER_GCP_SERVICE_ACCOUNT": json.dumps(key.info)},
            {site.project: site.project.replace("-", " ").title() for site in estate.sites},
            ("The projects shop-old (deleted) and sys-26000000000000000000000001 (Apps Script) were not collected.",),
        )
