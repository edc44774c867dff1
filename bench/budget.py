"""The budgets, and the table that holds what was measured against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

Stage = Literal["now", "later"]


@dataclass(frozen=True)
class Budget:
    """At most (or at least) so much; `now`: it fails the benchmark, `later`: it is shown."""

    name: str
    limit: float
    unit: str
    stage: Stage = "now"
    at_least: bool = False


@dataclass(frozen=True)
class Measured:
    """A figure beside its budget, with what has to be known to read it."""

    budget: Budget
    value: float
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the budget is kept."""
        return self.value >= self.budget.limit if self.budget.at_least else self.value <= self.budget.limit

    @property
    def ratio(self) -> float:
        """Measured through budget."""
        return self.value / self.budget.limit


CPU_ACCOUNT = Budget("CPU an account, one of four", 9.0, "s")
CPU_ACCOUNT_LATER = Budget("CPU an account, one of four", 4.2, "s", "later")
CPU_CALL = Budget("CPU a call, all in", 3.0, "ms", "later")
CALLS = Budget("API calls an operation, region and account", 2.44, "calls")
CONNECTIONS = Budget("connections a (service, region, thread)", 1.0, "connections")
WALL = Budget("wall, 4 accounts, processes, 20 ms latency", 15.0, "s", "later")
SPEEDUP = Budget("processes faster than one with threads", 1.8, "times", "later", at_least=True)
MEMORY = Budget("PSS of the tree, 4 accounts in flight", 450.0, "MB", "later")
GCP_CALLS = Budget("API calls, a GCP project of 2,000 resources", 100.0, "calls")
GCP_CPU = Budget("CPU, a GCP project of 2,000 resources", 4.0, "s")
GCP_MEMORY = Budget("PSS of the tree, that project in a process", 450.0, "MB", "later")
EDGES = Budget("edges: 5,000 nodes as against 1,250 (linear: 4)", 4.4, "times")
EXPORT = Budget("export to NDJSON", 100_000.0, "nodes/s", "later", at_least=True)
START = Budget("start to listening", 1.5, "s")
HELP = Budget("--help", 1.0, "s")
IDLE = Budget("idle worker, PSS", 90.0, "MB", "later")


def show(figures: list[Measured], console: Console) -> None:
    """The table: budget, measured, ratio."""
    table = Table("what", "budget", "measured", "ratio", "", "note", title="Budgets (performance.md)")
    for column in table.columns[1:4]:
        column.justify = "right"
    for figure in figures:
        budget = figure.budget
        sign = "≥" if budget.at_least else "≤"
        verdict = "kept" if figure.kept else ("MISSED" if budget.stage == "now" else "not yet")
        table.add_row(
            budget.name,
            f"{sign} {budget.limit:,g} {budget.unit}",
            f"{figure.value:,.2f}",
            f"{figure.ratio:.2f}",
            verdict,
            figure.note,
        )
    console.print(table)
