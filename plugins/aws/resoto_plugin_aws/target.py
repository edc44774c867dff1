"""A resource that is about to be changed: its kind, the API where it is, and what calls are bound with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.refusals import raise_partial, refused
from resoto_plugin_aws.regions import GLOBAL
from resoto_plugin_aws.session import AccountSession
from resotolib.clean.resource import parse
from resotolib.collect.records import Record
from resotolib.collect.watch import Unwatched
from resotolib.errors import Unbound, Unsupported
from resotolib.kinds.bindings import Template
from resotolib.kinds.kind import Call, Kind


@dataclass(frozen=True, slots=True)
class Target:
    """`label` is for people. `record` is the resource as the core knows it, `region` as the graph calls it."""

    kind: Kind
    label: str
    region: str
    record: Record
    api: Api

    @property
    def id(self) -> str:
        """The resource's id at AWS."""
        return self.record.id

    @property
    def place(self) -> dict[str, str]:
        """Account, region and partition, for bindings."""
        return {"account": self.api.account, "region": self.api.region, "partition": self.api.partition}

    def change(self, call: Call, **more: Any) -> None:
        """Make a call that the kind describes, bound to this resource and `more`. Raises CleanError or CollectError."""
        self.ask(call.service, call.operation, **self.bound(Template(call.params), **more))

    def bound(self, template: Template, **more: Any) -> dict[str, Any]:
        """Parameters for this resource. Raises `Unsupported` when the core's node lacks one of them."""
        parent = self.record.parent.values() if self.record.parent else {}
        try:
            return template.bind({**self.place, **self.record.values(), "parent": parent, **more})
        except Unbound as error:
            raise Unsupported(self.label, f"this, as it is in the core: {error} Collect it again") from error

    def ask(self, service: str, operation: str, /, **params: Any) -> dict[str, Any]:
        """Make any call in the resource's account and region; what it has not done for all is an error too."""
        with refused(self.label, self.kind.name):
            answer = self.api.call(service, operation, **params)
        raise_partial(answer, self.label, f"{service}:{operation} of {self.label}")
        return answer

    def pages(self, service: str, operation: str, /, **params: Any) -> Iterator[dict[str, Any]]:
        """All pages of an answer."""
        with refused(self.label, self.kind.name):
            yield from self.api.pages(service, operation, **params)

    def elsewhere(self, region: str) -> Target:
        """The same, called in another region."""
        return Target(self.kind, self.label, self.region, self.record, self.api.elsewhere(region))


def make_target(node: Mapping[str, Any], kind: Kind, parent: Kind | None, session: AccountSession) -> Target:
    """The target for a node of the core; `parent` is the kind that it is listed from.

    Raises MessageError when it is no node, and Unsupported when it does not say where it is.
    """
    resource = parse(node)
    region = GLOBAL if kind.extent == "global" else resource.region
    if not region:
        raise Unsupported(resource.name, "changes as it is in the core: its node names no region. Collect it again")
    api = Api(session, session.home if region == GLOBAL else region, Unwatched())
    return Target(kind, resource.name, region, _record(node, kind, parent, region), api)


def _record(node: Mapping[str, Any], kind: Kind, parent: Kind | None, region: str) -> Record:
    reported: Mapping[str, Any] = node["reported"]
    above = (node.get("metadata") or {}).get("parent")
    known = _stub(above, parent, region) if parent is not None and isinstance(above, Mapping) else None
    record = _stub({**reported, "reported": reported}, kind, region)
    record.parent = known
    return record


def _stub(values: Mapping[str, Any], kind: Kind, region: str) -> Record:
    reported = values.get("reported")
    id_, name, arn = (str(values.get(key) or "") for key in ("id", "name", "arn"))
    return Record(kind, region, id_, name, arn, None, dict(reported) if isinstance(reported, Mapping) else {}, None)
