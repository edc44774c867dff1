"""Regions that are found by trying: what is refused everywhere is not closed everywhere."""

from __future__ import annotations

import pytest
from resoto_plugin_aws import regions
from resoto_plugin_aws.logins import Logins
from resoto_plugin_aws.settings import AwsSettings

from resotolib.errors import NotAuthenticated
from tests.fakes.aws.place import MANAGEMENT
from tests.fakes.aws.proxy import Proxy, Rule


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("InvalidClientTokenId", "not even us-east-1 takes the credentials. Renew them"),
        ("ExpiredToken", "ExpiredToken: .* Renew the credentials"),
    ],
)
def test_credentials_that_are_refused_everywhere_close_no_region(proxy: Proxy, code: str, told: str) -> None:
    key, secret = MANAGEMENT.key_id, MANAGEMENT.secret
    with Logins(AwsSettings(access_key_id=key, secret_access_key=secret, endpoint_url=proxy.url)) as logins:
        session = logins.own()
        proxy.add(Rule("UnauthorizedOperation", 403, "DescribeRegions"))
        proxy.add(Rule("AccessDeniedException", 403, service="account"))
        proxy.add(Rule(code, 403, "GetCallerIdentity", message="No."))

        with pytest.raises(NotAuthenticated, match=told):
            regions.find(session, ())
