"""Turns a vendor's answers into typed values, as kinds describe them.

Everything is compiled once: a path becomes a closure, a kind becomes a `Parser`. No path is split while items are read.
What cannot be read as its declared type is left out and its property named, so that one odd value costs itself only.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from resotolib.kinds.kind import Property, Shape, TagForm
from resotolib.kinds.moments import iso
from resotolib.kinds.paths import Getter, getter

Converter = Callable[[Any, list[str]], Any]
"""Returns the value in the declared type; raises ValueError or TypeError when it is none. The list takes the names of
members of nested values that had to be left out."""

INT64 = 2**63


class Parser:
    """Reads the declared properties of a kind from its items."""

    def __init__(self, properties: Iterable[Property], shapes: Iterable[Shape] = ()) -> None:
        self._fields = _Types({shape.name: shape for shape in shapes}).fields(properties)

    def parse(self, item: Any, dropped: list[str]) -> dict[str, Any]:
        """The properties that the item has, typed. Names of those with unreadable values are added to `dropped`."""
        return _read(self._fields, item, dropped)


_Fields = tuple[tuple[str, Getter, Converter], ...]


def _read(fields: _Fields, item: Any, dropped: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, get, convert in fields:
        value = get(item)
        if value is None:
            continue
        try:
            found[name] = convert(value, dropped)
        except (ValueError, TypeError, OverflowError):
            dropped.append(name)
    return found


def _member(path: str) -> Getter:
    """The empty path means the item itself, which is a property only where items are plain values."""
    return getter(path) if path else lambda item: None if isinstance(item, Mapping) else item


class _Types:
    """Converters by type name; shapes are compiled when they are first met, since they may hold themselves."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes
        self._structs: dict[str, _Fields] = {}

    def fields(self, properties: Iterable[Property]) -> _Fields:
        return tuple((p.name, _member(p.path), self.converter(p.type)) for p in properties)

    def converter(self, type_: str) -> Converter:
        simple = SIMPLE.get(type_)
        if simple is not None:
            return simple
        if type_.endswith("[]"):
            return _list_of(self.converter(type_[:-2]))
        if type_.startswith("dictionary["):
            return _map_of(self.converter(type_[len("dictionary[") : -1].split(",", 1)[1].strip()))
        return self._struct(type_) if type_ in self._shapes else _any

    def _struct(self, name: str) -> Converter:
        def convert(value: Any, dropped: list[str]) -> dict[str, Any]:
            fields = self._structs.get(name)
            if fields is None:
                fields = self._structs[name] = self.fields(self._shapes[name].properties)
            value = _first(value)
            if not isinstance(value, Mapping):
                raise TypeError
            return _read(fields, value, dropped)

        return convert


def _list_of(convert: Converter) -> Converter:
    def convert_all(value: Any, dropped: list[str]) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            value = (value,)
        return [convert(element, dropped) for element in value if element is not None]

    return convert_all


def _map_of(convert: Converter) -> Converter:
    def convert_all(value: Any, dropped: list[str]) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise TypeError
        return {str(key): convert(element, dropped) for key, element in value.items() if element is not None}

    return convert_all


def _first(value: Any) -> Any:
    """The one value of a path that steps into a list, for a property that is no list."""
    if isinstance(value, (list, tuple)):
        if not value:
            raise ValueError
        return value[0]
    return value


def _string(value: Any, _: list[str]) -> str:
    return text(_first(value))


def text(value: Any) -> str:
    """The value as text; what is neither text nor a number as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return json.dumps(plain(value), separators=(",", ":"))


def _int64(value: Any, _: list[str]) -> int:
    value = _first(value)
    if isinstance(value, bool):
        raise TypeError
    number = int(value)
    if (isinstance(value, (float, Decimal)) and number != value) or not -INT64 <= number < INT64:
        raise ValueError
    return number


def _double(value: Any, _: list[str]) -> float:
    value = _first(value)
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


_BOOLEANS = {"true": True, "false": False}


def _boolean(value: Any, _: list[str]) -> bool:
    value = _first(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return _BOOLEANS[value.lower()]
        except KeyError:
            raise ValueError from None
    if value in (0, 1):
        return bool(value)
    raise TypeError


def _datetime(value: Any, _: list[str]) -> str:
    return iso(_first(value))


def _any(value: Any, _: list[str]) -> Any:
    return plain(value)


def plain(value: Any) -> Any:
    """The value as JSON has it: moments as text, bytes in base64, numbers that are none left out."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(element) for key, element in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(element) for element in value]
    return iso(value) if isinstance(value, date) else _opaque(value)


def _opaque(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, (bytes, bytearray)) else str(value)


SIMPLE: Mapping[str, Converter] = {
    "string": _string,
    "int32": _int64,
    "int64": _int64,
    "float": _double,
    "double": _double,
    "boolean": _boolean,
    "datetime": _datetime,
    "date": _datetime,
    "duration": _string,
    "any": _any,
}
"""Converters of the types that are not put together from others."""


def tag_reader(form: TagForm) -> Callable[[Any], dict[str, str]]:
    """Reads tags in the vendor's form, `map` or a list of pairs such as `Key/Value`, into a mapping of text."""
    if form in ("", "map"):
        return _tag_map
    key, _, value = form.partition("/")
    return lambda found: _tag_pairs(found, key, value)


def _tag_map(found: Any) -> dict[str, str]:
    if not isinstance(found, Mapping):
        return {}
    return {str(key): "" if value is None else text(value) for key, value in found.items()}


def _tag_pairs(found: Any, key: str, value: str) -> dict[str, str]:
    if not isinstance(found, (list, tuple)):
        return {}
    return {str(pair[key]): str(pair.get(value) or "") for pair in found if isinstance(pair, Mapping) and key in pair}
