"""What is wrong with this worker, for `/health`."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Health:
    """What is wrong with this worker: called by the web server's threads."""

    def __init__(self, *sources: Callable[[], Sequence[str]]) -> None:
        self._waiting = ["the core has not been looked for yet"]
        self._sources: list[Callable[[], Sequence[str]]] = [lambda: self._waiting, *sources]

    def __call__(self) -> list[str]:
        """The reasons, none when all is well."""
        return [reason for source in self._sources for reason in source()]

    def watch(self, source: Callable[[], Sequence[str]]) -> None:
        """Ask this too."""
        self._sources.append(source)

    def wait_because(self, reason: str) -> bool:
        """There is no core because of this; is that news?"""
        news = self._waiting != [reason]
        self._waiting = [reason]
        return news

    def found(self, source: Callable[[], Sequence[str]]) -> None:
        """The core is there; how it goes on is for this to say."""
        self.watch(source)
        self._waiting = []
