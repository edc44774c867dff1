"""Finds one resource again, as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from resoto_plugin_aws import bulktags
from resoto_plugin_aws.api import Api
from resoto_plugin_aws.batches import unread
from resoto_plugin_aws.hooks import READING
from resoto_plugin_aws.hooks.buckets import tags_only
from resoto_plugin_aws.hooks.registry import Around, Hook
from resoto_plugin_aws.refusals import refused
from resoto_plugin_aws.target import Target
from resotolib.collect.records import KindReader, Record, Step
from resotolib.errors import NotFound, Unreadable, Unsupported
from resotolib.kinds.kind import Call, Identity
from resotolib.kinds.paths import getter

DIRECT: Mapping[str, Call] = {
    "aws_iam_user": Call("iam", "GetUser", {"UserName": "$name"}, "User"),
    "aws_iam_role": Call("iam", "GetRole", {"RoleName": "$name"}, "Role"),
    "aws_iam_group": Call("iam", "GetGroup", {"GroupName": "$name"}, "Group"),
    "aws_iam_policy": Call("iam", "GetPolicy", {"PolicyArn": "$arn"}, "Policy"),
    "aws_iam_instance_profile": Call("iam", "GetInstanceProfile", {"InstanceProfileName": "$name"}, "InstanceProfile"),
    "aws_cloudformation_stack": Call("cloudformation", "DescribeStacks", {"StackName": "$arn"}, "Stacks[]"),
}
"""Kinds that are read in bulk, or whose list does not say everything, and the call that reads one of them."""

HOOKS: Mapping[str, Hook] = {
    "buckets": Hook(tags_only),
    **{name: READING[name] for name in ("queues", "record_sets", "topics", "zones")},
}
"""The hooks without which a resource has no id or no tags; the others only add properties."""

BULK_TAGS = "GetResources"
LISTED = "+item"
"""The member that a listed string becomes."""


class Lookup:
    """Finds resources of one kind. Raises CleanError or CollectError."""

    def __init__(self, reader: KindReader) -> None:
        self._reader = reader
        self._kind = reader.kind
        self._identity = reader.kind.identity or Identity("")
        self._id_path = self._identity.id
        self._id = getter(self._id_path)
        self._direct = Step.of(DIRECT[self._kind.name]) if self._kind.name in DIRECT else None

    def fetch(self, target: Target) -> dict[str, Any] | None:
        """The resource's properties and tags now, without what hooks add; None when it does not exist."""
        try:
            record = self._record(target)
        except NotFound:
            return None
        if record is None or record.is_gone:
            return None
        try:
            record.tags = self._tags_of(target, record)
        except NotFound as error:  # it was there a moment ago: whether it still is, the next look will say
            raise Unreadable(f"Tags of {target.label}", str(error)) from error
        return record.reported()

    def tags(self, target: Target) -> dict[str, str]:
        """The resource's tags now. Raises `NotFound` when it does not exist."""
        if self._reader.tag_call is not None:
            return self._tags_of(target, target.record)
        record = self._record(target)
        if record is None:
            raise NotFound(target.label, "it is not listed any more")
        return self._tags_of(target, record)

    def _record(self, target: Target) -> Record | None:
        """The resource as it is listed and detailed."""
        for item in self._whole(target):
            whole = item if isinstance(item, Mapping) else {LISTED: item}
            record = self._reader.record(whole, target.region, target.place, target.record.parent, [])
            if record is not None and record.id == target.id:
                return record
        return None

    def _whole(self, target: Target) -> Iterator[Any]:
        """What may be the resource, complete."""
        if self._direct is not None:
            yield from self._hooked(target, _ask(target, self._direct))
            return
        detailed = self._detailed(target)
        if detailed is not None:
            yield from self._hooked(target, [detailed])
            return
        for item in self._listed(target):
            yield from self._hooked(target, self._completed(target, item))

    def _hooked(self, target: Target, items: list[Any]) -> list[Any]:
        hook = HOOKS.get(self._reader.hook)
        if hook is None or not items:
            return items
        with refused(target.label, self._kind.name):
            found = hook.function(target.api, items, Around(self._kind, (), {}))
            for problem in target.api.problems:
                raise problem
        return found

    def _detailed(self, target: Target) -> Any | None:
        """What the detail call says when it can be asked by the resource's id, without a list."""
        detail, path = self._reader.detail, self._id_path
        item = _item_of(detail.call.params, path, target.id) if detail and self._reader.batch == 1 else None
        if detail is None or item is None:
            return None
        found = _ask(target, detail, item=item)
        if not found or not isinstance(found[0], Mapping) or (path != LISTED and self._id(found[0]) is None):
            return None
        return {**(item if isinstance(item, Mapping) else {LISTED: item}), **found[0]}

    def _listed(self, target: Target) -> Iterator[Any]:
        """What the list has under the resource's id, name or ARN."""
        step = self._reader.list
        if step is None:
            raise Unsupported(target.label, "being looked at alone")
        narrow = self._narrow(target, step.call)
        params = {**target.bound(step.template), **narrow}
        try:
            for answer in target.pages(step.call.service, step.call.operation, **params):
                yield from (item for item in step.each(answer) if self._may_be(target, item))
        except NotFound:
            if not narrow and target.record.parent is None:
                raise Unsupported(target.label, f"{step.call.operation} here") from None

    def _may_be(self, target: Target, item: Any) -> bool:
        """Whether a listed item has the resource's id or, where the list has no ids, its name or ARN."""
        listed = self._id(item) if isinstance(item, Mapping) else None
        if listed is not None:
            return str(listed) == target.id
        own = {target.id, target.record.arn, target.record.name}
        words = item.values() if isinstance(item, Mapping) else [item]
        return any(isinstance(word, str) and (word in own or word.rpartition("/")[2] in own) for word in words)

    def _narrow(self, target: Target, call: Call) -> dict[str, Any]:
        """The parameter that restricts the list to this resource, when the call has one named like its identity."""
        if self._reader.parent or not call.operation.startswith("Describe"):
            return {}
        members = _inputs(target.api, call)
        record = target.record
        for path, value in (
            (self._identity.id, record.id),
            (self._identity.arn, record.arn),
            (self._identity.name, record.name),
        ):
            member = path.rpartition(".")[2]
            if not value or not member.isidentifier():
                continue
            for name in (f"{member}s", member):
                if name in members and members[name].type_name in ("list", "string"):
                    return {name: [value] if members[name].type_name == "list" else value}
        return {}

    def _completed(self, target: Target, item: Any) -> list[Any]:
        detail = self._reader.detail
        if detail is None:
            return [item]
        if self._reader.batch > 1:
            return self._of_batch(target, detail, item)
        found = _ask(target, detail, item=item)
        if not found or not isinstance(found[0], Mapping):
            return found
        return [{**(item if isinstance(item, Mapping) else {LISTED: item}), **found[0]}]

    def _of_batch(self, target: Target, detail: Step, item: Any) -> list[Any]:
        service, operation = detail.call.service, detail.call.operation
        answer = target.ask(service, operation, **target.bound(detail.template, item=[item]))
        found = list(detail.each(answer))
        if problem := unread(target.api.what(service, operation), [item], answer, found):
            raise problem
        return found

    def _tags_of(self, target: Target, record: Record) -> dict[str, str]:
        """The tags in the record, or what their own call returns, or what the tagging API knows."""
        if self._reader.tag_call is not None:
            return self._own_tags(target, self._reader.tag_call)
        if record.tags is not None:
            return record.tags
        arn = target.record.arn or record.arn
        answer = target.ask(bulktags.SERVICE, BULK_TAGS, ResourceARNList=[arn])
        found = answer.get("ResourceTagMappingList", [])
        return {tag["Key"]: tag["Value"] for each in found for tag in each.get("Tags", ())}

    def _own_tags(self, target: Target, step: Step) -> dict[str, str]:
        tags: dict[str, str] = {}
        pages = target.pages(step.call.service, step.call.operation, **target.bound(step.template))
        for answer in pages:
            found = list(step.each(answer))
            maps = found if self._kind.tags is not None and self._kind.tags.form in ("", "map") else [found]
            for one in maps:
                tags.update(self._reader.parse_tags(one))
        return tags


def _ask(target: Target, step: Step, **more: Any) -> list[Any]:
    answer = target.ask(step.call.service, step.call.operation, **target.bound(step.template, **more))
    return list(step.each(answer))


def _item_of(params: Mapping[str, Any], path: str, id_: str) -> Any | None:
    """The listed item, as far as a detail call asks for it, when that is no more than the resource's id."""
    for name, value in params.items():
        if value == "$item" and path in (name, LISTED):
            return id_
        if value == f"$item.{path}":
            return {path: id_}
    return None


def _inputs(api: Api, call: Call) -> Mapping[str, Any]:
    client = api.session.client(call.service, api.region)
    shape = client.meta.service_model.operation_model(call.operation).input_shape
    members: Mapping[str, Any] = shape.members if shape else {}
    return members
