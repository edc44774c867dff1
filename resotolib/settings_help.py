"""Showing settings: the text of `--help`, and the pieces that the reference page is made of."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

from resotolib.settings import ENV_PREFIX, Setting, group_of, settings_of

_INDENT = 26

_NOTES = f"""
Every flag can also be set in the environment: --resotocore-uri is {ENV_PREFIX}RESOTOCORE_URI. The command line wins.
A switch takes true or false: {ENV_PREFIX}FORK=true, --fork=false. A list is written as words (--collector aws gcp,
{ENV_PREFIX}COLLECTOR="aws gcp") or as {ENV_PREFIX}COLLECTOR0, {ENV_PREFIX}COLLECTOR1 and so on, one item each; an item
that starts with {{ is one item whatever blanks it has. A secret is better kept off the command line: the variable with
_FILE at its end, such as {ENV_PREFIX}PSK_FILE, names a file that holds it.
"""

_WORDS = (
    ("permissions", "Print what the clouds have to allow, with --tag for changing tags too"),
    ("check", "Try what a run would do, reading only"),
    ("-h, --help", "Show this help and exit"),
    ("--version", "Show the version and exit"),
)


def help_text(classes: Sequence[type[Any]], prog: str) -> str:
    """All flags by group, with their defaults; values of secrets are never shown."""
    width = max(60, min(120, shutil.get_terminal_size().columns))
    lines = [
        f"usage: {prog} [flags]",
        f"       {prog} permissions [COLLECTOR ...] [--tag] [flags]",
        f"       {prog} check [COLLECTOR ...] [flags]",
        "",
    ]
    for word, meaning in _WORDS:
        lines += _entry(word, meaning, width)
    for cls in classes:
        lines += ["", f"{group_of(cls).title}:"]
        for setting in settings_of(cls):
            lines += _entry(usage(setting), description(setting), width)
    for paragraph in _NOTES.strip().split("\n\n"):
        lines += ["", *textwrap.wrap(" ".join(paragraph.split()), width)]
    return "\n".join(lines) + "\n"


def usage(setting: Setting) -> str:
    """How the flag is written: `--timeout TIMEOUT`, `-v, --verbose`, `--collector COLLECTOR [COLLECTOR ...]`."""
    short = f"-{setting.declared.short}, " if setting.declared.short else ""
    word = setting.name.upper()
    if setting.declared.choices:
        word = "{" + ",".join(setting.declared.choices) + "}"
    value = {"bool": "", "list": f" {word} [{word} ...]"}.get(setting.type, f" {word}")
    return f"{short}{setting.flag}{value}"


def description(setting: Setting) -> str:
    """The help of a setting with its default, and what else it is read from."""
    notes = []
    if default := default_text(setting):
        notes.append(f"default: {default}")
    if setting.declared.env:
        notes.append(f"also read from {', '.join(setting.declared.env)}")
    if setting.declared.secret:
        notes.append("secret")
    return setting.declared.help + (f" ({'; '.join(notes)})" if notes else "")


def default_text(setting: Setting) -> str:
    """The default as users write it; "" where there is none or it is nobody's business."""
    if setting.declared.default_text:
        return setting.declared.default_text
    if setting.declared.secret or setting.default is None:
        return ""
    if setting.type == "bool":
        return str(setting.default).lower()
    return " ".join(setting.default) if setting.type == "list" else str(setting.default)


def _entry(flag: str, text: str, width: int) -> list[str]:
    body = textwrap.wrap(text, width - _INDENT, break_long_words=False, break_on_hyphens=False)
    pad = " " * _INDENT
    head = f"  {flag}"
    if len(head) > _INDENT - 2:
        return [head, *(pad + line for line in body)]
    return [f"{head:<{_INDENT}}{body[0]}", *(pad + line for line in body[1:])]
