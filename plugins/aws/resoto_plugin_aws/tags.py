"""Changes the tags of one resource."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from resoto_plugin_aws.lookup import Lookup
from resoto_plugin_aws.target import Target
from resoto_plugin_aws.wholetags import HOOKS
from resotolib.errors import Unreadable, Unsupported
from resotolib.kinds.kind import TagForm, Tags

SETTLE_SECONDS = 10.0
"""How long a change may take to be seen: the core waits 30 s for the answer to a tag task."""


def change(
    lookup: Lookup, target: Target, update: Mapping[str, str], delete: Sequence[str], whole: threading.Lock
) -> dict[str, str]:
    """Remove and set tags, and return all tags as they are read back. Raises CleanError or CollectError.

    `whole` is held while tags are read, changed and set as a whole: two at a time would lose the change of one.
    """
    tags = target.kind.tags
    if tags is None or not (tags.hook or (tags.update and tags.remove)):
        raise Unsupported(target.label, "changes of its tags")
    if tags.hook:
        with whole:
            HOOKS[tags.hook](target, update, delete)
    else:
        _remove(target, tags, delete)
        _set(target, tags, update)
    return _seen(lookup, target, update, delete)


def _remove(target: Target, tags: Tags, keys: Sequence[str]) -> None:
    for some in _bundles(tags, list(keys)):
        if tags.remove is not None:
            target.change(tags.remove, keys=some, key=some[0], tags=keys_formed(tags.form, some))


def _set(target: Target, tags: Tags, update: Mapping[str, str]) -> None:
    for some in _bundles(tags, list(update)):
        pairs = {key: update[key] for key in some}
        if tags.update is not None:
            target.change(tags.update, tags=formed(tags.form, pairs), keys=some, key=some[0], value=pairs[some[0]])


def _bundles(tags: Tags, keys: list[str]) -> list[list[str]]:
    """What goes into one call: everything, where the service takes it, so that all of it happens or nothing."""
    if tags.one_by_one:
        return [[key] for key in keys]
    return [keys] if keys else []


def formed(form: TagForm, tags: Mapping[str, str]) -> Any:
    """Tags as the service takes them."""
    if form in ("", "map"):
        return dict(tags)
    key, value = form.split("/")
    return [{key: name, value: text} for name, text in tags.items()]


def keys_formed(form: TagForm, keys: Sequence[str]) -> Any:
    """Keys of tags to remove, in the form of tags without values."""
    if form in ("", "map"):
        return list(keys)
    return [{form.split("/")[0]: key} for key in keys]


def _seen(lookup: Lookup, target: Target, update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
    """Read until the change shows: AWS answers from copies that lag behind."""
    end = time.monotonic() + SETTLE_SECONDS
    delay = 0.2
    while True:
        tags = lookup.tags(target)
        missing = [key for key, value in update.items() if tags.get(key) != value]
        missing += [key for key in delete if key in tags]
        if not missing:
            return tags
        if time.monotonic() + delay > end:
            names = ", ".join(missing)
            raise Unreadable(target.label, f"AWS accepted the change, but does not show it yet for the tags {names}")
        time.sleep(delay)
        delay *= 2
