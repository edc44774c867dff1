"""What the terminal shows: one moving line where there is a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.status import Status
from rich.table import Table

from tests.demo.core import Resource

PLAIN_EVERY = 5.0


class Screen:
    """Prints steps and progress."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
        self._status: Status | None = None
        self._last = 0.0

    def say(self, text: str) -> None:
        """A line that stays."""
        self.console.print(text, markup=False, soft_wrap=True)

    def moving(self, text: str) -> None:
        """A line that is replaced by the next one; where nothing can be replaced, one every few seconds."""
        if self.console.is_terminal:
            if self._status is None:
                self._status = self.console.status(text)
                self._status.start()
            self._status.update(text)
        elif time.monotonic() - self._last >= PLAIN_EVERY:
            self._last = time.monotonic()
            self.say(text)

    def still(self) -> None:
        """The moving line goes."""
        if self._status is not None:
            self._status.stop()
            self._status = None
        self._last = 0.0

    def table(self, accounts: Mapping[str, str], resources: Iterable[Resource]) -> None:
        """Accounts by kinds, the most frequent kinds first."""
        counts = Counter((resource.kind, resource.account) for resource in resources)
        kinds: Counter[str] = Counter()
        for (kind, _), count in counts.items():
            kinds[kind] += count
        table = Table("kind", *(f"{name}\n{account}" for account, name in accounts.items()), "all")
        table.columns[0].overflow = "fold"
        for column in table.columns[1:]:
            column.justify = "right"
        for kind, total in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
            table.add_row(kind, *(f"{counts[kind, account] or ''}" for account in accounts), f"{total}")
        table.add_section()
        sums = [sum(count for (_, owner), count in counts.items() if owner == account) for account in accounts]
        table.add_row(f"{len(kinds)} kinds", *(f"{count}" for count in sums), f"{sum(sums)}")
        self.console.print(table)
