"""Messages, names, schedules, logs and alerts."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.gcp.sample import networks
from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.seeding import Seed


def create(site: Site) -> Iterator[Seed]:
    """Pub/Sub, Eventarc, queues, schedules, DNS, logging, monitoring."""
    yield from _topics(site)
    yield from _events(site)
    yield from _names(site)
    yield from _logs(site)


def _topics(site: Site) -> Iterator[Seed]:
    schema = {"type": "AVRO", "definition": "{}", "revisionId": "a1b2c3d4"}
    yield site.plain("pubsub", "schemas/event", **schema)
    for name in site.names("events", 4):
        settings = {"schemaSettings": {"schema": site.path("schemas/event"), "encoding": "JSON"}}
        yield site.labelled("pubsub", f"topics/{name}", kmsKeyName=site.key(site.home), state="ACTIVE", **settings)
        for reader in ("archive", "billing"):
            body = {"topic": site.path(f"topics/{name}"), "ackDeadlineSeconds": 10, "state": "ACTIVE"}
            yield site.labelled("pubsub", f"subscriptions/{name}-{reader}", **body)
    topic = site.path("topics/events-1")
    yield site.labelled("pubsub", "snapshots/before-release", topic=topic, expireTime="2026-03-01T00:00:00Z")


def _events(site: Site) -> Iterator[Seed]:
    where = f"locations/{site.home}"
    run = {"cloudRun": {"service": "api-1", "region": site.home, "path": "/"}}
    filters = [{"attribute": "type", "value": "google.cloud.pubsub.topic.v1.messagePublished"}]
    transport = {"pubsub": {"topic": site.path("topics/events-1")}}
    body = {"destination": run, "eventFilters": filters, "transport": transport, "serviceAccount": site.account("app")}
    yield site.labelled("eventarc", f"{where}/triggers/on-event", uid="e-1", **body)
    yield site.plain("cloudtasks", f"{where}/queues/mails", state="RUNNING", rateLimits={"maxConcurrentDispatches": 10})
    for name in site.names("hourly", 2):
        target = {"topicName": site.path("topics/events-1"), "data": "e30="}
        body = {"schedule": "0 * * * *", "timeZone": "Etc/UTC", "state": "ENABLED", "pubsubTarget": target}
        yield site.plain("cloudscheduler", f"{where}/jobs/{name}", **body)


def _names(site: Site) -> Iterator[Seed]:
    inside = {"networks": [{"networkUrl": site.link(networks.NETWORK)}]}
    for name, domain, visibility in (("public", "example.com.", "public"), ("inside", "corp.internal.", "private")):
        more = {"privateVisibilityConfig": inside} if visibility == "private" else {}
        body = {"dnsName": domain, "visibility": visibility, "id": str(1000 + len(name)), **more}
        yield site.labelled("dns", f"managedZones/{name}", creationTime="2026-01-02T03:04:05Z", **body)
        for host, kind, data in ((domain, "NS", "ns1.example.net."), (domain, "SOA", "ns1.example.net. x. 1 2 3 4 5")):
            record = {"name": host, "type": kind, "ttl": 300, "rrdatas": [data]}
            yield site.plain("dns", f"managedZones/{name}/rrsets/{host}/{kind}", **record)
        for host in site.names("www", 3):
            record = {"name": f"{host}.{domain}", "type": "A", "ttl": 300, "rrdatas": ["203.0.113.250"]}
            yield site.plain("dns", f"managedZones/{name}/rrsets/{host}.{domain}/A", **record)
    yield site.plain(
        "dns", "policies/forward", enableLogging=True, networks=[{"networkUrl": site.link(networks.NETWORK)}], id="77"
    )


def _logs(site: Site) -> Iterator[Seed]:
    destination = f"storage.googleapis.com/{site.project}-data-1"
    yield site.plain("logging", "sinks/archive", name="archive", destination=destination, filter="severity>=ERROR")
    pattern = {"filter": "severity=ERROR", "metricDescriptor": {"metricKind": "DELTA", "valueType": "INT64"}}
    yield site.plain("logging", "metrics/errors", name="errors", **pattern)
    yield site.plain("logging", "locations/global/buckets/_Default", retentionDays=30, lifecycleState="ACTIVE")
    email = {"type": "email", "displayName": "Ops", "enabled": True, "userLabels": site.labels("ops")}
    yield site.plain(
        "monitoring", "notificationChannels/9001", **{**email, "labels": {"email_address": "ops@example.com"}}
    )
    threshold = {
        "filter": 'resource.type="gce_instance"',
        "comparison": "COMPARISON_GT",
        "thresholdValue": 0.9,
        "duration": "60s",
    }
    for number in site.names("", 2):
        body = {
            "displayName": f"CPU {number}",
            "combiner": "OR",
            "enabled": True,
            "conditions": [{"displayName": "high", "conditionThreshold": threshold}],
            "notificationChannels": [site.path("notificationChannels/9001")],
            "userLabels": site.labels(number),
        }
        yield site.plain("monitoring", f"alertPolicies/800{number.removeprefix('-')}", **body)
