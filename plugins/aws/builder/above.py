"""What the parameters of a list operation are bound to: values that never change, the account, or a resource above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import OperationModel, Shape

from builder import vendor
from builder.words import endings, plain
from resotolib.kinds.kind import Kind

OWN: Mapping[str, dict[str, Any]] = {
    "appstream.DescribeImages": {"Type": "PRIVATE"},
    "bedrock.ListInferenceProfiles": {"typeEquals": "APPLICATION"},
    "cloudfront.ListCachePolicies": {"Type": "custom"},
    "cloudfront.ListOriginRequestPolicies": {"Type": "custom"},
    "cloudfront.ListResponseHeadersPolicies": {"Type": "custom"},
    "ec2.DescribeFpgaImages": {"Owners": ["self"]},
    "imagebuilder.ListComponents": {"owner": "Self"},
    "imagebuilder.ListContainerRecipes": {"owner": "Self"},
    "imagebuilder.ListImageRecipes": {"owner": "Self"},
    "imagebuilder.ListImages": {"owner": "Self"},
    "imagebuilder.ListWorkflows": {"owner": "Self"},
    "omics.ListWorkflows": {"type": "PRIVATE"},
    "ram.ListPermissions": {"permissionType": "CUSTOMER_MANAGED"},
}
"""Parameters without which a list holds what AWS itself provides, or everybody's."""

_CHOICES = ("REGIONAL", "Custom", "SELF", "Self", "self", "CUSTOMER_MANAGED", "PRIVATE")
_ACCOUNT = frozenset({"accountid", "awsaccountid", "catalogid"})
_END = re.compile(r"(identifier|arn|id|name|url)$")
_MANY = 100
_EXACT = 100


class Above:
    """The kinds of one service that others may be listed from, with what the vendor calls them."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[str, Kind]] = {}

    def add(self, kind: Kind, noun: str) -> None:
        """Take in a kind that calls its resources `noun`."""
        self._kinds[kind.name] = (noun, kind)

    def bind(self, model: OperationModel, below: str, *, exactly: bool) -> tuple[str, dict[str, Any], str]:
        """Name of the parent of what is called `below`, parameters, and why the operation cannot be called.

        Parent and reason may be "". `exactly`: the parent has to be called as its parameter is, with all its words.
        """
        params = dict(OWN.get(f"{model.service_model.service_name}.{model.name}", {}))
        inputs, open_ = vendor.inputs(model), []
        for name in (name for name in vendor.required(model) if name not in params):
            value = _constant(name, inputs[name])
            if value is None:
                open_.append(name)
            else:
                params[name] = value
        if not open_:
            return "", params, ""
        for kind, bound in self._parents(open_, inputs, below, _EXACT if exactly else 1):
            if not kind.reading or not kind.reading.parent or _is_unique(kind):
                return kind.name, params | bound, ""
        return "", params, f"nothing is known that has {', '.join(open_)}."

    def _parents(
        self, names: list[str], inputs: Mapping[str, Shape], below: str, least: int
    ) -> Iterator[tuple[Kind, dict[str, Any]]]:
        """The kinds whose resources have all that is asked for, the most alike first."""
        ranked = sorted(self._kinds.values(), key=lambda one: max(_likeness(name, one[0], below) for name in names))
        for noun, kind in reversed(ranked):
            if max(_likeness(name, noun, below) for name in names) < least:
                return
            bound = {name: _bound(name, noun, kind) for name in names}
            if all(bound.values()):
                yield kind, {n: [value] if inputs[n].type_name == "list" else value for n, value in bound.items()}


def _constant(name: str, shape: Shape) -> Any:
    """The value that a required parameter always has; None when it depends on something."""
    if shape.type_name in ("integer", "long"):
        most = shape.metadata.get("max", _MANY)
        return min(int(most), _MANY)
    if shape.type_name == "string" and plain(name) in _ACCOUNT:
        return "$account"
    if shape.type_name == "string" and shape.enum:
        return next(
            (value for value in _CHOICES if value in shape.enum), shape.enum[0] if len(shape.enum) == 1 else None
        )
    return None


def _stem(name: str) -> str:
    """What a parameter is of: `restapi` of `restApiId`."""
    stem = plain(name)
    return _END.sub("", stem) or stem


def _likeness(name: str, noun: str, below: str = "") -> int:
    """How much a parameter is called like a kind; 0 when it is not.

    Most alike is what shares its first words with what is below: a custom routing listener is an accelerator's for
    custom routing.
    """
    stem = _stem(name)
    family = plain(noun).removesuffix(stem)
    if family and plain(noun) == family + stem and plain(below).startswith(family):
        return 2 * _EXACT + len(stem)
    if plain(noun) in (stem, plain(name)):
        return _EXACT + len(stem)
    return len(stem) if len(stem) > 2 and stem in map(plain, endings(noun)) else 0


def _bound(name: str, noun: str, kind: Kind) -> str:
    """What of a resource above is the value of a parameter: as its own deletion has it, or as the names say."""
    by_deletion = _of(kind.deletion.call.params.get(name)) if kind.deletion else ""
    if by_deletion:
        return f"$parent.{by_deletion}"
    who = kind.identity
    if who is None:
        return ""
    for part in ("id", "name", "arn"):
        if plain(getattr(who, part)) == plain(name):
            return f"$parent.{part}"
    reported = next(
        (one.name for one in kind.properties if plain(one.path) == plain(name) and one.type == "string"), ""
    )
    if reported:
        return f"$parent.reported.{reported}"
    return _by_end(name, kind) if _likeness(name, noun) else ""


def _by_end(name: str, kind: Kind) -> str:
    who, word = kind.identity, plain(name)
    if who is None:
        return ""
    if word.endswith("arn"):
        return "$parent.arn" if who.arn else ""
    if word.endswith("name"):
        return "$parent.name" if who.name else ""
    return "$parent.id"


def _of(value: Any) -> str:
    """The binding in a deletion's parameter, without `$`; "" for none that a parent has too."""
    text = value[0] if isinstance(value, list) and value else value
    if not isinstance(text, str) or not text.startswith("$") or "{" in text:
        return ""
    path = text.removeprefix("$")
    return path if path.split(".")[0] in ("id", "name", "arn", "reported") else ""


def _is_unique(kind: Kind) -> bool:
    """Whether resources below a parent have an identifier that no others have: they are told apart by it alone."""
    return bool(kind.identity and re.search(r"(?i)(id|arn|identifier)$", kind.identity.id))
