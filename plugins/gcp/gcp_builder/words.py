"""Words out of the names in Google's documents."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*")
_ACRONYMS = re.compile(r"([A-Z])([A-Z]+)(s?)(?![a-z])")
_VENDOR = re.compile(r"^Google[A-Za-z]*?V\d+(?:(?:alpha|beta)\d+)?(?=[A-Z])")
_IRREGULAR = {"indexes": "index", "meshes": "mesh", "caches": "cache", "databases": "database", "releases": "release"}


def words(name: str) -> list[str]:
    """`IPv4Range` as `ipv4`, `range`; `natIPs` as `nat`, `ips`."""
    name = re.sub(r"IP[vV](?=\d)", "Ipv", name)
    name = _ACRONYMS.sub(lambda found: found[1] + found[2].lower() + found[3] if found[3] else found[0], name)
    return [word.lower() for word in _WORD.findall(name)]


def snake(name: str) -> str:
    """`machineType` as `machine_type`."""
    return "_".join(words(name))


def singular(word: str) -> str:
    """`policies` as `policy`, in snake case or not."""
    for many, one in _IRREGULAR.items():
        if word.lower().endswith(many):
            return word[: -len(many)] + (one if word[-len(many)].islower() else one.capitalize())
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(sses|xes|ches|shes)$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def bare(schema: str) -> str:
    """The name of a schema without the name of its API: `GoogleCloudRunV2Service` as `Service`."""
    return _VENDOR.sub("", schema)
