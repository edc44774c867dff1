"""From the text of a query to records."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

import lark

from resotolib.errors import Refusal
from resotoworker.localcore.codec import EDGE_TYPES
from resotoworker.localcore.terms import (
    Aggregate,
    Combined,
    Comparison,
    Everything,
    HasId,
    HasKey,
    IsKind,
    Navigation,
    Negation,
    Part,
    Path,
    Query,
    Term,
    Words,
)

STEP = re.compile(r"`([^`]+)`|([A-Za-z0-9_][A-Za-z0-9_-]*)|\[(\*|\d*)\]")
NAV = re.compile(r"(<?)-([a-z,]*)(?:\[(\d+)(?:(:)(\d*))?\])?([a-z,]*)-(>?)$")
LARGEST = 2**63 - 1
"""Of SQLite's integers; beyond it numbers are as exact as JSON's are."""
SAME = {"=": "==", "=~": "~"}
NEGATIVE = {"!=": "==", "!~": "matches"}


def parse_query(text: str) -> Query:
    """The query of this text; raises Refusal (400, ParseError)."""
    try:
        found = _Builder().transform(_parser().parse(text))
    except lark.exceptions.VisitError as wrong:
        raise Refusal(400, "ParseError", f"Can not parse query: {text}\n{wrong.orig_exc}") from wrong
    except lark.exceptions.UnexpectedInput as wrong:
        place = f"{getattr(wrong, 'line', 1)}:{getattr(wrong, 'column', 1)}"
        message = f"Can not parse query: {text}\nnot understood at {place}"
        raise Refusal(400, "ParseError", message) from wrong
    if not text.strip():
        raise Refusal(400, "ParseError", "Can not parse query: it is empty")
    assert isinstance(found, Query)  # noqa: S101  (the grammar's start rule makes nothing else)
    return found


@cache
def _parser() -> lark.Lark:
    grammar = resources.files(__package__).joinpath("query.lark").read_text(encoding="utf-8")
    return lark.Lark(grammar, start="query", parser="lalr", maybe_placeholders=True)


def _path(token: str) -> Path:
    steps: list[str | int] = []
    for quoted, name, index in STEP.findall(token):
        steps.append(quoted or name or (int(index) if index.isdigit() else "*"))
    return Path(token.startswith("/"), tuple(steps))


def _navigation(token: str) -> Navigation:
    found = NAV.match(token)
    if found is None or not (found[1] or found[7]):
        raise ValueError(f"{token} leads nowhere: write -->, <-- or <-->")
    before, after = (tuple(name for name in found[at].split(",") if name) for at in (2, 6))
    if unknown := [name for name in before + after if name not in EDGE_TYPES]:
        raise ValueError(f"Given EdgeType is not known: {', '.join(unknown)}")
    if before and after and not (found[1] and found[7]):
        raise ValueError("Edge types can not be defined before and after the [start,until] definition.")
    inbound = before or after or ("default",)
    outbound = (after if found[1] and after else before or after) or ("default",)
    start = int(found[3] or 1)
    until = start if found[4] is None else (int(found[5]) if found[5] else None)
    return Navigation(inbound if found[1] else (), outbound if found[7] else (), start, until)


class _Builder(lark.Transformer[lark.Token, Any]):
    """Makes the records from the parser's tree; one method for each rule of the grammar."""

    def query(self, children: list[Any]) -> Query:
        aggregate, *rest = children
        return Query(tuple(rest[::2]), tuple(_navigation(token) for token in rest[1::2]), aggregate)

    def part(self, children: list[Any]) -> Part:
        term, sort, limit = children
        return Part(term or Everything(), sort or (), limit)

    def term(self, children: list[Any]) -> Term:
        found: Term = children[0]
        for op, right in zip(children[1::2], children[2::2], strict=True):
            found = Combined(str(op), found, right)
        return found

    def negation(self, children: list[Any]) -> Term:
        return Negation(children[1])

    def everything(self, _: list[Any]) -> Term:
        return Everything()

    def is_kind(self, children: list[Any]) -> Term:
        return IsKind(tuple(str(value) for value, _ in children[1]))

    def has_id(self, children: list[Any]) -> Term:
        return HasId(tuple(str(value) for value, _ in children[1]))

    def has_key(self, children: list[Any]) -> Term:
        return HasKey(_path(children[1]), tuple(str(value) for value, _ in children[2]))

    def comparison(self, children: list[Any]) -> Term:
        path, op, (value, bare) = children
        name, where, literal = SAME.get(str(op), str(op)), _path(path), _literal(value) if bare else value
        if name not in NEGATIVE or (name == "!=" and "*" in where.steps):
            return Comparison(where, name, literal, bare)
        return Negation(Comparison(where, NEGATIVE[name], literal, bare))

    def membership(self, children: list[Any]) -> Term:
        path, op, values = children
        term = Comparison(_path(path), "in", [_literal(value) if bare else value for value, bare in values])
        return Negation(term) if op.type == "NOT_IN" else term

    def words(self, children: list[Any]) -> Term:
        return Words(json.loads(children[0]))

    def values(self, children: list[Any]) -> list[Any]:
        return children[0] if isinstance(children[0], list) else children

    def array(self, children: list[Any]) -> list[Any]:
        return [child for child in children if child is not None]

    def value(self, children: list[Any]) -> tuple[str, bool]:
        token = children[0]
        return (str(token), True) if token.type == "BARE" else (json.loads(token), False)

    def sort(self, children: list[Any]) -> Any:
        return tuple(children)

    def order(self, children: list[Any]) -> tuple[Path, str]:
        return _path(children[0]), str(children[1] or "asc")

    def limit(self, children: list[Any]) -> tuple[int, int]:
        first, second = children
        offset, count = (0, int(first)) if second is None else (int(first), int(second))
        return min(offset, LARGEST), min(count, LARGEST)

    def aggregate(self, children: list[Any]) -> Aggregate:
        found = [child for child in children if child is not None]
        groups = tuple(child for child in found if len(child) == 2)
        return Aggregate(groups, tuple(child for child in found if len(child) == 3))

    def group(self, children: list[Any]) -> tuple[Path, str]:
        path = _path(children[0])
        return path, str(children[1] or path.text)

    def function(self, children: list[Any]) -> tuple[str, Path | float, str]:
        name, token = str(children[0]).rstrip("( \t\n"), children[1]
        what = _path(token) if token.type == "PATH" else json.loads(token)
        label = what.text if isinstance(what, Path) else token
        return name, what, str(children[2] or f"{name}_of_{label}")


def _literal(text: str) -> Any:
    words = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    try:
        number = json.loads(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else text
        return float(number) if isinstance(number, int) and abs(number) > LARGEST else number
    except (ValueError, OverflowError):
        return text
