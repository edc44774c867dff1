"""What runs a scope tells the worker while it runs, and how it is told to stop; the same in a thread and in a child."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from resotolib.collect.scope import Discovery, Scope
from resotolib.collect.segment import Segment


@dataclass(frozen=True, slots=True)
class ScopeProgress:
    """What was added to the counters of a scope since the last one of these."""

    scope: Scope
    regions: int = 0
    regions_done: int = 0
    nodes: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Discovered:
    """The scopes that a collector found."""

    cloud: str
    discovery: Discovery


Event = ScopeProgress | Discovered | Segment


class Channel(Protocol):
    """Between a job and the worker; may be used from several threads."""

    @property
    def stop(self) -> threading.Event:
        """Set when the job must end soon."""

    def send(self, event: Event) -> None:
        """Tell the worker."""


@dataclass(frozen=True)
class LocalChannel:
    """Of a job that runs in the worker itself."""

    on_event: Callable[[Event], None]
    stop: threading.Event

    def send(self, event: Event) -> None:
        """See `Channel`."""
        self.on_event(event)


def silent() -> Channel:
    """Of a job that runs where nobody listens."""
    return LocalChannel(lambda _: None, threading.Event())
