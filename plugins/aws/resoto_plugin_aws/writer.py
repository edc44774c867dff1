"""Changes and deletes resources of AWS, one at a time."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

from resoto_plugin_aws import tags
from resoto_plugin_aws.kinds import find
from resoto_plugin_aws.logins import Logins
from resoto_plugin_aws.lookup import Lookup
from resoto_plugin_aws.plan import reader
from resoto_plugin_aws.predelete import HOOKS
from resoto_plugin_aws.settings import AwsSettings
from resoto_plugin_aws.target import Target, make_target
from resoto_plugin_aws.verified import DELETABLE
from resotolib.clean.resource import parse
from resotolib.errors import GoesWith, NotFound, StillInUse, Unsupported
from resotolib.kinds.kind import Deletion, Kind

THROTTLE_SECONDS = 15
"""How long a service may refuse calls as too many: the core waits 30 s for a tag task, and a cleanup comes back."""

DEFAULTS: Mapping[str, tuple[str, str]] = {
    "aws_alb_listener_rule": ("its listener", "listener_rule_is_default"),
    "aws_ec2_network_acl": ("its VPC", "is_default"),
}
"""Kinds of which one comes and goes with another resource: with which, and the property that tells it."""


class AwsWriter:
    """A `Writer`. May be used from any number of threads; closed by `with`."""

    def __init__(self, settings: AwsSettings) -> None:
        patience = min(settings.throttle_timeout, THROTTLE_SECONDS)
        self._logins = Logins(replace(settings, throttle_timeout=patience))
        self._whole = threading.Lock()

    def __enter__(self) -> AwsWriter:
        self._logins.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._logins.__exit__(kind, error, traceback)

    def change_tags(self, node: Mapping[str, Any], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
        """Set and remove tags, read them back and return all tags. Raises CleanError or CollectError."""
        target = self._target(node)
        return tags.change(_lookup(target.kind), target, update, delete, self._whole)

    def fetch(self, node: Mapping[str, Any]) -> dict[str, Any] | None:
        """The resource's `reported` section now, without what hooks add; None when AWS says that it does not exist."""
        target = self._target(node)
        return _lookup(target.kind).fetch(target)

    def prepare(self, node: Mapping[str, Any]) -> None:
        """Detach, empty or disable what must be before `delete`. Raises CleanError or CollectError."""
        target = self._target(node)
        deletion = _deletion(target)
        above, is_default = DEFAULTS.get(target.kind.name, ("", ""))
        if is_default and target.record.properties.get(is_default):
            raise GoesWith(target.label, f"{above}, whose default it is")
        if deletion.hook:
            try:
                HOOKS[deletion.hook](target)
            except NotFound:
                return  # `delete` will say the same

    def delete(self, node: Mapping[str, Any]) -> None:
        """Ask AWS to delete the resource; one that does not exist is deleted. Raises CleanError or CollectError."""
        target = self._target(node)
        deletion = _deletion(target)
        try:
            target.change(deletion.call)
        except NotFound as error:
            if _lookup(target.kind).fetch(target) is not None:  # it is something else that does not exist
                raise StillInUse(target.label, str(error)) from error

    def _target(self, node: Mapping[str, Any]) -> Target:
        resource = parse(node)
        kind = find(resource.kind)
        if kind is None or not kind.collectable:
            raise Unsupported(resource.name, f"changes: {resource.kind} is not a kind that this version reads")
        parent = find(kind.reading.parent) if kind.reading else None
        return make_target(node, kind, parent, self._logins.for_node(node))


def _deletion(target: Target) -> Deletion:
    """How to delete it. Raises `Unsupported` unless it has been seen to do what it should, and nothing else."""
    kind = target.kind
    if kind.deletion is None:
        raise Unsupported(target.label, f"deletion: no call is known that deletes resources of kind {kind.name}")
    if kind.name not in DELETABLE:
        raise Unsupported(target.label, f"deletion: it is not verified yet for resources of kind {kind.name}")
    return kind.deletion


@functools.cache
def _lookup_by_name(name: str) -> Lookup:
    return Lookup(reader(name))


def _lookup(kind: Kind) -> Lookup:
    return _lookup_by_name(kind.name)
