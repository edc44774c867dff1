"""IAM Identity Center shows the organization's instance to every account; its users can be read in one of them only."""

from __future__ import annotations

from typing import Any

from resoto_plugin_aws.hooks import READING
from resoto_plugin_aws.hooks.registry import Around
from resoto_plugin_aws.kinds import load_catalogue


def test_the_instance_of_another_account_is_left_to_it() -> None:
    mine, theirs = ({"InstanceArn": f"arn:{who}", "OwnerAccountId": who} for who in ("111111111111", "222222222222"))
    around = Around(load_catalogue()["aws_sso_instance"], (), {"id": "111111111111"})
    no_calls: Any = None

    assert READING["sso_instances"].function(no_calls, [mine, theirs], around) == [mine]
