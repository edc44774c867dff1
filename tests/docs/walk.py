"""Reads a page as somebody does who follows it: files to make, commands to type, and what they should print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^`(?P<name>[^`\n]+)`:\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class File:
    """A file to write."""

    name: str
    text: str


@dataclass
class Command:
    """A command to type; `prints`: lines that have to be in what it prints."""

    line: str
    prints: list[str] = field(default_factory=list)


def steps(page: Path, replaced: Mapping[str, str]) -> Iterator[File | Command]:
    """The steps of a page in order. `replaced`: text to read otherwise, such as the numbers of ports.

    A block is a file if its name stands above it. In a `console` block commands begin with `$`.
    """
    text = page.read_text(encoding="utf-8")
    assert [old for old in replaced if old not in text] == [], f"{page.name} does not speak of them"
    text = re.sub("|".join(map(re.escape, replaced)), lambda found: replaced[found[0]], text)
    for block in _BLOCK.finditer(text):
        if block["language"] == "console":
            yield from _commands(block["text"])
        else:
            assert block["name"], f"no name stands above the block that begins {block['text'][:60]!r}"
            yield File(block["name"], block["text"])


def _commands(text: str) -> list[Command]:
    found: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Command(line.removeprefix("$ ")))
        else:
            found[-1].prints.append(line)
    return found
