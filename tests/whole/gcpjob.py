"""The whole job for Google Cloud: a core, the worker as a process, and a small project that both are asked about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resotolib.core.auth import Credentials
from resotolib.core.http import Core
from tests.demo.children import Child
from tests.demo.pair import environment, worker_command
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import PROJECT, contents
from tests.ports import free_port
from tests.whole.job import GRAPH, PSK, CoreName, CoreUnderTest, execute, start_core, until_healthy

KINDS = ("gcp_network", "gcp_subnetwork", "gcp_firewall", "gcp_instance", "gcp_disk", "gcp_address", "gcp_pubsub_topic")


@dataclass
class GcpJob:
    """All that takes part."""

    under_test: CoreUnderTest
    core: Core
    worker: Child
    cloud: GcpServer

    def execute(self, command: str) -> str:
        """A line of the core's shell."""
        return execute(self.under_test.url, command)

    def nodes(self, query: str = "is(gcp_resource)") -> dict[str, dict[str, Any]]:
        """What the core has found, by link."""
        rows = self.core.search_graph(GRAPH, query)
        return {row["reported"]["link"]: row for row in rows if row["type"] == "node" and "link" in row["reported"]}

    def names(self, service: str = "compute") -> set[str]:
        """What the cloud has."""
        return {row["name"] for row in self.cloud.resources(service=service, project=PROJECT)}

    def body(self, name: str) -> dict[str, Any]:
        """What the cloud says of a resource."""
        found: dict[str, Any] = next(row["body"] for row in self.cloud.resources() if row["name"] == name)
        return found


@contextmanager
def gcp_job(folder: Path, core: CoreName, flags: Sequence[str]) -> Iterator[GcpJob]:
    """Make the project, start core and worker, wait until the worker serves."""
    with ExitStack() as stack:
        cloud = stack.enter_context(GcpServer(page_size=2))
        cloud.seed(*contents())
        under_test = start_core(stack, core, folder)
        port = free_port()
        more = ("--gcp-endpoint-url", cloud.url, "--gcp-collect", *KINDS, "--cleanup", *flags)
        command = worker_command(under_test.url, port, folder, *more, collectors=["gcp"])
        secrets = {"RESOTOWORKER_GCP_SERVICE_ACCOUNT": json.dumps(cloud.key_file(PROJECT).info)}
        keys = {**environment(secrets), "RESOTOWORKER_PSK": PSK}
        worker = stack.enter_context(Child("The worker", command, folder / "worker.log", keys))
        until_healthy(worker, port)
        client = stack.enter_context(Core(under_test.url, Credentials(PSK)))
        yield GcpJob(under_test, client, worker, cloud)
