"""Changes the labels of one resource: read, merge, set with what was read as proof, wait, again if that was late."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from resoto_plugin_gcp.refusals import is_stale
from resoto_plugin_gcp.target import Target
from resotolib.errors import CleanError, CollectError, Unreadable, Unsupported
from resotolib.kinds.kind import Tags
from resotolib.kinds.paths import getter
from resotolib.kinds.values import tag_reader

ATTEMPTS = 3
"""How often labels are set that somebody else changes at the same time."""

OPERATION_SECONDS = 20.0
"""How long a change may take: the core waits 30 s for the answer to a tag task."""


def change(target: Target, update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
    """Remove and set labels, and return all labels as they are read back. Raises CleanError or CollectError."""
    tags = target.kind.tags
    if tags is None or tags.update is None or not tags.path:
        raise Unsupported(target.label, "changes of its labels")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _set(target, tags, update, delete)
            break
        except (CleanError, CollectError) as error:
            if attempt == ATTEMPTS or not _was_late(error):
                raise
    return _seen(target, tags, update, delete)


def _set(target: Target, tags: Tags, update: Mapping[str, str], delete: Sequence[str]) -> None:
    item = target.read()
    now = read(tags, item)
    wanted = {key: value for key, value in now.items() if key not in delete} | dict(update)
    if wanted == now or tags.update is None:
        return
    proof = {"label_fingerprint": item.get("labelFingerprint", ""), "etag": item.get("etag", "")}
    removed = {} if _replaces(target, tags) else dict.fromkeys(key for key in now if key not in wanted)
    operation = target.change(tags.update, tags={**wanted, **removed}, reported={**target.record.properties, **proof})
    if operation is not None and not operation.wait(OPERATION_SECONDS):
        raise Unreadable(target.label, f"the change of its labels is not done after {OPERATION_SECONDS:.0f} seconds")


def _replaces(target: Target, tags: Tags) -> bool:
    """Whether the call takes all labels; else it merges what it is given, and null removes a label."""
    return tags.update is None or not target.merges(tags.update)


def _was_late(error: BaseException) -> bool:
    """Whether somebody else was faster: the labels are not those that were read."""
    return is_stale(error.__cause__) or is_stale(getattr(error.__cause__, "__cause__", None))


def read(tags: Tags, item: Mapping[str, Any]) -> dict[str, str]:
    """The labels in an item."""
    return tag_reader(tags.form)(getter(tags.path)(item))


def _seen(target: Target, tags: Tags, update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
    """Read until the change shows."""
    end, delay = time.monotonic() + OPERATION_SECONDS / 2, 0.2
    while True:
        labels = read(tags, target.read())
        missing = [key for key, value in update.items() if labels.get(key) != value]
        missing += [key for key in delete if key in labels]
        if not missing:
            return labels
        if time.monotonic() + delay > end:
            names = ", ".join(missing)
            raise Unreadable(target.label, f"Google accepted the change, but does not show it yet for {names}")
        time.sleep(delay)
        delay *= 2
