"""`resotoworker check aws`: what a run could not read is found before the run."""

from __future__ import annotations

import pytest
from resoto_plugin_aws.settings import AwsSettings
from resoto_plugin_aws.trial import check

from resotolib.errors import NotAuthenticated
from resotolib.preflight import Finding
from tests.fakes.aws.estate import Estate
from tests.fakes.aws.place import MANAGEMENT
from tests.fakes.aws.proxy import Proxy


def settings(url: str, *kinds: str) -> AwsSettings:
    return AwsSettings(
        access_key_id=MANAGEMENT.key_id, secret_access_key=MANAGEMENT.secret, collect=kinds, endpoint_url=url
    )


def problems(url: str, *kinds: str) -> list[Finding]:
    return [finding for finding in check(settings(url, *kinds), map) if finding.problem]


def test_nothing_is_wrong_where_everything_is_allowed(estate: Estate) -> None:
    found = list(check(settings(estate.url), map))

    assert [finding for finding in found if finding.problem] == []
    assert len({finding.what for finding in found}) > 100


def test_what_is_denied_is_named_with_its_account(proxy: Proxy) -> None:
    proxy.deny("DescribeVpcs")

    (finding,) = problems(proxy.url, "vpc", "secretsmanager_secret")

    assert finding.what == "aws_vpc in us-east-1"
    assert finding.scope is not None
    assert finding.scope.id == "123456789012"
    assert "ec2:DescribeVpcs" in finding.problem


def test_one_page_of_each_kind_is_read_and_nothing_is_changed(proxy: Proxy) -> None:
    problems(proxy.url, "secretsmanager_secret")

    assert len(proxy.asked("ListSecrets")) == 1


def test_without_credentials_there_is_no_way_in(estate: Estate) -> None:
    with pytest.raises(NotAuthenticated):
        list(check(AwsSettings(endpoint_url=estate.url), map))
