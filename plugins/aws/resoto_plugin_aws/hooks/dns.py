"""Route 53: ids that answers do not spell as calls want them, and the networks of private zones."""

from __future__ import annotations

from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.hooks.registry import Around

SERVICE = "route53"


def zones(api: Api, items: list[Any], _: Around) -> list[Any]:
    """Adds the id without its path and, for private zones, the ids of their VPCs."""
    for item in items:
        item["+id"] = item["Id"].rpartition("/")[2]
        if item.get("Config", {}).get("PrivateZone"):
            answer = api.attempt(SERVICE, "GetHostedZone", none=("NoSuchHostedZone",), Id=item["+id"]) or {}
            item["+vpcs"] = [vpc["VPCId"] for vpc in answer.get("VPCs", ())]
    return items


def record_sets(_: Api, items: list[Any], __: Around) -> list[Any]:
    """Adds an id: no single member tells the record sets of a zone apart."""
    for item in items:
        parts = (item["Name"], item["Type"], item.get("SetIdentifier"))
        item["+id"] = " ".join(part for part in parts if part)
    return items
