"""The demo, from the empty clouds to the page where the graph can be looked at."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.demo.children import Child
from tests.demo.clouds import CLOUDS
from tests.demo.clouds.cloud import Cloud, Serve
from tests.demo.core import Core, Run
from tests.demo.pair import Pair, pair
from tests.demo.progress import Metrics, Progress
from tests.demo.screen import Screen

COLLECT_WITHIN = 900.0


class DemoError(Exception):
    """The collect did not do what it should; says what is missing."""


@dataclass
class Options:
    """What the user asked for. `seen`: the result has been printed, so that an interrupt is no failure any more.

    `worker`: flags of the worker beside those of the collectors.
    """

    exit: bool
    port: int
    web_port: int
    scale: float
    collectors: tuple[str, ...] = ("aws",)
    worker: tuple[str, ...] = ()
    seen: bool = field(default=False)


def run(options: Options, folder: Path) -> None:
    """Start everything, collect, print the result; wait for Ctrl-C unless told to end."""
    screen = Screen()
    with contextlib.ExitStack() as stack:
        serving = [_serve(name) for name in options.collectors]
        clouds = [stack.enter_context(serve(options.scale, screen)) for serve in serving]
        both = stack.enter_context(_pair(clouds, options, folder))
        screen.say(f"The embedded core listens on {both.core.url}")
        screen.say(f"The worker's own page is http://127.0.0.1:{both.web_port}/")
        _collect(both, screen)
        _show(both.core, clouds, screen)
        options.seen = True
        screen.say(f"\nLook at the graph: {both.core.url}/")
        if not options.exit:
            screen.say("Press Ctrl-C to stop everything.")
            _stay(both.core_child, both.worker)


def _serve(name: str) -> Serve:
    try:
        return CLOUDS[name]
    except KeyError:
        raise DemoError(f"The demo has no cloud for the collector {name}. It has {', '.join(CLOUDS)}.") from None


def _pair(clouds: Sequence[Cloud], options: Options, folder: Path) -> AbstractContextManager[Pair]:
    own = [word for cloud in clouds for word in cloud.flags]
    flags = ("--verbose", "--fork", *without(own, options.worker), *options.worker)
    credentials = {name: value for cloud in clouds for name, value in cloud.credentials.items()}
    return pair(folder, flags, options.port, options.web_port, collectors=options.collectors, credentials=credentials)


def without(own: Sequence[str], given: Sequence[str]) -> list[str]:
    """Our own flags without those that the user gives: a list that is given twice would be both."""
    names = {word.partition("=")[0] for word in given if word.startswith("--")}
    kept: list[str] = []
    keeps = True
    for word in own:
        keeps = word not in names if word.startswith("--") else keeps
        kept += [word] if keeps else []
    return kept


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


def _show(core: Core, clouds: Sequence[Cloud], screen: Screen) -> None:
    """The table, and whether every account that can be collected is there, and no other."""
    resources = list(core.resources())
    accounts = core.accounts()
    known: Mapping[str, str] = {id_: name for cloud in clouds for id_, name in cloud.accounts.items()}
    screen.table({**{id_: name for id_, name in known.items() if id_ in accounts}, **accounts}, resources)
    for sentence in (sentence for cloud in clouds for sentence in cloud.left_out):
        screen.say(sentence)
    if same := core.same_people():
        screen.say(f"{same} edges join users of different clouds who have one e-mail address.")
    if missing := set(known) - {resource.account for resource in resources if resource.region}:
        raise DemoError(f"Nothing was collected of {', '.join(sorted(missing))}.")
    if surplus := set(accounts) - set(known):
        raise DemoError(f"Collected although it should not be: {', '.join(sorted(surplus))}.")


def _stay(*children: Child) -> None:
    while True:
        time.sleep(1)
        for child in children:
            child.check()
