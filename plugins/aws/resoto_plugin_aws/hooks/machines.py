"""Instances, their types, and the types of volumes: what is in use, not all that AWS sells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.hooks.quotas import family_of, in_service
from resoto_plugin_aws.hooks.registry import Around
from resotolib.errors import CollectError

TYPES_A_CALL = 100
MIB_A_GIB = 1024
STORAGE = "Storage for "
NO_QUOTA = -1.0

Types = Mapping[str, dict[str, Any]]


def instances(api: Api, items: list[Any], _: Around) -> list[Any]:
    """Adds cores and memory (GiB). Without the right to describe types what the instance itself says stays."""
    try:
        types = _types(api, (item["InstanceType"] for item in items))
    except CollectError as error:
        api.problems.append(error)
        types = {}
    for item in items:
        type_ = types.get(item["InstanceType"], {})
        cores = _cores(item) or type_.get("VCpuInfo", {}).get("DefaultVCpus")
        item["+cores"], item["+memory"] = cores, _memory(type_)
    return items


def instance_types(api: Api, _: list[Any], around: Around) -> list[Any]:
    """Makes an item for each type that the region's instances have."""
    types = _types(api, (record.item["InstanceType"] for record in around.parents))
    reserved = _reserved(api) if types else {}
    return [
        {**type_, "+memory": _memory(type_), "+reservations": reserved.get(name, 0), "+quota": family_of(name)}
        for name, type_ in types.items()
    ]


def volume_types(api: Api, _: list[Any], around: Around) -> list[Any]:
    """Makes an item for each type that the region's volumes have, with the storage quota of the type."""
    names = sorted({record.item["VolumeType"] for record in around.parents if record.item.get("VolumeType")})
    quotas = in_service(api, "ebs") if names else []
    return [{"+volume_type": name, "+quota": _storage(quotas, name)} for name in names]


def _types(api: Api, names: Iterable[str]) -> Types:
    """The types by name, asked for once in a region."""
    wanted = tuple(sorted(set(names)))
    return api.memory.get(("types", api.region, wanted), lambda: _ask_types(api, wanted)) if wanted else {}


def _ask_types(api: Api, wanted: tuple[str, ...]) -> Types:
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), TYPES_A_CALL):
        names = list(wanted[start : start + TYPES_A_CALL])
        for page in api.pages("ec2", "DescribeInstanceTypes", InstanceTypes=names):
            found.update((type_["InstanceType"], type_) for type_ in page["InstanceTypes"])
    return found


def _cores(instance: Mapping[str, Any]) -> int | None:
    options = instance.get("CpuOptions") or {}
    cores, threads = options.get("CoreCount"), options.get("ThreadsPerCore")
    return cores * threads if cores and threads else None


def _memory(type_: Mapping[str, Any]) -> float | None:
    size = (type_.get("MemoryInfo") or {}).get("SizeInMiB")
    return None if size is None else size / MIB_A_GIB


def _reserved(api: Api) -> Mapping[str, int]:
    active = [{"Name": "state", "Values": ["active"]}]
    answer = api.attempt("ec2", "DescribeReservedInstances", Filters=active) or {}
    counts: Counter[str] = Counter()
    for reserved in answer.get("ReservedInstances", ()):
        counts[reserved["InstanceType"]] += reserved.get("InstanceCount", 0)
    return counts


def _storage(quotas: Iterable[Mapping[str, Any]], volume_type: str) -> float:
    for quota in quotas:
        name = quota["QuotaName"]
        if name.startswith(STORAGE) and f"({volume_type})" in name:
            return float(quota["Value"])
    return NO_QUOTA
