"""Paths into a vendor's answers, compiled to closures: `State.Name`, `Reservations[].Instances[]`, `Tags.*`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Getter = Callable[[Any], Any]
"""Takes an answer or an item and returns what is at a path; None when nothing is there."""


def getter(path: str) -> Getter:
    """What is at `path`: one value, or a list when the path steps into a list or a map; "" is the item itself.

    A path in single quotes is a constant. One with a slash at its end leads to the last part of the name or link there.
    """
    if path.startswith("'"):
        constant = path.strip("'")
        return lambda _: constant
    if path.endswith("/"):
        whole = getter(path[:-1])
        return lambda item: _last_part(whole(item))
    steps = _steps(path)
    if not steps:
        return lambda item: item
    if any(step in ("[]", "*") for step in steps):
        walk = _walker(steps)
        return lambda item: list(walk(item)) or None
    if len(steps) == 1:
        first = steps[0]
        return lambda item: item.get(first) if isinstance(item, Mapping) else None
    return lambda item: _follow(item, steps)


def items(path: str) -> Callable[[Any], Iterator[Any]]:
    """The items that an answer holds at `path`; a list at the end of the path is stepped into, `[]` or not."""
    walk = _walker(_steps(path))

    def each(answer: Any) -> Iterator[Any]:
        for found in walk(answer):
            if isinstance(found, (list, tuple)):
                yield from found
            else:
                yield found

    return each


def _last_part(value: Any) -> Any:
    if isinstance(value, list):
        return [_last_part(one) for one in value]
    return value.rpartition("/")[2] if isinstance(value, str) else value


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.replace("[]", ".[]").split(".") if step)


def _follow(item: Any, steps: Iterable[str]) -> Any:
    for step in steps:
        if not isinstance(item, Mapping):
            return None
        item = item.get(step)
    return item


def _walker(steps: tuple[str, ...]) -> Callable[[Any], Iterator[Any]]:
    def walk(item: Any, at: int = 0) -> Iterator[Any]:
        if item is None:
            return
        if at == len(steps):
            yield item
            return
        for inner in _inside(item, steps[at]):
            yield from walk(inner, at + 1)

    return walk


def _inside(item: Any, step: str) -> Iterable[Any]:
    if step == "[]":
        return item if isinstance(item, (list, tuple)) else ()
    if not isinstance(item, Mapping):
        return ()
    return tuple(item.values()) if step == "*" else (item.get(step),)
