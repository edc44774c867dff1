"""What is collected in one piece: an account, a project, a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["info", "error"]


@dataclass(frozen=True, slots=True)
class Scope:
    """One account of one cloud. `data` is the plugin's own, picklable, and never holds a secret.

    Where not even the accounts could be found, one without an `id` stands for all of the cloud.
    """

    cloud: str
    id: str
    name: str
    data: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        if not self.id:
            return self.cloud
        return f"{self.cloud}:{self.id}" if self.name in ("", self.id) else f"{self.cloud}:{self.id} ({self.name})"


@dataclass(frozen=True, slots=True)
class Message:
    """Something the operator must know: shown in the log, at the core and on the page."""

    level: Level
    text: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The scopes that a collector found, and what it left out and why (suspended, excluded, not permitted)."""

    scopes: tuple[Scope, ...]
    messages: tuple[Message, ...] = ()
