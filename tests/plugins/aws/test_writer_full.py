"""Tags of further kinds are changed by a worker that does not collect them; their resources are not deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from resoto_plugin_aws.kinds import further_names

from resotolib.errors import Unsupported
from tests.plugins.aws.changing import Changing

QUEUE = "arn:aws:sqs:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/somebody"
MADE: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "aws_amp_workspace": ("amp", "create_workspace", {"alias": "one"}),
    "aws_bedrock_agent_agent": ("bedrock-agent", "create_agent", {"agentName": "one", "agentResourceRoleArn": ROLE}),
    "aws_connect_instance": (
        "connect",
        "create_instance",
        {"IdentityManagementType": "SAML", "InboundCallsEnabled": True, "OutboundCallsEnabled": True},
    ),
    "aws_networkmanager_global_network": ("networkmanager", "create_global_network", {}),
    "aws_pipes_pipe": (
        "pipes",
        "create_pipe",
        {"Name": "one", "RoleArn": ROLE, "Source": f"{QUEUE}a", "Target": f"{QUEUE}b"},
    ),
    "aws_resiliencehub_app": ("resiliencehub", "create_app", {"name": "one"}),
    "aws_timestream_write_database": ("timestream-write", "create_database", {"DatabaseName": "one"}),
    "aws_workspaces_web_portal": ("workspaces-web", "create_portal", {}),
}
"""How one is made in the fake cloud: service, operation, parameters."""


@pytest.mark.parametrize("kind", MADE)
def test_a_resource_of_a_further_kind_is_found_tagged_and_left(cloud: Changing, kind: str) -> None:
    service, operation, params = MADE[kind]
    getattr(cloud.place().client(service), operation)(**params)
    node = cloud.nodes(kind)[0]

    assert kind in further_names()
    assert cloud.writer.fetch(node) == node["reported"]
    assert cloud.writer.change_tags(node, {"owner": "me", "other": "x"}, []) == {"owner": "me", "other": "x"}
    assert cloud.writer.change_tags(node, {}, ["other"]) == {"owner": "me"}
    assert cloud.nodes(kind)[0]["reported"]["tags"] == {"owner": "me"}
    with pytest.raises(Unsupported, match="deletion"):
        cloud.remove(node)
    assert cloud.writer.fetch(node) is not None
