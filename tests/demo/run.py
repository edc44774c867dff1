"""The demo, from the empty cloud to the page where the graph can be looked at."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.demo.children import Child
from tests.demo.core import Core, Run
from tests.demo.pair import PROCESSES, Pair, organisation_flags, pair
from tests.demo.progress import Metrics, Progress
from tests.demo.screen import Screen
from tests.fakes.aws.estate import Estate, Plan, fill
from tests.fakes.aws.server import MotoServer

COLLECT_WITHIN = 900.0
SEED = 5


class DemoError(Exception):
    """The collect did not do what it should; says what is missing."""


@dataclass
class Options:
    """What the user asked for. `seen`: the result has been printed, so that an interrupt is no failure any more."""

    exit: bool
    port: int
    web_port: int
    scale: float
    worker: tuple[str, ...] = ()
    seen: bool = field(default=False)


def run(options: Options, folder: Path) -> None:
    """Start everything, collect, print the result; wait for Ctrl-C unless told to end."""
    screen = Screen()
    with MotoServer() as cloud:
        estate = _fill(cloud, options, screen)
        flags = ("--verbose", *PROCESSES, *organisation_flags(cloud.url, estate.plan.regions), *options.worker)
        with pair(folder, flags, options.port, options.web_port) as both:
            screen.say(f"The embedded core listens on {both.core.url}")
            screen.say(f"The worker's own page is http://127.0.0.1:{both.web_port}/")
            _collect(both, screen)
            _show(both.core, estate, screen)
            options.seen = True
            screen.say(f"\nLook at the graph: {both.core.url}/")
            if not options.exit:
                screen.say("Press Ctrl-C to stop everything.")
                _stay(both.core_child, both.worker)


def _fill(cloud: MotoServer, options: Options, screen: Screen) -> Estate:
    plan = Plan(scale=options.scale)
    screen.say(f"A moto server plays AWS on {cloud.url}. Filling it with a sample organization through boto3:")
    started = time.monotonic()
    cloud.seed(SEED)
    estate = fill(cloud.url, plan, lambda place: screen.moving(f"  {place}"))
    screen.still()
    for account in estate.accounts:
        note = "suspended: will be skipped" if account.suspended else ", ".join(plan.regions)
        screen.say(f"  {account.id}  {account.label:<12} {note}")
    screen.say(f"  filled in {time.monotonic() - started:.1f} s\n")
    return estate


def _collect(both: Pair, screen: Screen) -> None:
    metrics, started = Metrics(both.web_port), time.monotonic()
    screen.say("\nCollecting:")
    state = Run("never started", ())
    for state in both.collect(COLLECT_WITHIN):  # noqa: B007  # the last one counts
        screen.moving(f"  {_progress(metrics)}   {time.monotonic() - started:.0f} s")
    screen.still()
    totals = metrics.totals()
    screen.say(f"  {state.state} in {time.monotonic() - started:.1f} s; {totals}\n")
    if state.state != "done" or state.errors or set(totals.outcomes) != {"done"}:
        raise DemoError("\n  ".join([f"The collect did not end well: {totals}", *state.errors, both.worker.tail()]))


def _progress(metrics: Metrics) -> Progress | str:
    try:
        return metrics.progress()
    except requests.RequestException:
        return "the worker does not answer at the moment"


def _show(core: Core, estate: Estate, screen: Screen) -> None:
    """The table, and whether every account that can be collected is there, and no other."""
    resources = list(core.resources())
    accounts = core.accounts()
    known = {account.id: account.label for account in estate.open}
    screen.table({**{id_: label for id_, label in known.items() if id_ in accounts}, **accounts}, resources)
    for account in estate.accounts:
        if account.suspended:
            screen.say(f"{account.label} ({account.id}) is suspended and was not collected.")
    expected = {account.id for account in estate.open}
    if missing := expected - {resource.account for resource in resources if resource.region}:
        raise DemoError(f"Nothing was collected of {', '.join(sorted(missing))}.")
    if surplus := set(accounts) - expected:
        raise DemoError(f"Collected although it should not be: {', '.join(sorted(surplus))}.")


def _stay(*children: Child) -> None:
    while True:
        time.sleep(1)
        for child in children:
            child.check()
