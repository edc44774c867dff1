"""Finds the values in an answer that may name another resource: identifiers, and names under telling members."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from resotolib.kinds.kind import Kind

TAG_MEMBERS = frozenset({"tags", "tag", "tagset", "taglist", "tagslist", "labels"})
_STRONG = re.compile(
    r"""[a-z]+(-[a-z]+)*-[0-9a-f]{8,32}            # subnet-0a1b2c3d
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    | (?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{11,}  # AIDA…, Z2FDTNDATAQYW2
    | [a-z]{2}(-[a-z]+)+-\d_[A-Za-z0-9]+           # eu-west-1_AbCdEf
    | \d{16,}                                      # Google's numeric ids
    """,
    re.VERBOSE,
)
_UNIQUE = ("arn:", "https://", "projects/", "//")
_ENDINGS = ("identifiers", "identifier", "names", "name", "arns", "arn", "ids", "id", "s")
_LONGEST_LIST = 2000


@dataclass(frozen=True, slots=True)
class Mention:
    """A value that may name a resource. `strong`: by its form an identifier; `many`: it stood in a list."""

    member: str
    value: str
    strong: bool
    many: bool


def is_strong(value: str) -> bool:
    """Whether a value looks like an identifier that nothing else is called by accident."""
    return value.startswith(_UNIQUE) or _STRONG.fullmatch(value) is not None


def mentions(item: Any, telling: Callable[[str], bool]) -> Iterator[Mention]:
    """Every strong value of `item`, and every other one whose member is `telling`; tags are left out."""
    for member, value, many in _leaves(item, "", many=False):
        if len(value) < 3:
            continue
        for token in _tokens(value):
            if not isinstance(token, str):
                yield from mentions(token, telling)
            elif is_strong(token):
                yield Mention(member, token, strong=True, many=many)
            elif telling(member):
                yield Mention(member, token, strong=False, many=many)


def _leaves(item: Any, member: str, *, many: bool) -> Iterator[tuple[str, str, bool]]:
    if isinstance(item, str):
        yield member, item, many
    elif isinstance(item, dict):
        for key, value in item.items():
            if str(key).lower() not in TAG_MEMBERS:
                yield from _leaves(value, str(key), many=many)
    elif isinstance(item, list):
        for value in item:
            yield from _leaves(value, member, many=True)


def _tokens(value: str) -> tuple[Any, ...]:
    """The value itself, the parts of a comma list, or the document that it holds."""
    if value[0] in "{[" and value[-1] in "}]":
        try:
            return (json.loads(value),)
        except ValueError:
            return (value,)
    if "," in value and len(value) < _LONGEST_LIST:
        return tuple(part for part in (piece.strip() for piece in value.split(",")) if len(part) > 2)
    return (value,)


class KindNames:
    """Which kinds a member's name may speak of: `DBSubnetGroupName` of aws_rds_subnet_group, not of aws_iam_group."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._words = {name: _words(kind) for name, kind in kinds.items() if kind.collectable}
        self._nouns = {name: _noun(kinds[name], words) for name, words in self._words.items()}
        self._endings: defaultdict[str, set[str]] = defaultdict(set)  # what a member may end with
        self._whole: defaultdict[str, set[str]] = defaultdict(set)  # all that it may say
        for name, words in self._words.items():
            self._endings["".join(words)].add(name)
            self._endings[self._nouns[name]].add(name)
            for start in range(len(words)):
                self._whole["".join(words[start:])].add(name)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, member: str) -> tuple[str, ...]:
        """The kinds that fit `member` best; several when it does not say enough."""
        if member not in self._known:
            self._known[member] = self._best(_stem(member))
        return self._known[member]

    def tells(self, member: str) -> bool:
        """Whether `member` speaks of any kind."""
        return bool(self.of(member))

    def bare(self, member: str, kind: str) -> bool:
        """Whether `member` is just the one word that the kind is called by: `Stage`, not `StageName`."""
        noun = self._words[kind][-1]
        return self._nouns[kind] == noun and _letters(member) in (noun, f"{noun}s")

    def _best(self, stem: str) -> tuple[str, ...]:
        if len(stem) < 3:
            return ()
        for start in range(len(stem)):
            kinds = self._endings.get(stem[start:], set()) | (set() if start else self._whole.get(stem, set()))
            if kinds:
                return tuple(sorted(kinds))
        return ()


def _words(kind: Kind) -> tuple[str, ...]:
    parts = kind.name.split("_")
    return tuple(parts[1:] if len(parts) > 1 and parts[0] == kind.cloud else parts)


def _noun(kind: Kind, words: tuple[str, ...]) -> str:
    return "".join(words[1:] if len(words) > 1 and words[0] == kind.service else words)


def _letters(member: str) -> str:
    return "".join(char for char in member if char.isalnum()).lower()


def _stem(member: str) -> str:
    stem = _letters(member)
    while True:
        ending = next((e for e in _ENDINGS if stem.endswith(e)), None)
        if ending is None:
            return stem
        stem = stem.removesuffix(ending)
