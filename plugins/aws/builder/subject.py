"""What the calls of a kind are derived from: how the vendor calls it, and what can be bound to a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel, Shape

from builder import vendor
from builder.words import endings, plain
from resotolib.errors import ModelError
from resotolib.kinds.kind import Call, Identity
from resotolib.kinds.table import Line

_ANY_RESOURCE = (
    "resource",
    "resources",
    "resourcearn",
    "resourcearns",
    "resourcearnlist",
    "resourcename",
    "resourceids",
)
_NAMED_BY_ID = ("ec2",)
_ENDS = (
    ("arn", "arn"),
    ("arns", "arn"),
    ("name", "name"),
    ("names", "name"),
    ("identifier", "id"),
    ("ids", "id"),
    ("id", "id"),
    ("url", "id"),
    ("", "id"),
)


@dataclass(frozen=True)
class Subject:
    """A kind whose identity and properties are known. `reported`: names of properties by the member they are of."""

    line: Line
    noun: str
    identity: Identity
    reported: Mapping[str, str]

    @property
    def operations(self) -> frozenset[str]:
        """Names of the service's operations."""
        return frozenset(vendor.service(self.line.service).operation_names)

    def model(self, operation: str) -> OperationModel:
        """The model of one of them."""
        return vendor.operation(self.line.service, operation)

    def binding(self, member: str) -> str:
        """The binding for a parameter of this name, or ""."""
        return self._by_member(member) or self._by_name(plain(member))

    def _by_member(self, member: str) -> str:
        """An item has a member that is called like the parameter, or the list call has such a parameter."""
        for part in ("id", "name", "arn"):
            if getattr(self.identity, part) == member:
                return f"${part}"
        if member in self.reported:
            return f"$reported.{self.reported[member]}"
        listed_by = (self.line.params("params") or {}).get(member)
        return listed_by if isinstance(listed_by, str) and listed_by.startswith("$") else ""

    def _by_name(self, wanted: str) -> str:
        """The parameter is called like the kind: `DBInstanceIdentifier`, `InstanceIds`, `ResourceArn`, `Name`."""
        if wanted in _ANY_RESOURCE:
            return "$arn" if self.identity.arn and self.line.service not in _NAMED_BY_ID else "$id"
        nouns = (*(plain(ending) for ending in endings(self.noun)), "resource", "")
        found = (
            f"${part}"
            for noun in nouns
            for end, part in _ENDS
            if wanted and wanted == noun + end and getattr(self.identity, part)
        )
        return next(found, "")

    def needed(self, model: OperationModel) -> list[str]:
        """The parameters that have to be bound: the required ones, or one that says which resource is meant."""
        tokens = model.idempotent_members  # the SDK fills them in
        required = [name for name in vendor.required(model) if name not in tokens]
        return required or [name for name in vendor.inputs(model) if self.binding(name)][:1]

    def bind(self, operation: str, option: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Parameters for a call. Raises ModelError, naming the option that helps, when one cannot be derived."""
        model, params = self.model(operation), dict(given or {})
        for name in self.needed(model):
            if name not in params:
                params[name] = self.required(model, name, option)
        return params

    def required(self, model: OperationModel, name: str, option: str) -> Any:
        """The value of one parameter: a binding, or a list of it."""
        value = self.binding(name)
        if not value:
            raise ModelError(
                self.line.where, f"{model.name} needs {name}: say {option}, or that there is no such call."
            )
        return [value] if vendor.inputs(model)[name].type_name == "list" else value

    def resolve(self, value: Any) -> Any:
        """`$member.ClusterName` of the table as the binding of the property that is read from there."""
        if not isinstance(value, str) or not value.startswith("$member."):
            return value
        member = value.removeprefix("$member.")
        if member not in self.reported:
            raise ModelError(self.line.where, f"{value} becomes no property.")
        return f"$reported.{self.reported[member]}"


def tag_path(name: str, shape: Shape) -> str:
    """The path to tags that are in a member: one by one, or a map."""
    return f"{name}[]" if shape.type_name == "list" else name


def operations(calls: Iterable[Call | None]) -> list[tuple[str, str]]:
    """(service, operation) of those calls that there are."""
    return [(call.service, call.operation) for call in calls if call is not None]
