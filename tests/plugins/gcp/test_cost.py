"""What reading a project costs in calls: a service that is off costs none, and most kinds one."""

from __future__ import annotations

import json

from resotolib.collect.completeness import Outcome
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import collect, collector
from tests.plugins.gcp.large import PROJECT, fill

MOST_CALLS = 100


def test_two_thousand_resources_take_at_most_a_hundred_calls() -> None:
    with GcpServer() as server:
        there = fill(server)
        made = collector(server, json.dumps(server.key_file(PROJECT).info))
        (scope,) = made.scopes().scopes
        server.forget()

        run = collect(made, scope)

        nodes = [node for node in run.graph.nodes() if node.kind not in ("gcp_machine_type", "gcp_disk_type")]
        assert there >= 2000
        assert len(nodes) >= there
        assert {reading.outcome for reading in run.not_complete()} == {Outcome.ABSENT}
        assert sum(server.requests().values()) == run.counts["calls"]
        assert run.counts["calls"] <= MOST_CALLS
