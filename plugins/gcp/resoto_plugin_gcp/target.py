"""A resource that is about to be changed: its kind, its link, and the calls that are about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from resoto_plugin_gcp import kinds, plan
from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.links import normalised
from resoto_plugin_gcp.operations import Operation
from resoto_plugin_gcp.refusals import refused
from resoto_plugin_gcp.routes import Route, fitting, route
from resotolib.clean.resource import parse
from resotolib.collect.records import KindReader, Record
from resotolib.errors import NotFound, Unbound, Unsupported
from resotolib.kinds.bindings import Template
from resotolib.kinds.kind import Call, Kind


@dataclass(frozen=True, slots=True)
class Target:
    """`label` is for people, `record` is the resource as the core knows it."""

    kind: Kind
    label: str
    record: Record
    api: Api

    @property
    def link(self) -> str:
        """The resource's one name."""
        return self.record.arn

    def change(self, call: Call, **more: Any) -> Operation | None:
        """Make a call that the kind describes, bound to this resource and `more`. Raises CleanError or CollectError.

        Returns the operation that the call has started, None when it was done at once.
        """
        at, params, body = self._prepared(call, more)
        with refused(self.label):
            answer = self.api.call(call.service, at.method.operation, params, body)
        return Operation.of(self.api, at, answer)

    def merges(self, call: Call) -> bool:
        """Whether a call merges what it is given into what is there."""
        found = fitting(call.service, call.operation, self.link)
        at = found[0] if found else route(call.service, call.operation)
        members = {*call.params, *call.params.get("body", ())}
        return at.method.http == "PATCH" and "updateMask" not in members

    def read(self) -> dict[str, Any]:
        """The resource as Google describes it now, links normalised. Raises NotFound, Unsupported or a CollectError."""
        with refused(self.label):
            found = self._getter()
            item = self._listed() if found is None else self.api.call(self.kind.service, *found)
        if item is None:
            raise NotFound(self.label, "it is not listed any more")
        whole: dict[str, Any] = normalised(item, self.api.project, self.api.number)
        return whole

    def seen(self, item: Mapping[str, Any]) -> Record:
        """The record that collecting would make of an item, without what hooks add."""
        record = self._reader.record(item, self.record.region, self._place, self.record.parent, [])
        if record is None:
            raise NotFound(self.label, "what was read has no identifier")
        record.arn = self.link
        return record

    @property
    def _reader(self) -> KindReader:
        return plan.reader(self.kind.name)

    @property
    def _place(self) -> dict[str, str]:
        return {"account": self.api.project, "region": self.record.region}

    def _prepared(self, call: Call, more: Mapping[str, Any]) -> tuple[Route, dict[str, Any], dict[str, Any] | None]:
        """The operation for the resource's place, the parameters of path and query, and the body."""
        found = fitting(call.service, call.operation, self.link)
        at, params = found or (route(call.service, call.operation), {})
        bound = self._bound(call, more)
        body: dict[str, Any] = bound.pop("body", {})
        known = {*at.variables, *at.method.query}
        body |= {name: value for name, value in bound.items() if name not in known}
        params = {**params, **{name: value for name, value in bound.items() if name in known}}
        return at, params, body if body or at.method.http in ("POST", "PATCH", "PUT") else None

    def _bound(self, call: Call, more: Mapping[str, Any]) -> dict[str, Any]:
        parent = self.record.parent.values() if self.record.parent else {}
        try:
            return Template(call.params).bind({**self._place, **self.record.values(), "parent": parent, **more})
        except Unbound as error:
            raise Unsupported(self.label, f"this, as it is in the core: {error} Collect it again") from error

    def _getter(self) -> tuple[str, dict[str, Any]] | None:
        """The operation that reads the resource alone, and its parameters."""
        for call in self._calls():
            beside = f"{call.operation.rpartition('.')[0]}.get"
            if (call.service, beside) not in kinds.load_methods():
                continue
            found = fitting(call.service, beside, self.link)
            if found is not None:
                return found[0].method.operation, found[1]
            at = route(call.service, beside)
            bound = {name: value for name, value in self._bound(call, {}).items() if name in at.variables}
            if set(at.variables) <= bound.keys():
                return beside, bound
        return None

    def _calls(self) -> Iterator[Call]:
        if self.kind.deletion:
            yield self.kind.deletion.call
        for call in (self.kind.tags.read, self.kind.tags.update) if self.kind.tags else ():
            if call is not None:
                yield call
        if self.kind.reading and self.kind.reading.list:
            yield self.kind.reading.list

    def _listed(self) -> Mapping[str, Any] | None:
        """The resource among those that are listed with it; None when it is not there."""
        step, parent = self._reader.list, self.record.parent
        if step is None or (self._reader.parent and parent is None):
            raise Unsupported(self.label, "being looked at alone")
        call = step.call
        at = route(call.service, call.operation)
        bound = step.template.bind({**self._place, "parent": parent.values() if parent else {}})
        above = (at.read(parent.arn) if parent else None) or {}
        params = {**{k: v for k, v in {"project": self.api.project, **above}.items() if k in at.variables}, **bound}
        for answer in self.api.pages(call.service, call.operation, params):
            for item in step.each(answer):
                record = self._reader.record(item, self.record.region, self._place, parent, [])
                if record is not None and record.id == self.record.id:
                    return item  # type: ignore[no-any-return]  # an item is what the vendor answered
        return None


def make_target(node: Mapping[str, Any], api: Api) -> Target:
    """The target for a node of the core. Raises MessageError when it is none, Unsupported for kinds not known here."""
    resource = parse(node)
    kind = kinds.load_catalogue().get(resource.kind)
    if kind is None or not kind.collectable:
        raise Unsupported(resource.name, f"changes: {resource.kind} is not a kind that this version reads")
    reported: Mapping[str, Any] = node["reported"]
    if not reported.get(plan.LINK):
        raise Unsupported(resource.name, "changes as it is in the core: its node has no link. Collect it again")
    parent = kinds.load_catalogue().get(kind.reading.parent) if kind.reading else None
    above = (node.get("metadata") or {}).get("parent")
    record = _stub({**reported, "arn": reported[plan.LINK], "reported": reported}, kind, resource.region)
    if parent is not None and isinstance(above, Mapping):
        record.parent = _stub(above, parent, resource.region)
    return Target(kind, resource.name, record, api)


def _stub(values: Mapping[str, Any], kind: Kind, region: str) -> Record:
    reported = values.get("reported")
    id_, name, arn = (str(values.get(key) or "") for key in ("id", "name", "arn"))
    properties = dict(reported) if isinstance(reported, Mapping) else {}
    return Record(kind, region, id_, name, arn, None, properties, None, address=plan.LINK, by_arn=True)
