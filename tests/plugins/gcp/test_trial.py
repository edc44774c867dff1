"""`resotoworker check gcp`: what a run could not read is found before the run."""

from __future__ import annotations

from typing import Any

import pytest
from resoto_plugin_gcp.trial import check

from resotolib.errors import NotAuthenticated
from resotolib.preflight import Finding
from tests.plugins.gcp.clouds import PROJECT, Changing, Sample


def problems(cloud: Changing, **settings: Any) -> list[Finding]:
    return [finding for finding in check(cloud.collector(**settings).settings, map) if finding.problem]


def test_nothing_is_wrong_where_everything_is_allowed(estate: Sample) -> None:
    found = list(check(estate.collector().settings, map))

    assert [finding for finding in found if finding.problem] == []
    assert len({finding.what for finding in found}) > 100


def test_what_is_denied_is_named_with_its_project(cloud: Changing) -> None:
    cloud.server.deny("pubsub.projects.topics.list")

    (finding,) = problems(cloud, collect=("gcp_pubsub_topic", "gcp_disk"))

    assert finding.what == "gcp_pubsub_topic"
    assert finding.scope is not None
    assert finding.scope.id == PROJECT
    assert "pubsub:projects.topics.list" in finding.problem


def test_a_folder_or_organization_that_is_denied_is_named(cloud: Changing) -> None:
    cloud.server.deny("cloudresourcemanager.organizations.get")

    (finding,) = problems(cloud, collect=("gcp_organization", "gcp_disk"))

    assert finding.what == "organizations/1"
    assert "organizations.get" in finding.problem


def test_services_that_cannot_be_listed_are_named(cloud: Changing) -> None:
    cloud.server.deny("serviceusage.services.list")

    (finding,) = problems(cloud, collect=("gcp_disk",))

    assert finding.what == "the services that are switched on"


def test_one_page_of_each_kind_is_read_and_what_is_off_is_not_asked(cloud: Changing) -> None:
    cloud.server.switch(PROJECT, "secretmanager", on=False)

    assert problems(cloud, collect=("gcp_pubsub_topic", "gcp_secret")) == []

    requests = cloud.server.requests()
    assert requests["pubsub.projects.topics.list"] == 1
    assert "secretmanager.projects.secrets.list" not in requests


def test_without_credentials_there_is_no_way_in(cloud: Changing) -> None:
    with pytest.raises(NotAuthenticated):
        list(check(cloud.collector(service_account=("",)).settings, map))
