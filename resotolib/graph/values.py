"""Whether a value is of a type of the core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from resotolib.kinds.kind import Shape

_DICTIONARY = "dictionary[string, "


def fault(value: Any, type_: str, shapes: Mapping[str, Shape], where: str) -> str:
    """What is wrong with a value, "" if nothing; absent values are never wrong."""
    if value is None or type_ == "any":
        return ""
    if type_ in shapes:
        return _shape_fault(value, shapes[type_], shapes, where)
    parts = _parts(value, type_)
    if parts is None:
        return "" if type_ in _SIMPLE and _SIMPLE[type_](value) else _wrong(value, type_, where)
    if isinstance(parts, str):
        return _wrong(value, type_, where)
    inner, elements = parts
    return _first(fault(one, inner, shapes, f"{where}[{at}]") for at, one in elements)


def _parts(value: Any, type_: str) -> tuple[str, Iterable[tuple[Any, Any]]] | str | None:
    """Type and elements of a list or a dictionary; what it should be if it is none; None for other types."""
    if type_.endswith("[]"):
        return (type_[:-2], enumerate(value)) if isinstance(value, list) else "list"
    if type_.startswith(_DICTIONARY):
        fits = isinstance(value, dict) and all(isinstance(key, str) for key in value)
        return (type_[len(_DICTIONARY) : -1], value.items()) if fits else "dictionary"
    return None


def _shape_fault(value: Any, shape: Shape, shapes: Mapping[str, Shape], where: str) -> str:
    types = {one.name: one.type for one in shape.properties}
    if not isinstance(value, dict):
        return _wrong(value, shape.name, where)
    unknown = sorted(value.keys() - types.keys())
    if unknown:
        return f"{where} has {', '.join(map(str, unknown))}, which shape {shape.name} does not declare."
    return _first(fault(one, types[name], shapes, f"{where}.{name}") for name, one in value.items())


def _first(faults: Iterable[str]) -> str:
    return next((found for found in faults if found), "")


def _wrong(value: Any, type_: str, where: str) -> str:
    return f"{where} is {type_}, but the value is a {type(value).__name__}."


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _moment(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        datetime.fromisoformat(value[:-1] + "+00:00" if value.endswith("Z") else value)
    except ValueError:
        return False
    return True


_SIMPLE: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "int32": lambda value: isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31,
    "int64": lambda value: isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63,
    "float": _number,
    "double": _number,
    "boolean": lambda value: isinstance(value, bool),
    "datetime": _moment,
    "date": _moment,
    "duration": lambda value: isinstance(value, str),
}
