"""`make bench`: record the cloud once, measure the worker against it, print the table of budgets.

python -m bench [--record] [--only collect,gcp,graphs,start]
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from bench import budget, graphs, projects, starts
from bench.budget import Measured
from bench.cloud import ReplayedCloud
from bench.rig import BenchError, Collected, rig
from tests.demo.children import ChildError
from tests.demo.pair import PROCESSES
from tests.fakes.aws.estate import REGIONS, Plan, fill
from tests.fakes.aws.server import MotoServer

PLAN = Plan(accounts=4, suspended=0, regions=REGIONS, scale=2.5, broad=True)
RESOTO_CALLS = 1484 / (203 * 3)  # Resoto 3.9: calls an account, operations, regions
THREADS_A_SCOPE = 20
LATENCY = 20.0


def tape_path() -> Path:
    """Where the recording is kept: not in the repository."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    return home / "resotoworker" / "bench" / f"tape-{PLAN.accounts}x{PLAN.scale:g}.bin"


def record(path: Path, console: Console) -> None:
    """Fill a moto server with the estate, collect it once, and keep every answer."""
    console.print(f"Recording the cloud into {path}; this takes some minutes.")
    with MotoServer() as cloud:
        cloud.seed(1)
        fill(cloud.url, PLAN, lambda place: console.print(f"  filled {place}", markup=False))
        with ReplayedCloud(path, cloud.url) as recorder, rig(recorder, PLAN.regions, *PROCESSES) as made:
            result = made.collect()
            recorder.save()
    console.print(f"Recorded {result.cloud['missing']} answers about {result.nodes} nodes.")


def collects(console: Console, *, again: bool) -> list[Measured]:
    """What a collect costs, with processes and with threads."""
    path = tape_path()
    fresh = again or not path.exists()
    if fresh:
        record(path, console)
    with ReplayedCloud(path) as cloud:
        plain = _collect(cloud, 0, *PROCESSES)
        if plain.cloud["missing"] and not fresh:
            console.print(f"The worker asks for {plain.cloud['missing']} things that were not recorded.")
            return collects(console, again=True)
        if plain.cloud["missing"]:
            raise BenchError(f"{plain.cloud['missing']} requests differ from those that were just recorded.")
        threads = _collect(cloud, 0)
        slow = _collect(cloud, LATENCY, *PROCESSES)
    return _figures(plain, threads, slow)


def _collect(cloud: ReplayedCloud, delay: float, *flags: str) -> Collected:
    cloud.delay(delay)
    with rig(cloud, PLAN.regions, *flags) as made:
        return made.collect()


def _figures(plain: Collected, threads: Collected, slow: Collected) -> list[Measured]:
    cloud = plain.cloud
    calls, endpoints, places = cloud["requests"], cloud["endpoints"], plain.accounts * len(PLAN.regions)
    estate = f"{plain.nodes // plain.accounts:,} nodes, {calls // plain.accounts:,} calls an account"
    operations = f"{len(cloud['operations'])} operations, {calls:,} calls"
    opened = f"{cloud['connections']} opened, {endpoints} services in regions, {cloud['most_in_flight']} in flight"
    return [
        Measured(budget.CPU_ACCOUNT, plain.cpu / plain.accounts, estate),
        Measured(
            budget.CPU_ACCOUNT_LATER, plain.cpu / plain.accounts, f"threads: {threads.cpu / threads.accounts:.2f}"
        ),
        Measured(budget.CPU_CALL, plain.cpu / calls * 1000, operations),
        Measured(budget.CALLS, calls / len(cloud["operations"]) / places, f"Resoto 3.9: {RESOTO_CALLS:.2f}"),
        Measured(budget.CONNECTIONS, cloud["connections"] / endpoints / THREADS_A_SCOPE, opened),
        Measured(budget.WALL, slow.wall, f"{plain.wall:.1f} s without latency"),
        Measured(budget.SPEEDUP, threads.wall / plain.wall, f"{threads.wall:.1f} s and {plain.wall:.1f} s"),
        Measured(budget.MEMORY, slow.peak / 1e6, f"{slow.accounts} accounts; threads: {threads.peak / 1e6:.0f} MB"),
    ]


def project_figures() -> list[Measured]:
    """A project of Google Cloud, with processes and with threads; the SDK is loaded on the way."""
    forked, threads = projects.collect("--fork", "--gcp-fork"), projects.collect()
    note = f"{forked.nodes:,} nodes; threads: "
    return [
        Measured(budget.GCP_CALLS, forked.calls, f"{note}{threads.calls}"),
        Measured(budget.GCP_CPU, forked.cpu, f"{note}{threads.cpu:.2f}"),
        Measured(budget.GCP_MEMORY, forked.peak / 1e6, f"{note}{threads.peak / 1e6:.0f} MB"),
    ]


def graph_figures() -> list[Measured]:
    """Edges and export."""
    (small, few), (large, many) = graphs.edge_seconds(1250, 5000)
    note = f"{small * 1000:.0f} ms for {few:,} edges, {large * 1000:.0f} ms for {many:,}"
    return [
        Measured(budget.EDGES, large / small, note),
        Measured(budget.EXPORT, graphs.export_rate(20_000), "20,000 nodes with their edges"),
    ]


def start_figures() -> list[Measured]:
    """Start, help, and doing nothing."""
    listening, idle = starts.listening()
    return [
        Measured(budget.START, listening, "to the answer of /health"),
        Measured(budget.HELP, starts.help_seconds(), "the best of 3"),
        Measured(budget.IDLE, idle / 1e6, "before the first collect"),
    ]


def main() -> int:
    """Measure, print, and fail when a budget of now is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--record", action="store_true", help="record the cloud anew")
    parser.add_argument("--only", default="start,graphs,gcp,collect", help="what to measure, separated by commas")
    args = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 170)
    parts: Mapping[str, Callable[[], list[Measured]]] = {
        "start": start_figures,
        "graphs": graph_figures,
        "gcp": project_figures,
        "collect": lambda: collects(console, again=args.record),
    }
    try:
        figures = [figure for name in args.only.split(",") for figure in parts[name]()]
    except (BenchError, ChildError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    budget.show(figures, console)
    return int(any(not figure.kept and figure.budget.stage == "now" for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
