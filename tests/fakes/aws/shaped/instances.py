"""Makes values that fit a shape: the same ones for the same question, others for each item and each question."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.model import Shape

ACCOUNT = "123456789012"
_DEEPEST = 7
_MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
_TIME = re.compile(r"((?i:time|date|stamp|modified)|(?<=[a-z])(At|On))$")


@dataclass(frozen=True)
class Instances:
    """The values in the answer to one question. `echo`: what the question said, by the plain names of parameters.

    `count`: items in the answer, `before`: those on the pages before it. `given`: what members all texts so far were
    of: who asks with an identifier for one thing gets that thing.
    """

    service: str
    region: str
    question: str
    echo: Mapping[str, str]
    count: int = 1
    before: int = 0
    given: dict[str, str] = field(default_factory=dict)

    def of(self, shape: Shape, name: str = "", place: tuple[object, ...] = (), above: tuple[str, ...] = ()) -> Any:
        """A value of a shape; `place`: members and numbers of items on the way to it, `above`: structures there."""
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape, name, place, above)
        if kind == "list":
            count = 0 if len(above) > _DEEPEST else 1 if _number(place) is not None else self.count
            return [self.of(shape.member, name, (*place, number), above) for number in range(count)]
        if kind == "map":
            return {f"key-{self._word(place)}": self.of(shape.value, "value", (*place, "value"), above)}
        return self._plain(shape, name, place)

    def _structure(self, shape: Shape, name: str, place: tuple[object, ...], above: tuple[str, ...]) -> Any:
        if getattr(shape, "is_document_type", False):
            return {"of": name}
        if shape.name in above or len(above) > _DEEPEST:
            return {}
        members = dict(shape.members)
        if getattr(shape, "is_tagged_union", False):
            members = dict([next(iter(members.items()))])
        inside = (*above, shape.name)
        return {one: self.of(inner, one, (*place, one), inside) for one, inner in members.items()}

    def _plain(self, shape: Shape, name: str, place: tuple[object, ...]) -> Any:
        if shape.type_name == "string":
            return self._echoed(plain(name), place) or self._text(shape, name, place)
        if shape.type_name in ("integer", "long", "float", "double"):
            number = int(_MOMENT.timestamp()) if _TIME.search(name) else len(place)
            return number if shape.type_name in ("integer", "long") else number + 0.5
        return {"boolean": True, "timestamp": _MOMENT, "blob": b"bytes"}[shape.type_name]

    def _echoed(self, name: str, place: tuple[object, ...]) -> str:
        asked = {} if _number(place) is not None else {self.given.get(value): value for value in self.echo.values()}
        return self.echo.get(name) or asked.get(name, "")

    def _text(self, shape: Shape, name: str, place: tuple[object, ...]) -> str:
        word = self._word(place)
        if getattr(shape, "enum", None):
            return str(shape.enum[(self.before + (_number(place) or 0)) % len(shape.enum)])
        if plain(name) == "owneraccountid":
            return ACCOUNT
        if _TIME.search(name):
            return _MOMENT.isoformat()
        stem = plain(name).removesuffix("arn") or "thing"
        is_arn = plain(name).endswith("arn")
        made = f"arn:aws:{self.service}:{self.region}:{ACCOUNT}:{stem}/{word}" if is_arn else f"{name}-{word}"
        self.given[made] = plain(name)
        return made

    def _word(self, place: tuple[object, ...]) -> str:
        text = repr((self.service, self.region, self.question, place))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _number(place: tuple[object, ...]) -> int | None:
    """Which item of the answer it is."""
    return next((step for step in place if isinstance(step, int)), None)


def plain(name: str) -> str:
    """A name as others spell it."""
    return re.sub("[^a-z0-9]", "", name.lower())
