"""Sends the model to the core: only what it lacks, before the first upload that needs it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from resotolib.core.http import Core
from resotolib.graph.model import missing_from, model
from resotolib.kinds.kind import Kind

log = logging.getLogger(__name__)


class ModelSender:
    """Sends the kinds that the core lacks, once; asks for its model at the first need."""

    def __init__(self, core: Core, graph: str, kinds: Mapping[str, Kind]) -> None:
        self._core, self._graph, self._kinds = core, graph, kinds
        self._known: list[dict[str, Any]] | None = None
        self._sent: set[str] = set()

    @property
    def known(self) -> Sequence[Mapping[str, Any]]:
        """The kinds that the core knows."""
        return self._known or []

    def begin(self) -> None:
        """Make sure that there is a graph, and learn what the core knows. Raises CoreError."""
        if self._known is None:
            self._core.create_graph(self._graph)
            self._known = self._core.model(self._graph)

    def send(self, names: set[str]) -> None:
        """Make sure that the core knows these kinds. Raises CoreError and ModelError."""
        if names <= self._sent:
            return
        self.begin()
        known = self._known or []
        missing, warnings = missing_from(known, model(names, self._kinds))
        for warning in warnings:
            log.warning("%s", warning)
        if missing:
            self._core.update_model(self._graph, missing)
            new = {kind["fqn"] for kind in missing}
            self._known = [kind for kind in known if kind["fqn"] not in new] + missing
        self._sent |= names
