"""Slack's published types of answers, and whether an answer is of its type.

`schema.json` is derived by `refresh.py` from the declarations in Slack's package @slack/web-api (MIT license).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("schema.json")
SIMPLE: Mapping[str, tuple[type, ...]] = {"string": (str,), "number": (int, float), "boolean": (bool,)}
Types = Mapping[str, Any]


def faults(method: str, answer: Mapping[str, Any]) -> list[str]:
    """What in an answer is not as Slack publishes it: members that there are not, values of other types."""
    known = published(method)
    return list(_faults(known["types"], known["root"], answer, ""))


def published(method: str) -> Mapping[str, Any]:
    """The types of the answers to a method, by name, and which is that of the whole answer."""
    found: Mapping[str, Any] = _methods()[method]
    return found


@cache
def _methods() -> Mapping[str, Any]:
    methods: Mapping[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))["methods"]
    return methods


def _faults(types: Types, type_: str, value: Any, at: str) -> Iterator[str]:
    if type_.endswith("[]"):
        if not isinstance(value, list):
            yield f"{at} is no list"
            return
        for number, element in enumerate(value):
            yield from _faults(types, type_[:-2], element, f"{at}[{number}]")
    elif type_ in SIMPLE:
        odd = type_ == "number" and isinstance(value, bool)
        if value is not None and (odd or not isinstance(value, SIMPLE[type_])):
            yield f"{at} is no {type_}: {value!r}"
    elif isinstance(types.get(type_), Mapping):
        yield from _members(types, type_, value, at)


def _members(types: Types, type_: str, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{at} is no {type_}"
        return
    for name, inner in value.items():
        if name in types[type_]:
            yield from _faults(types, types[type_][name], inner, f"{at}.{name}")
        elif types[type_]:
            yield f"{at}: {type_} has no member {name}"
