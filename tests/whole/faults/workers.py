"""Faults of children, of several workers, of clocks: the rows of the table, each with a test of its own."""

from __future__ import annotations

from tests.whole.faults.declared import Fault

CHILD_KILLED = Fault(
    "a child is killed in mid-collect",
    "its account is not sent and the core keeps it; the others are read; the next run has a new child",
    "partial",
)
CHILD_HANGS = Fault(
    "a child hangs",
    "it is killed at `--timeout`; its account is not sent and the core keeps it; the others are read",
    "partial",
)
SLOW_ANSWER = Fault(
    "the cloud answers a byte at a time, for ever",
    "the account is given up at `--timeout`; it is not sent and the core keeps it; the others are read",
    "partial",
)
TWO_WORKERS = Fault(
    "two workers share a cloud and each has accounts of its own",
    "each replaces its own accounts only; what one of them does not know stays",
    "done",
)
CLOCK_SKEW = Fault(
    "the core's clock is ahead by more than a token lives",
    "the core refuses the key and keeps what it has; the worker says by how many seconds the clocks differ",
    "failed",
)
WORKER_FAULTS: tuple[Fault, ...] = (CHILD_KILLED, CHILD_HANGS, SLOW_ANSWER, TWO_WORKERS, CLOCK_SKEW)
