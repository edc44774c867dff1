"""Changes of tags where no call takes just a few of them: what is there is read, changed and set as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from resoto_plugin_aws.target import Target
from resotolib.errors import CleanError, NotFound, Unreadable

TagHook = Callable[[Target, Mapping[str, str], Sequence[str]], None]

UNTAGGED = "NoSuchTagSet"
UNCHANGED = "No updates are to be performed"


def bucket_tags(target: Target, update: Mapping[str, str], delete: Sequence[str]) -> None:
    """Sets all tags of a bucket, those of AWS itself (`aws:…`) among them: S3 refuses to lose these."""
    now = _bucket_tags(target)
    wanted = _changed(now, update, delete)
    if wanted == now:
        return
    if wanted:
        target.ask("s3", "PutBucketTagging", Bucket=target.id, Tagging={"TagSet": _pairs(wanted)})
    else:
        target.ask("s3", "DeleteBucketTagging", Bucket=target.id)


def _bucket_tags(target: Target) -> dict[str, str]:
    try:
        return _mapped(target.ask("s3", "GetBucketTagging", Bucket=target.id).get("TagSet", []))
    except NotFound as error:
        if UNTAGGED in str(error):
            return {}
        raise


def stack_tags(target: Target, update: Mapping[str, str], delete: Sequence[str]) -> None:
    """Updates a stack with what it has and other tags; AWS then tags what the stack consists of."""
    stacks = target.ask("cloudformation", "DescribeStacks", StackName=target.record.arn or target.id)["Stacks"]
    if not stacks:
        raise NotFound(target.label, "no such stack")
    (stack,) = stacks
    now = _mapped(stack.get("Tags", []))
    wanted = _changed(now, update, delete)
    if wanted == now:
        return
    parameters = [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in stack.get("Parameters", ())
    ]
    try:
        target.ask(
            "cloudformation",
            "UpdateStack",
            StackName=stack["StackId"],
            UsePreviousTemplate=True,
            Parameters=parameters,
            Capabilities=stack.get("Capabilities", []),
            Tags=_pairs(wanted),
        )
    except (CleanError, Unreadable) as error:
        if UNCHANGED not in str(error):
            raise


def _changed(now: Mapping[str, str], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:
    return {key: value for key, value in now.items() if key not in delete} | dict(update)


def _mapped(pairs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs}


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


HOOKS: Mapping[str, TagHook] = {"bucket_tags": bucket_tags, "stack_tags": stack_tags}
"""By the name that `Tags.hook` gives."""
