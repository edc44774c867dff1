"""Empties zones, takes the targets from rules, disables what Batch wants disabled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from resoto_plugin_aws.target import Target
from resotolib.errors import Protected, StillInUse

CHANGES_AT_ONCE = 500  # Route 53 takes 1,000 records a request
TARGETS_AT_ONCE = 100
APEX_TYPES = ("NS", "SOA")


def empty_zone(target: Target) -> None:
    """Deletes all record sets but the NS and SOA of the zone itself."""
    zone = target.ask("route53", "GetHostedZone", Id=target.id)["HostedZone"]["Name"]
    batch: list[dict[str, Any]] = []
    for record in list(_records(target)):
        if record["Name"] == zone and record["Type"] in APEX_TYPES:
            continue
        batch.append({"Action": "DELETE", "ResourceRecordSet": record})
        if len(batch) == CHANGES_AT_ONCE:
            _change(target, batch)
            batch = []
    _change(target, batch)


def _records(target: Target) -> Iterator[Mapping[str, Any]]:
    for page in target.pages("route53", "ListResourceRecordSets", HostedZoneId=target.id):
        yield from page["ResourceRecordSets"]


def _change(target: Target, batch: list[dict[str, Any]]) -> None:
    if batch:
        target.ask("route53", "ChangeResourceRecordSets", HostedZoneId=target.id, ChangeBatch={"Changes": batch})


def remove_targets(target: Target) -> None:
    """Takes the targets from a rule of EventBridge; a rule of another AWS service is left to that service."""
    reported = target.record.properties
    bus = reported.get("event_rule_event_bus_name") or "default"
    if reported.get("event_rule_managed_by"):
        raise Protected(target.label, f"{reported['event_rule_managed_by']} manages it")
    where = {"Rule": target.record.name, "EventBusName": bus}
    ids = [found["Id"] for page in target.pages("events", "ListTargetsByRule", **where) for found in page["Targets"]]
    for start in range(0, len(ids), TARGETS_AT_ONCE):
        target.ask("events", "RemoveTargets", Ids=ids[start : start + TARGETS_AT_ONCE], **where)


def disable_batch(target: Target) -> None:
    """Disables a compute environment or a job queue, and has the caller come back while Batch is at it."""
    environment = target.kind.name == "aws_batch_compute_environment"
    what = "ComputeEnvironment" if environment else "JobQueue"
    member = f"{what[0].lower()}{what[1:]}"
    for found in target.ask("batch", f"Describe{what}s", **{f"{member}s": [target.id]})[f"{member}s"]:
        if found.get("status") == "DELETED":
            return
        if found.get("state") != "DISABLED":
            target.ask("batch", f"Update{what}", **{member: target.id, "state": "DISABLED"})
            raise_unless_settled(target, "UPDATING")
        elif found.get("status") == "UPDATING":
            raise_unless_settled(target, "UPDATING")


def raise_unless_settled(target: Target, status: str) -> None:
    """Batch deletes nothing whose last change it has not finished."""
    raise StillInUse(target.label, f"it is being disabled (status {status})")
