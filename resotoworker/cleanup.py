"""The cleanup action: plan the deletion of what the core has flagged, carry it out, tell the core as it happens."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from resotolib.clean.deletion import Patience
from resotolib.clean.plan import Plan, make_plan
from resotolib.clean.resource import Resource, parse
from resotolib.clean.result import Result
from resotolib.clean.run import Run
from resotolib.collect.collector import Collector, Writer
from resotolib.core.http import Core
from resotolib.core.messages import Action, Progress
from resotolib.core.reporter import Outcome, Reporter
from resotolib.errors import CoreError, CoreRefused, MessageError, ResotoError
from resotolib.kinds.kind import Kind
from resotoworker.builtin.status import RunStatus
from resotoworker.settings import WorkerSettings

log = logging.getLogger(__name__)

TELL_AGAIN = 30.0  # seconds until a core that could not be told is tried again


@dataclass(frozen=True)
class Cleanup:
    """Handles cleanup actions, for the resources of the clouds that `collectors` know. `kinds` are theirs, by name."""

    settings: WorkerSettings
    core: Core
    collectors: Sequence[Collector]
    kinds: Mapping[str, Kind]
    patience: Patience = field(default_factory=Patience)
    status: RunStatus = field(default_factory=RunStatus)

    def __call__(self, action: Action, reporter: Reporter) -> Outcome:
        """Clean up; raises CoreError when the core cannot be asked."""
        if not (self.settings.cleanup or self.settings.cleanup_dry_run):
            reporter.info("Nothing is cleaned up: this worker was started without --cleanup.")
            return Outcome(summary="cleanup is switched off")
        with ExitStack() as stack:
            late = stack.enter_context(_within(self.settings.timeout, reporter.stop))
            resources, edges = self._flagged()
            writers, reasons = self._writers(stack, resources)
            plan = make_plan(resources, edges, refuse=lambda resource: self._refusal(resource, reasons))
            if self.settings.cleanup_dry_run:
                return _show(plan, reporter)
            states, untold = self._carry_out(plan, writers, action, reporter)
        summary = ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "nothing is flagged"
        reporter.info(f"Cleanup: {summary}.")
        why = f"--timeout of {self.settings.timeout} s is over" if late.is_set() else "The worker was told to stop"
        return Outcome(error=untold or _abandoned(states, why), summary=summary)

    def _flagged(self) -> tuple[list[Resource], list[tuple[str, str]]]:
        """What is flagged, with everything above and below it; of the rest only what the plan needs is kept."""
        clouds = {collector.cloud for collector in self.collectors}
        resources: list[Resource] = []
        accounts: dict[str, Mapping[str, Any]] = {}
        edges: dict[str, list[tuple[str, str]]] = {"default": [], "delete": []}
        for row in self._rows(self.core.dialect.flagged(sorted(clouds))):
            if row.get("type") == "edge":
                edges.setdefault(str(row.get("edge_type", "default")), []).append((row["from"], row["to"]))
                continue
            resource = parse(row)
            if self._is_account(resource):
                accounts[str(row["reported"].get("id"))] = row
            mine = resource.flagged and resource.cloud in clouds
            resources.append(resource if mine else replace(resource, flagged=False, node={}))
        resources = [_with_account(resource, accounts.get(resource.account)) for resource in resources]
        return resources, edges["delete"] or list(derived_edges(resources, edges["default"], self.kinds))

    def _rows(self, query: str) -> Iterator[dict[str, Any]]:
        graph = self.settings.resotocore_graph
        try:
            yield from self.core.search_graph(graph, query)
        except CoreRefused as error:
            if "NoSuchGraph" not in str(error.args[2]):
                raise
            missing = f"it has no graph {graph}: let it collect first, or name the graph with --resotocore-graph"
            raise CoreError(self.core.address, missing) from error

    def _is_account(self, resource: Resource) -> bool:
        kind = self.kinds.get(resource.kind)
        return kind is not None and "account" in kind.bases

    def _writers(self, stack: ExitStack, resources: Iterable[Resource]) -> tuple[dict[str, Writer], dict[str, str]]:
        """The writers by cloud; for clouds that cannot be written to, why."""
        writers: dict[str, Writer] = {}
        reasons: dict[str, str] = {}
        needed = {resource.cloud for resource in resources if resource.flagged}
        if self.settings.cleanup_dry_run:
            return writers, reasons
        for collector in self.collectors:
            if collector.cloud in needed:
                try:
                    writers[collector.cloud] = stack.enter_context(collector.writer())
                except ResotoError as error:
                    reasons[collector.cloud] = str(error)
        return writers, reasons

    def _refusal(self, resource: Resource, reasons: Mapping[str, str]) -> str:
        kind = self.kinds.get(resource.kind)
        if kind is None or kind.deletion is None:
            return f"no way is known to delete resources of kind {resource.kind}"
        return reasons.get(resource.cloud, "")

    def _carry_out(
        self, plan: Plan, writers: Mapping[str, Writer], action: Action, reporter: Reporter
    ) -> tuple[Counter[str], str]:
        """How many resources ended how, and what the core could not be told of it."""
        for line in plan.lines():
            log.info("Cleanup plan: %s", line)
        run = Run(plan, writers, reporter.stop, self.settings.cleanup_pool_size, self.patience)
        total = len(plan) + len(plan.refused)
        ledger = _Ledger(self.core, self.settings.resotocore_graph, action.task)
        states: Counter[str] = Counter()
        for count, result in enumerate(run.results(), 1):
            states[result.state] += 1
            self.status.deletion(result.resource.cloud, result.resource.kind, result.state)
            _tell(result, reporter)
            ledger.enter(result)
            reporter.progress(Progress("cleanup", count, total))
        return states, ledger.close()


@dataclass
class _Ledger:
    """Tells the core what became of each resource; keeps what cannot be told yet."""

    core: Core
    graph: str
    task: str
    _pending: list[dict[str, Any]] = field(default_factory=list)
    _not_before: float = 0.0

    def enter(self, result: Result) -> None:
        """Tell the core, with all that it has not been told before; soon, when it could not be told a moment ago."""
        self._pending.append(result.patch(self.task))
        if time.monotonic() >= self._not_before:
            self._flush()

    def close(self) -> str:
        """Try once more; a sentence when something could not be told."""
        error = self._flush() if self._pending else ""
        return error and f"The core has not been told what became of {len(self._pending)} resources. {error}"

    def _flush(self) -> str:
        try:
            self.core.patch_nodes(self.graph, self._pending)
        except (CoreError, MessageError) as error:
            log.warning("The outcome of %d deletions is not at the core yet: %s", len(self._pending), error)
            self._not_before = time.monotonic() + TELL_AGAIN
            return str(error)
        self._pending.clear()
        return ""


def _with_account(resource: Resource, account: Mapping[str, Any] | None) -> Resource:
    """The resource with its account's complete node, which says with which role the account was collected.

    The core sends the names of ancestors only; the account itself is among those above.
    """
    if account is None or not resource.flagged:
        return resource
    ancestors = {**resource.node.get("ancestors", {}), "account": account}
    return replace(resource, node={**resource.node, "ancestors": ancestors})


def derived_edges(
    resources: Iterable[Resource], edges: Iterable[tuple[str, str]], kinds: Mapping[str, Kind]
) -> Iterator[tuple[str, str]]:
    """Delete edges between resources that have a default edge, from the rules of their kinds.

    For early cores, which know delete edges and do not send them.
    """
    kind_of = {resource.id: resource.kind for resource in resources}
    pairs: set[tuple[str, str]] = set()
    for kind in filter(None, map(kinds.get, set(kind_of.values()))):
        for rule in kind.edges:
            if rule.delete:
                pairs.add((rule.kind, kind.name) if rule.delete == "this_first" else (kind.name, rule.kind))
    for source, target in edges:
        ends = (kind_of.get(source, ""), kind_of.get(target, ""))
        if ends in pairs:
            yield source, target
        if (ends[1], ends[0]) in pairs:
            yield target, source


def _show(plan: Plan, reporter: Reporter) -> Outcome:
    for line in plan.lines():
        log.info("Cleanup dry run: %s", line)
        reporter.info(f"dry run: {line}")
    return Outcome(summary=f"dry run: {next(plan.lines())}")


def _tell(result: Result, reporter: Reporter) -> None:
    if result.cleaned or result.state == "left":
        log.info("Cleanup: %s", result)
        return
    log.warning("Cleanup: %s", result)
    reporter.error(str(result), f"{result.resource.cloud}:{result.resource.account}")


def _abandoned(states: Mapping[str, int], why: str) -> str:
    stopped = states.get("stopped", 0)
    return f"{why}: {stopped} resources were not seen to their end." if stopped else ""


@contextmanager
def _within(seconds: float, stop: threading.Event) -> Iterator[threading.Event]:
    """Sets `stop` when the time is over, and then the event that it gives."""
    late = threading.Event()

    def end() -> None:
        late.set()
        stop.set()

    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()
