"""Terms of a query as conditions of SQL over one row `n` of the table `node`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

from resotolib.errors import Refusal
from resotoworker.localcore.codec import pack
from resotoworker.localcore.model import LEVELS, Model
from resotoworker.localcore.terms import (
    Combined,
    Comparison,
    Everything,
    HasId,
    HasKey,
    IsKind,
    Negation,
    Path,
    Term,
    Words,
)
from resotoworker.localcore.times import parse_duration, utc_text

SECTIONS = ("reported", "desired", "metadata", "usage")
AGES = {"age": "ctime", "last_update": "mtime", "last_access": "atime"}
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "=="}
DURATION = re.compile(r"[+-]?(\d+[A-Za-z]+)+$")

Test: TypeAlias = Callable[[str], str]
"""Makes a condition from an expression for the value."""


def json_path(steps: tuple[str | int, ...]) -> str:
    """SQLite's notation of a path."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in steps)


@dataclass
class Where:
    """Builds one condition; `values` are its parameters, in order."""

    graph: str
    model: Model
    section: str | None
    values: list[Any] = field(default_factory=list)

    def sql(self, term: Term) -> str:
        """The condition for a term."""
        match term:
            case Everything():
                return "1"
            case IsKind(kinds):
                names = {name for kind in kinds for name in self.model.subkinds(kind)}
                return f"n.kind IN {self._list(sorted(names))}"
            case HasId(ids):
                return f"n.id IN {self._list(ids)}"
            case Negation(inner):
                return f"NOT coalesce({self.sql(inner)}, 0)"
            case Combined(op, left, right):
                return f"({self.sql(left)} {op.upper()} {self.sql(right)})"
            case Words(text):
                return f"instr(lower(n.reported), {self._bind(text.lower())})"
            case HasKey(path, keys):
                return " AND ".join(self._has(path, key) for key in keys)
            case Comparison():
                return self._compare(term)

    def order(self, path: Path) -> str:
        """The value to sort or group by."""
        column, steps = self._place(path)
        if column == "ancestors":
            level, rest = str(steps[0]), self._bind(json_path(steps[2:]))
            query = f"SELECT json_extract(a.reported, {rest}) FROM node a WHERE a.graph = n.graph AND a.id = n.{level}"
            return f"({query})"
        return f"json_extract({column}, {self._bind(json_path(steps))})"

    def _bind(self, value: object) -> str:
        self.values.append(value)
        return "?"

    def _list(self, values: object) -> str:
        return f"(SELECT value FROM json_each({self._bind(pack(values))}))"

    def _has(self, path: Path, key: str) -> str:
        column, steps = self._place(path)
        return f"json_type({column}, {self._bind(json_path((*steps, key)))}) IS NOT NULL"

    def _place(self, path: Path) -> tuple[str, tuple[str | int, ...]]:
        steps = path.steps
        if self.section and not path.absolute:
            return f"n.{self.section}", steps
        first = steps[0]
        if first == "ancestors":
            if len(steps) < 4 or steps[1] not in LEVELS or steps[2] != "reported":
                message = f"Use ancestors.<{'|'.join(LEVELS)}>.reported.<name>, not {path.text}"
                raise Refusal(400, "ParseError", message)
            return "ancestors", steps[1:]
        return (f"n.{first}", steps[1:]) if first in SECTIONS else ("NULL", steps[1:])

    def _compare(self, term: Comparison) -> str:
        column, steps = self._place(term.path)
        if column != "ancestors":
            return self._at(column, steps, term)
        level = str(steps[0])
        if term.op == "==" and term.value is None:
            return f"n.{level} IS NULL"
        kinds = [kind for kind, found in self.model.levels.items() if found == level]
        graph, names = self._bind(self.graph), self._list(kinds)
        inner = self._at("a.reported", steps[2:], term)
        return f"n.{level} IN (SELECT a.id FROM node a WHERE a.graph = {graph} AND a.kind IN {names} AND {inner})"

    def _at(self, column: str, steps: tuple[str | int, ...], term: Comparison, depth: int = 0) -> str:
        if "*" in steps:
            here = steps.index("*")
            items = f"json_each({column}, {self._bind(json_path(steps[:here]))}) j{depth}"
            rest = steps[here + 1 :]
            inner = self._at(f"j{depth}.value", rest, term, depth + 1) if rest else self._test(f"j{depth}.value", term)
            return f"EXISTS (SELECT 1 FROM {items} WHERE {inner})"
        name = str(steps[-1]) if steps else ""
        if name in AGES and isinstance(term.value, str) and parse_duration(term.value) is not None:
            steps = (*steps[:-1], AGES[name])
            moment = _ago(term.value)
            term = Comparison(term.path, FLIPPED.get(term.op, term.op), moment)
        elif term.bare and isinstance(term.value, str) and DURATION.match(term.value) and term.op in "<=>=":
            term = Comparison(term.path, term.op, _ago(f"-{term.value}".replace("--", "")))
        return self._test(f"json_extract({column}, {self._bind(json_path(steps))})", term)

    def _test(self, value: str, term: Comparison) -> str:
        match term.op, term.value:
            case "==", None:
                return f"{value} IS NULL"
            case "==", wanted:
                return f"coalesce({value} IN {self._list(_spellings(wanted))}, 0)"
            case "in", wanted:
                return f"coalesce({value} IN {self._list([one for each in wanted for one in _spellings(each)])}, 0)"
            case "!=", wanted:
                return f"NOT {self._test(value, Comparison(term.path, '==', wanted))}"
            case ("matches" | "~") as op, wanted:
                pattern = _pattern(str(wanted), ignore_case=op == "~")
                # the value's own parameter comes first, REGEXP passes the pattern first
                return f"coalesce({value} REGEXP {self._bind(pattern)}, 0)"
            case op, wanted:
                return f"coalesce({value} {op} {self._bind(wanted)}, 0)"


def _spellings(value: Any) -> list[Any]:
    """A number and its text are the same: account ids are text, and nobody quotes them."""
    if isinstance(value, bool) or value is None:
        return [value]
    if isinstance(value, int | float):
        return [value, str(value)]
    if re.fullmatch(r"-?\d{1,15}(\.\d+)?", value):
        return [value, float(value) if "." in value else int(value)]
    return [value]


def _ago(duration: str) -> str:
    return utc_text(datetime.now(timezone.utc) - (parse_duration(duration) or timedelta()))


def _pattern(text: str, *, ignore_case: bool) -> str:
    try:
        re.compile(text)
    except re.error as wrong:
        raise Refusal(400, "ParseError", f"{text} is not a regular expression: {wrong}") from wrong
    return f"(?i){text}" if ignore_case else text
