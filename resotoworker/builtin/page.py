"""The status page: the current run, or the last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from resotolib.collect.completeness import Reading
from resotolib.collect.scope import Scope
from resotoworker.builtin.status import Run

if TYPE_CHECKING:
    from jinja2 import Template

MOST_UNREAD = 1000  # lines on the page; the metrics have them all


@dataclass(frozen=True, slots=True)
class View:
    """A run and what the page adds up of it."""

    run: Run

    @property
    def began(self) -> str:
        """When it began."""
        return f"{datetime.fromtimestamp(self.run.began, timezone.utc):%Y-%m-%d %H:%M:%S} UTC"

    @property
    def over(self) -> int:
        """How many scopes are through."""
        return sum(scope.state in ("done", "partial", "failed") for scope in self.run.scopes)

    @property
    def unread(self) -> list[tuple[Scope, Reading]]:
        """What was not read, with the scope that it is in."""
        return [(scope.scope, reading) for scope in self.run.scopes for reading in scope.unread]

    def total(self, what: str) -> int:
        """Nodes or calls of all scopes."""
        return sum(getattr(scope, what) for scope in self.run.scopes)


def status_page(runs: Sequence[Run], reasons: Sequence[str], version: str) -> str:
    """HTML without scripts; it asks for itself again every five seconds while an action runs."""
    views = [View(run) for run in runs]
    return _template().render(views=views, most=MOST_UNREAD, reasons=reasons, version=version)


@lru_cache(maxsize=1)
def _template() -> Template:
    # imported and read when the first page is asked for: a worker that nobody looks at does not need it
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # see above

    environment = Environment(
        loader=PackageLoader("resotoworker.builtin"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("status.html")
