"""Which services are switched on in a project: what is off has nothing to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resoto_plugin_gcp import plan
from resoto_plugin_gcp.api import Api
from resotolib.errors import CollectError, NotAuthenticated, ScopeTimeout, Stopped, Unreadable

ENDING = ".googleapis.com"

EVERYWHERE = frozenset({"cloudresourcemanager", "cloudbilling", "iam", "serviceusage"})
"""Services that are asked whether they are switched on in the project or not: what they tell is there all the same.

They are about projects from outside; and other services make service accounts, as Compute Engine does.
"""

OTHER_NAMES: Mapping[str, frozenset[str]] = {"storage": frozenset({"storage-api", "storage-component"})}
"""Services that answer as well where only another service is switched on, as in older projects."""


def enabled(api: Api) -> frozenset[str]:
    """The services that are switched on, and those that need not be. Raises a CollectError."""
    found = {
        str(service.get("config", {}).get("name") or service.get("name", "")).rpartition("/")[2].removesuffix(ENDING)
        for page in _pages(api)
        for service in page.get("services", ())
        if service.get("state", "ENABLED") == "ENABLED"
    }
    also = {service for service, names in OTHER_NAMES.items() if not names.isdisjoint(found)}
    return frozenset(found | also) | EVERYWHERE


def _pages(api: Api) -> Sequence[Mapping[str, Any]]:
    """The answers that the kind of services is read from too: they are asked for once."""
    reader = plan.reader(plan.SERVICE)
    step = reader.list
    if step is None:
        raise Unreadable(plan.SERVICE, "it has no list")
    params = step.template.bind({"account": api.project})
    pages: Sequence[Mapping[str, Any]] = api.memory.get(
        (plan.call_key(reader), ""), lambda: list(api.pages(step.call.service, step.call.operation, params))
    )
    return pages


def raise_if_no_way_in(error: CollectError) -> None:
    """Raise what ends the scope: credentials that are good for nothing, or a run that is over."""
    if isinstance(error, (NotAuthenticated, Stopped, ScopeTimeout)):
        raise error
