"""What the cloud holds and how it behaves."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.gcp.login import Logins
from tests.fakes.gcp.operations import Operations
from tests.fakes.gcp.rules import Rules
from tests.fakes.gcp.store import Store

REGIONS = ("us-central1", "europe-west1")


@dataclass
class Settings:
    """How the server behaves.

    `page_size`: never more items a page. `operation_seconds`: how long operations run. `token_seconds`: how long tokens
    are good. `unreachable`: scopes (`zones/z`, `regions/r`, `locations/l`) that do not answer. `open`: whoever calls is
    let in. `regions`: the locations that services say they have.
    """

    page_size: int = 500
    operation_seconds: float = 0.02
    token_seconds: int = 3600
    open: bool = False
    unreachable: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=lambda: list(REGIONS))


@dataclass(frozen=True)
class Seen:
    """A request that came in."""

    method: str
    name: str
    query: Mapping[str, str]
    principal: str
    user_project: str


@dataclass
class State:
    """Everything there is. Who reads or changes it holds the lock."""

    settings: Settings = field(default_factory=Settings)
    store: Store = field(default_factory=Store)
    logins: Logins = field(default_factory=Logins)
    rules: Rules = field(default_factory=Rules)
    operations: Operations = field(default_factory=Operations)
    seen: list[Seen] = field(default_factory=list)
    continued: Counter[str] = field(default_factory=Counter)
    lock: threading.RLock = field(default_factory=threading.RLock)
