"""What goes wrong is unread, for exactly the kind and place that it concerns, and never taken for absence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from resoto_plugin_gcp.errors import Refused, Said, read_answer, translate

from resotolib.collect.completeness import Cause, Outcome
from resotolib.errors import NotAuthenticated, NotAvailable, NotPermitted, Throttled, Unreadable
from tests.fakes.gcp.rules import Rule
from tests.plugins.gcp.clouds import AWAY, PROJECT, REGION, ZONE, Changing

DISK, TOPIC, SECRET = "gcp_disk", "gcp_pubsub_topic", "gcp_secret"
KINDS = (DISK, TOPIC, SECRET)
TOPICS, DISKS = "pubsub.projects.topics.list", "compute.disks.aggregatedList"
SECRETS = "secretmanager.projects.secrets.list"


@pytest.mark.parametrize("method", [DISKS, TOPICS])
@pytest.mark.parametrize(
    ("rule", "cause", "words"),
    [
        (
            {"status": 403, "reason": "forbidden", "message": "Required x.list"},
            Cause.DENIED,
            "permissions gcp",
        ),
        ({"status": 401}, Cause.NOT_AUTHENTICATED, "expired"),
        ({"status": 404, "message": "not here"}, Cause.FAILED, "not here"),
        ({"status": 400, "message": "no sense"}, Cause.FAILED, "no sense"),
    ],
)
def test_a_refusal_makes_one_kind_unread(
    cloud: Changing, method: str, rule: dict[str, Any], cause: Cause, words: str
) -> None:
    cloud.server.rule(Rule(method, **rule))

    run = cloud.collect(collect=KINDS)

    kind = DISK if method == DISKS else TOPIC
    reading = run.reading("*", kind)
    assert (reading.outcome, reading.cause) == (Outcome.UNREAD, cause)
    assert words in reading.reason
    assert {r.kind for r in run.not_complete()} == {kind}


@pytest.mark.parametrize("method", [DISKS, TOPICS])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_ridden_out(cloud: Changing, method: str, status: int) -> None:
    cloud.server.fault(method, status, times=1)

    run = cloud.collect(collect=KINDS)

    assert run.not_complete() == []
    assert cloud.server.requests()[method] >= 2
    assert (len(run.nodes(DISK)), len(run.nodes(TOPIC))) == (5, 3)


@pytest.mark.parametrize("method", [DISKS, TOPICS])
def test_a_connection_that_breaks_is_made_again(cloud: Changing, method: str) -> None:
    cloud.server.rule(Rule(method, drop=True, times=1))

    run = cloud.collect(collect=KINDS)

    assert run.not_complete() == []


@pytest.mark.parametrize("method", [DISKS, TOPICS])
def test_throttled_for_ever_is_unread(cloud: Changing, method: str) -> None:
    cloud.server.fault(method, 429)

    run = cloud.collect(collect=KINDS, throttle_timeout=1)

    (reading,) = run.not_complete()
    assert reading.cause is Cause.THROTTLED
    assert "--gcp-zone-pool-size" in reading.reason


def test_the_server_says_how_long_to_wait(cloud: Changing) -> None:
    cloud.server.fault(TOPICS, 429, times=1, headers={"Retry-After": "1"})

    run = cloud.collect(collect=(TOPIC,))

    assert run.not_complete() == []
    assert len(run.nodes(TOPIC)) == 3


def test_page_two_fails(cloud: Changing) -> None:
    """What page one has said is there; what the others would have said is unread."""
    cloud.server.rule(Rule(TOPICS, times=1))
    cloud.server.rule(Rule(TOPICS, 400, message="bad token"))

    run = cloud.collect(collect=(TOPIC,))

    assert run.reading("*", TOPIC).outcome is Outcome.UNREAD
    assert len(run.nodes(TOPIC)) == 2


@pytest.mark.parametrize("raw", ["<html>", "", "[1]"])
@pytest.mark.parametrize("method", [DISKS, TOPICS])
def test_an_answer_that_is_no_json(cloud: Changing, method: str, raw: str) -> None:
    cloud.server.rule(Rule(method, raw=raw))

    run = cloud.collect(collect=KINDS)

    (reading,) = run.not_complete()
    assert (reading.outcome, reading.cause) == (Outcome.UNREAD, Cause.FAILED)


@pytest.mark.parametrize(
    ("scope", "region", "zone"), [(f"zones/{ZONE}", REGION, ZONE), (f"regions/{REGION}", REGION, "")]
)
def test_a_place_that_does_not_answer_is_unread_and_no_other(
    cloud: Changing, scope: str, region: str, zone: str
) -> None:
    cloud.server.unreachable(scope)

    run = cloud.collect(collect=KINDS)

    (reading,) = run.not_complete()
    assert (reading.kind, reading.region, reading.zone) == (DISK, region, zone)
    assert reading.outcome is Outcome.UNREAD
    links = {node.reported["link"] for node in run.nodes(DISK)}
    assert not [link for link in links if f"/{scope}/" in link]
    assert [link for link in links if f"/zones/{AWAY}/" in link]
    assert run.reading("*", DISK).outcome is Outcome.COMPLETE


def test_a_location_of_another_service_that_does_not_answer(cloud: Changing) -> None:
    cloud.server.unreachable(f"locations/{REGION}")

    run = cloud.collect(collect=("gcp_container_cluster",))

    unread = [reading for reading in run.not_complete() if reading.kind == "gcp_container_cluster"]
    assert [(reading.region, reading.outcome) for reading in unread] == [(REGION, Outcome.UNREAD)]


def test_what_is_below_what_is_unread_is_unread(cloud: Changing) -> None:
    cloud.server.deny(SECRETS)

    run = cloud.collect(collect=("secretmanager",))

    assert {reading.kind for reading in run.not_complete()} == {SECRET, "gcp_secret_version"}


def test_regions_that_cannot_be_listed_are_not_no_regions(cloud: Changing) -> None:
    """What is listed region by region is unread then, and what is not is read."""
    cloud.server.deny("compute.regions.list")

    run = cloud.collect(collect=("gcp_region_quota", DISK))

    assert {reading.kind for reading in run.not_complete()} == {"gcp_region", "gcp_region_quota"}
    assert len(run.nodes(DISK)) == 5


def test_machine_types_that_are_denied_cost_sizes_only(cloud: Changing) -> None:
    cloud.server.deny("compute.machineTypes.get")

    run = cloud.collect(collect=("gcp_instance",))

    assert len(run.nodes("gcp_instance")) == 4
    assert {(reading.kind, reading.zone) for reading in run.not_complete()} == {
        ("gcp_instance", ZONE),
        ("gcp_instance", AWAY),
    }
    assert all("instance_cores" not in node.reported for node in run.nodes("gcp_instance"))


OWN = frozenset({"projects/workshop", "projects/1001"})


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, {"errors": [{"reason": "accessNotConfigured"}]}, NotAvailable),
        (403, {"details": [{"reason": "SERVICE_DISABLED", "metadata": {"consumer": "projects/1001"}}]}, NotAvailable),
        (403, {"details": [{"reason": "SERVICE_DISABLED", "metadata": {"consumer": "projects/7"}}]}, NotPermitted),
        (403, {"details": [{"reason": "USER_PROJECT_DENIED", "metadata": {}}]}, NotAuthenticated),
        (403, {"errors": [{"reason": "rateLimitExceeded"}]}, Throttled),
        (429, {"status": "RESOURCE_EXHAUSTED"}, Throttled),
        (501, {"status": "UNIMPLEMENTED"}, Unreadable),
    ],
)
def test_the_same_status_can_mean_many_things(status: int, body: dict[str, Any], expected: type[Exception]) -> None:
    said = read_answer(status, json.dumps({"error": {"message": "Words.", **body}}), {})

    assert type(translate(Refused(said), "pubsub:projects.topics.list", OWN)) is expected


def test_a_service_that_is_off_where_calls_are_counted_is_no_absence() -> None:
    detail = {"reason": "SERVICE_DISABLED", "metadata": {"consumer": "projects/7"}}
    said = read_answer(403, json.dumps({"error": {"message": "Off.", "details": [detail]}}), {})

    error = translate(Refused(said), "pubsub:projects.topics.list", OWN)

    assert "Switch the API on in projects/7" in str(error)
    assert "--gcp-quota-project" in str(error)


@pytest.mark.parametrize(("project", "expected"), [("1001", NotAvailable), ("7", NotPermitted)])
def test_where_a_service_is_off_may_be_said_in_words_only(project: str, expected: type[Exception]) -> None:
    """As Cloud Storage does: switched off in the project of the credentials says nothing of the one asked about."""
    words = f"Cloud Storage JSON API has not been used in project {project} before or it is disabled. Enable it."
    body = {"error": {"code": 403, "message": words, "errors": [{"reason": "accessNotConfigured"}]}}

    said = read_answer(403, json.dumps(body), {})

    assert type(translate(Refused(said), "storage:buckets.list", OWN)) is expected


def test_a_project_without_billing_is_told_so() -> None:
    detail = {"reason": "BILLING_DISABLED", "metadata": {"consumer": "projects/1001"}}
    said = read_answer(403, json.dumps({"error": {"message": "Off.", "details": [detail]}}), {})

    error = translate(Refused(said), "compute:disks.aggregatedList", OWN)

    assert isinstance(error, NotPermitted)
    assert "Switch billing on in projects/1001" in str(error)
    assert "permissions gcp" not in str(error)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)])
def test_retry_after(header: str, seconds: float) -> None:
    assert Said(429, headers={"retry-after": header}).retry_after == seconds


def test_what_a_login_answers_is_read() -> None:
    said = read_answer(400, b'{"error": "invalid_grant", "error_description": "Bad key."}', {})

    assert str(said) == "status 400: Bad key"


def test_an_app_that_is_not_there_is_absence() -> None:
    said = Said(404, "Could not find Application", frozenset({"NOT_FOUND"}))

    error = translate(Refused(said), f"appengine:apps.services.list in {PROJECT}")

    assert isinstance(error, NotAvailable)


def test_a_page_that_is_not_found_is_no_absence() -> None:
    said = read_answer(404, b"<html>Not Found</html>", {})

    error = translate(Refused(said), f"appengine:apps.services.list in {PROJECT}")

    assert isinstance(error, Unreadable)
