"""Properties and nested shapes out of a vendor's structure.

Two levels are typed: a member that is a structure becomes a shape, and in it those structures that hold nothing but
plain values. What is deeper is `any`: each typed path costs a core time in every merge. Secrets are left out, and a
structure that would become `any` is left out when there is a secret in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from botocore.model import Shape as VendorShape

from builder import vendor
from builder.words import snake
from resotolib.kinds.kind import Property, Shape

_SCALARS = {
    "string": "string",
    "char": "string",
    "integer": "int64",
    "long": "int64",
    "float": "double",
    "double": "double",
    "boolean": "boolean",
    "timestamp": "datetime",
}
_SECRET = re.compile(
    r"(?i)password|secret|authtoken|userdata|privatekey|passphrase|credentials?$|apikeyvalue|(bearer|refresh|access)token"
    r"|authkey|^(grafana|join|pairing|registration)?token$|tokenvalue"
)
_HARMLESS = re.compile(r"(?i)(arns?|ids?|name|type|status|policy|required|enabled|lastused|length)$")
_ENVIRONMENT = re.compile(r"(?i)^(environment|environmentvariables|variables|oncreate|onstart)$")


def is_secret(name: str, shape: VendorShape) -> bool:
    """Whether a member holds something that must not leave the cloud."""
    if shape.type_name in ("structure", "boolean", "timestamp", "integer", "long"):
        return bool(shape.metadata.get("sensitive")) and shape.type_name == "structure"
    if shape.metadata.get("sensitive") or (shape.type_name == "list" and shape.member.metadata.get("sensitive")):
        return True
    if _ENVIRONMENT.match(name) and shape.type_name in ("list", "map"):
        return True
    holds_text = shape.type_name == "string" or (shape.type_name == "list" and shape.member.type_name == "string")
    return holds_text and bool(_SECRET.search(name)) and not _HARMLESS.search(name)


def holds_secret(shape: VendorShape, above: tuple[str, ...] = ()) -> bool:
    """Whether there is a secret anywhere in a structure."""
    if shape.type_name == "list":
        return holds_secret(shape.member, above)
    if shape.type_name == "map":
        return holds_secret(shape.value, above)
    if shape.type_name != "structure" or shape.name in above:
        return False
    below = (*above, shape.name)
    return any(is_secret(name, inner) or holds_secret(inner, below) for name, inner in shape.members.items())


@dataclass
class Typing:
    """Gives types to the members of one kind and gathers the shapes and what was left out on the way."""

    service: str
    keep: frozenset[str] = frozenset()
    shapes: dict[str, Shape] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)

    def property(self, member: str, shape: VendorShape, name: str = "") -> Property | None:
        """The property for a member, or None when it is left out."""
        type_ = self.type(member, shape)
        if type_ is None:
            return None
        is_list = shape.type_name == "list"
        return Property(name or snake(member), type_, f"{member}[]" if is_list else member)

    def type(self, member: str, shape: VendorShape, *, nested: bool = False) -> str | None:
        """The type of a member, or None when it is left out."""
        if member in self.keep:
            return self._type(shape, nested=nested)
        if is_secret(member, shape):
            self.dropped.append(member)
            return None
        type_ = self._type(shape, nested=nested)
        if type_ is not None and re.search(r"\bany\b", type_) and holds_secret(shape):
            self.dropped.append(f"{member}.*")
            return None
        return type_

    def _type(self, shape: VendorShape, *, nested: bool) -> str | None:
        kind = shape.type_name
        if kind == "list":
            inner = self._type(shape.member, nested=nested)
            return None if inner is None else f"{'any' if inner.endswith((']', '}')) else inner}[]"
        if kind == "map":
            inner = _SCALARS.get(shape.value.type_name, "any")
            return f"dictionary[string, {inner}]"
        if kind == "structure":
            return self._structure(shape, nested=nested)
        return _SCALARS.get(kind)

    def _structure(self, shape: VendorShape, *, nested: bool) -> str:
        if not shape.members or (nested and not _is_flat(shape)):
            return "any"
        name = f"aws_{snake(self.service)}_{snake(shape.name)}_shape"
        if name not in self.shapes:
            inner = [self._nested(member, below) for member, below in shape.members.items()]
            self.shapes[name] = Shape(name, tuple(one for one in inner if one is not None))
        return name if self.shapes[name].properties else "any"

    def _nested(self, member: str, shape: VendorShape) -> Property | None:
        type_ = self.type(member, shape, nested=True)
        if type_ is None:
            return None
        return Property(snake(member), type_, f"{member}[]" if shape.type_name == "list" else member)


def _is_flat(shape: VendorShape) -> bool:
    for inner in vendor.members(shape).values():
        element = inner.member if inner.type_name == "list" else inner.value if inner.type_name == "map" else inner
        if element.type_name in ("structure", "list", "map"):
            return False
    return True
