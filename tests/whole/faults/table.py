"""Writes the table of faults and outcomes into docs/operating.md: `python -m tests.whole.faults.table`."""

from __future__ import annotations

from pathlib import Path

from tests.whole.faults.answers import ANSWER_FAULTS
from tests.whole.faults.declared import CLOUD_FAULTS, Fault
from tests.whole.faults.declared_core import CORE_FAULTS
from tests.whole.faults.gcp import GCP_FAULTS
from tests.whole.faults.workers import WORKER_FAULTS

PAGE = Path(__file__).parents[3] / "docs" / "operating.md"
BEGIN = "<!-- faults: written by `python -m tests.whole.faults.table` -->"
END = "<!-- faults: end -->"
FAULTS: tuple[Fault, ...] = (*CLOUD_FAULTS, *ANSWER_FAULTS, *GCP_FAULTS, *WORKER_FAULTS, *CORE_FAULTS)


def table() -> str:
    """The rows that the suite holds true."""
    rows = [f"| {fault.title} | {fault.outcome} | {fault.result} |" for fault in FAULTS]
    return "\n".join(["| what fails | what becomes of it | run |", "| --- | --- | --- |", *rows])


def page(text: str) -> str:
    """The page with the table as it is now; at the end when it has none."""
    section = f"{BEGIN}\n\n{table()}\n\n{END}"
    if BEGIN not in text:
        return f"{text.rstrip()}\n\n## When something fails\n\n{section}\n"
    before, _, rest = text.partition(BEGIN)
    return before + section + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
