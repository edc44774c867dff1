"""Tag tasks: change the tags of one resource in its cloud and answer with the changed node."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from resotolib.clean.resource import Resource, parse
from resotolib.collect.collector import Collector, Writer
from resotolib.core.messages import TagTask
from resotolib.errors import Unsupported

log = logging.getLogger(__name__)

COMPUTED = frozenset({"age", "last_update", "last_access", "exported_age"})
"""Properties that the core works out when it is asked; it takes them for unknown ones when they come back."""


class Tagger:
    """Does tag tasks with the collectors' writers, which are opened when first needed and closed by `with`.

    Tasks may be done on several threads at the same time.
    """

    def __init__(self, collectors: Iterable[Collector]) -> None:
        self._collectors = {collector.cloud: collector for collector in collectors}
        self._writers: dict[str, Writer] = {}
        self._lock = threading.Lock()
        self._open = ExitStack()

    def __enter__(self) -> Tagger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self._writers.clear()
            self._open.close()

    def change(self, task: TagTask) -> dict[str, Any]:
        """Change the tags and return the node as it is now, in upload format.

        A key that is both deleted and updated is updated. Raises CleanError or CollectError.
        """
        resource = parse(task.node)
        writer = self._writer(task.attrs.get("cloud") or resource.cloud, resource)
        delete = [key for key in dict.fromkeys(task.delete) if key not in task.update]
        tags = writer.change_tags(task.node, task.update, delete)
        log.info("Tags of %s changed: set %s, deleted %s", resource, sorted(task.update), delete)
        return changed_node(task.node, tags)

    def _writer(self, cloud: str, resource: Resource) -> Writer:
        collector = self._collectors.get(cloud)
        if collector is None:
            raise Unsupported(resource.name, f"tags here: this worker has no collector for the cloud {cloud!r}")
        with self._lock:
            if cloud not in self._writers:
                self._writers[cloud] = self._open.enter_context(collector.writer())
            return self._writers[cloud]


def changed_node(node: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """The node with other tags, as the core takes it back: complete sections without what it computes itself."""
    reported = {key: value for key, value in node["reported"].items() if key not in COMPUTED and value is not None}
    changed = {"id": node["id"], "reported": {**reported, "tags": dict(tags)}}
    return {**changed, "metadata": dict(node["metadata"])} if node.get("metadata") else changed
