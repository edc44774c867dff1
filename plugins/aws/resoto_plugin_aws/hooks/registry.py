"""What a hook is: a function that completes items, or makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resoto_plugin_aws.api import Api
from resotolib.collect.records import Record
from resotolib.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Around:
    """What a hook may know beside the items.

    `parents`: for a kind that has a parent and no list call, all resources of the parent kind in the region.
    `facts`: id, name and role of the account.
    """

    kind: Kind
    parents: Sequence[Record]
    facts: Mapping[str, str]


Function = Callable[[Api, list[Any], Around], list[Any]]


@dataclass(frozen=True, slots=True)
class Hook:
    """Completes items, or makes them when the kind has no list call.

    `whole`: it wants all items of a listing at once rather than one by one, on several threads.
    """

    function: Function
    whole: bool = False
