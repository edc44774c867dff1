"""`/metrics`: what the status record counts, in Prometheus's words.

All counts are made in the worker from the results and the progress of scopes, so that scopes in children count too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from resotoworker.builtin.status import Run, RunStatus, Totals

PREFIX = "resotoworker_"
_SO_FAR = {
    "regions": "Regions of the scopes known so far in the current or last run",
    "regions_done": "Regions read so far in the current or last run",
    "nodes": "Nodes collected so far in the current or last run",
    "calls": "API calls made so far in the current or last run",
}


def registry(status: RunStatus, health: Callable[[], Sequence[str]], version: str) -> CollectorRegistry:
    """A registry of this worker's own, which reads the record when it is asked."""
    made = CollectorRegistry(auto_describe=False)
    made.register(StatusCollector(status, health, version))
    return made


class StatusCollector(Collector):
    """Reads the status record at each scrape."""

    def __init__(self, status: RunStatus, health: Callable[[], Sequence[str]], version: str) -> None:
        self._status = status
        self._health = health
        self._version = version

    def collect(self) -> Iterable[Metric]:
        """All metrics."""
        yield _gauge("info", "Version of the worker", ("version",), {(self._version,): 1})
        yield _gauge("healthy", "1 when /health says ok", (), {(): 0 if self._health() else 1})
        yield from _totals(self._status.totals())
        runs = self._status.runs()
        collects = [run for run in runs if run.action == "collect"]
        for run in (*collects, *runs)[:1]:
            yield from _last_run(run)

    def describe(self) -> Iterable[Metric]:
        """Nothing is known before the first scrape."""
        return ()


def _totals(totals: Totals) -> Iterator[Metric]:
    yield _counter("actions", "Actions that ended", ("action", "outcome"), totals.actions)
    yield _summary("action_seconds", "Wall time of actions", "action", totals.actions, totals.action_seconds)
    yield _counter("scopes", "Scopes (accounts) that ended", ("cloud", "outcome"), totals.scopes)
    yield _summary("scope_seconds", "Wall time of scopes", "cloud", totals.scopes, totals.scope_seconds)
    yield _counter("collected_nodes", "Nodes collected", ("cloud",), totals.nodes)
    yield _counter("collected_edges", "Edges collected", ("cloud",), totals.edges)
    yield _counter("api_calls", "API calls made to collect", ("cloud",), totals.calls)
    yield _counter(
        "readings",
        "Kinds read in a region of a scope: complete, absent, unread (and why) or excluded",
        ("cloud", "outcome", "cause"),
        totals.readings,
    )
    yield _counter(
        "cleanup_resources",
        "Resources that were to be deleted, by what became of them",
        ("cloud", "kind", "outcome"),
        totals.deletions,
    )
    yield _counter("tag_tasks", "Tag tasks, by how they ended", ("cloud", "outcome"), totals.tags)


def _last_run(run: Run) -> Iterator[Metric]:
    yield _gauge("run_active", "1 while the action runs", ("action",), {(run.action,): 0 if run.outcome else 1})
    yield _gauge("run_start_timestamp_seconds", "When the current or last action began", (), {(): run.began})
    states: dict[tuple[str, ...], float] = {}
    kinds: dict[tuple[str, ...], float] = {}
    unread: dict[tuple[str, ...], float] = {}
    for scope in run.scopes:
        cloud, account = scope.scope.cloud, scope.scope.id
        states[cloud, scope.state] = states.get((cloud, scope.state), 0) + 1
        for kind, count in scope.kinds.items():
            kinds[cloud, kind] = kinds.get((cloud, kind), 0) + count
        for reading in scope.unread:
            key = (cloud, account, reading.kind, reading.cause.value if reading.cause else "")
            unread[key] = unread.get(key, 0) + 1
    for name, text in _SO_FAR.items():
        sums: dict[tuple[str, ...], float] = {}
        for scope in run.scopes:
            sums[scope.scope.cloud,] = sums.get((scope.scope.cloud,), 0) + getattr(scope, name)
        yield _gauge(f"run_{name}_so_far", text, ("cloud",), sums)
    yield _gauge("run_scopes", "Scopes of the current or last run", ("cloud", "state"), states)
    yield _gauge("run_nodes", "Nodes of the current or last run", ("cloud", "kind"), kinds)
    yield _gauge(
        "run_unread_regions",
        "Regions in which a kind could not be read in the current or last run",
        ("cloud", "account", "kind", "cause"),
        unread,
    )


def _counter(name: str, text: str, labels: Sequence[str], values: Mapping[tuple[str, ...], float]) -> Metric:
    family = CounterMetricFamily(PREFIX + name, text, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _gauge(name: str, text: str, labels: Sequence[str], values: Mapping[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, text, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _summary(
    name: str, text: str, label: str, outcomes: Mapping[tuple[str, ...], float], sums: Mapping[str, float]
) -> Metric:
    family = SummaryMetricFamily(PREFIX + name, text, labels=(label,))
    for key, seconds in sums.items():
        family.add_metric((key,), int(sum(count for (owner, *_), count in outcomes.items() if owner == key)), seconds)
    return family
