"""What is collected in one piece: an account, a project, a workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
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

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same scope in every run: cloud and identifier."""
        return self.cloud, self.id

    @property
    def file_name(self) -> str:
        """A name for a file of it: readable, and different from that of every other scope."""
        readable = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{self.cloud}-{self.id}")[:100]
        return f"{readable}-{blake2b(repr(self.key).encode(), digest_size=4).hexdigest()}"

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
