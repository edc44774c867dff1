"""What it costs to collect one large project of Google Cloud."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.rig import BenchError
from bench.tree import Watch
from tests.demo.pair import pair
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.large import PROJECT, fill

FINDING = frozenset({"cloudresourcemanager.projects.search", "cloudresourcemanager.organizations.get"})
"""What finds the projects: once for all of them."""


@dataclass(frozen=True)
class Project:
    """One collect: `cpu` seconds, `peak` of PSS in bytes, calls that read the project, and what came out."""

    cpu: float
    peak: int
    calls: int
    nodes: int


def collect(*flags: str) -> Project:
    """From the action to the end of the workflow."""
    with GcpServer() as server, tempfile.TemporaryDirectory(prefix="resoto-bench-") as folder:
        fill(server)
        secrets = {"RESOTOWORKER_GCP_SERVICE_ACCOUNT": json.dumps(server.key_file(PROJECT).info)}
        more = ("--gcp-endpoint-url", server.url, *flags)
        with pair(Path(folder), more, collectors=["gcp"], credentials=secrets) as both:
            with Watch(both.worker_pid) as watch:
                *_, state = both.collect()
            if state.state != "done" or state.errors:
                raise BenchError(f"The collect is {state.state}: {'; '.join(state.errors)}\n{both.worker.tail()}")
            nodes = sum(1 for _ in both.core.resources())
            calls = sum(times for method, times in server.requests().items() if method not in FINDING)
            return Project(watch.cpu, watch.peak, calls, nodes)
