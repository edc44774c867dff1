"""How far the worker is, read from its own metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample


@dataclass(frozen=True)
class Progress:
    """The current or last run of the worker."""

    accounts: int = 0
    accounts_done: int = 0
    regions: int = 0
    regions_done: int = 0
    nodes: int = 0
    calls: int = 0

    def __str__(self) -> str:
        return (
            f"accounts {self.accounts_done}/{self.accounts}   regions {self.regions_done}/{self.regions}   "
            f"nodes {self.nodes:,}   calls {self.calls:,}"
        )


@dataclass(frozen=True)
class Totals:
    """What the worker has done since its start; `outcomes`: accounts by how they ended."""

    outcomes: Mapping[str, int]
    nodes: int
    edges: int
    calls: int

    def __str__(self) -> str:
        accounts = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.items())
        return f"accounts: {accounts}; {self.nodes:,} nodes, {self.edges:,} edges, {self.calls:,} calls"


class Metrics:
    """The worker's `/metrics`."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/metrics"

    def progress(self) -> Progress:
        """How far the current run is. Raises requests.RequestException when the worker does not answer."""
        found = self._read()
        states = found.by_label("resotoworker_run_scopes", "state")
        return Progress(
            accounts=sum(states.values()),
            accounts_done=sum(count for state, count in states.items() if state not in ("waiting", "running")),
            regions=found.total("resotoworker_run_regions_so_far"),
            regions_done=found.total("resotoworker_run_regions_done_so_far"),
            nodes=found.total("resotoworker_run_nodes_so_far"),
            calls=found.total("resotoworker_run_calls_so_far"),
        )

    def totals(self) -> Totals:
        """What has been done. Raises requests.RequestException when the worker does not answer."""
        found = self._read()
        return Totals(
            found.by_label("resotoworker_scopes_total", "outcome"),
            found.total("resotoworker_collected_nodes_total"),
            found.total("resotoworker_collected_edges_total"),
            found.total("resotoworker_api_calls_total"),
        )

    def _read(self) -> _Samples:
        answer = requests.get(self._url, timeout=10)
        answer.raise_for_status()
        families = text_string_to_metric_families(answer.text)
        return _Samples([sample for family in families for sample in family.samples])


@dataclass(frozen=True)
class _Samples:
    """One reading of all metrics."""

    samples: list[Sample]

    def total(self, name: str) -> int:
        """The sum over all labels."""
        return sum(int(sample.value) for sample in self.samples if sample.name == name)

    def by_label(self, name: str, label: str) -> dict[str, int]:
        """The sums by one label."""
        sums: dict[str, int] = {}
        for sample in self.samples:
            if sample.name == name:
                sums[sample.labels[label]] = sums.get(sample.labels[label], 0) + int(sample.value)
        return sums
