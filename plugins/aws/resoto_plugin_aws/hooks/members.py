"""Members that are in an answer, but not where a path finds them; and the users' last log-in, which is in another."""

from __future__ import annotations

import json
from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.hooks.registry import Around
from resotolib.errors import CollectError


def users(api: Api, items: list[Any], _: Around) -> list[Any]:
    """Adds when users last logged in with their password, which only the plain list tells."""
    last: dict[str, Any] = {}
    try:
        for page in api.pages("iam", "ListUsers") if items else ():
            last.update((user["UserId"], user.get("PasswordLastUsed")) for user in page["Users"])
    except CollectError as error:
        api.problems.append(error)
    for item in items:
        item["+last_used"] = last.get(item["UserId"])
    return items


def sso_instances(_: Api, items: list[Any], around: Around) -> list[Any]:
    """Leaves out the instance of the organization where it is another account's: its users can be read there only."""
    return [item for item in items if item.get("OwnerAccountId") in (None, around.facts["id"])]


def stacks(_: Api, items: list[Any], __: Around) -> list[Any]:
    """Adds the parameters as a map."""
    for item in items:
        item["+parameters"] = {p["ParameterKey"]: p.get("ParameterValue", "") for p in item.get("Parameters", ())}
    return items


def topics(_: Api, items: list[Any], __: Around) -> list[Any]:
    """Adds the name, which is the end of the ARN."""
    for item in items:
        item["+name"] = item["TopicArn"].rpartition(":")[2]
    return items


def queues(_: Api, items: list[Any], __: Around) -> list[Any]:
    """Adds the name, which is the end of the URL, and the redrive policy, which is JSON in text."""
    for item in items:
        item["+name"] = item["+item"].rpartition("/")[2]
        if item.get("RedrivePolicy"):
            item["+redrive_policy"] = _parsed(item["RedrivePolicy"])
    return items


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
