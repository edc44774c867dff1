"""What has to be done to a resource before Google deletes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resoto_plugin_gcp.target import Target
from resotolib.kinds.kind import Call

_INACTIVE = Call("storage", "projects.hmacKeys.update", {"state": "INACTIVE"})


def switch_off_key(target: Target) -> None:
    """A key that still signs requests is not deleted. Raises CleanError or CollectError."""
    if target.read().get("state") == "ACTIVE":
        target.change(_INACTIVE)


HOOKS: Mapping[str, Callable[[Target], None]] = {"switch_off_key": switch_off_key}
"""By the name that `Deletion.hook` gives."""
