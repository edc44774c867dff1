"""The part of a run that a single call needs: whether to go on, and who counts."""

from __future__ import annotations

from typing import Protocol


class Watch(Protocol):
    """What a call needs to know of the run that it belongs to."""

    def stop_if_told(self) -> None:
        """Raise when the run must end."""

    def progress(self, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0) -> None:
        """Count."""


class Unwatched:
    """There is no run: nobody tells, nobody counts."""

    def stop_if_told(self) -> None:
        """Goes on."""

    def progress(self, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0) -> None:
        """Counts nothing."""
