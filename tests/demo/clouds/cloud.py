"""What the demo has to know about a cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.demo.screen import Screen


@dataclass(frozen=True)
class Cloud:
    """A cloud that answers. `flags`, `credentials`: the worker's arguments and environment for it.

    `accounts`: names by id of what has to be found, nothing else; `left_out`: sentences about what will not be.
    """

    flags: tuple[str, ...]
    credentials: Mapping[str, str] = field(repr=False)
    accounts: Mapping[str, str]
    left_out: tuple[str, ...] = ()


Serve = Callable[[float, Screen], AbstractContextManager[Cloud]]
"""Fills a fake of the given scale and serves it for the time of a `with` block."""
