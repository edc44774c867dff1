"""From the words on the command line or in the environment to the typed value of a setting."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resotolib.errors import SettingsError
from resotolib.settings import Setting

_SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_WANTED = {"bool": "true or false", "int": "a whole number", "float": "a number"}


def from_environ(setting: Setting, environ: Mapping[str, str]) -> tuple[str | list[str], str] | None:
    """The raw value and the name of the variable it came from; None when none is set."""
    variable = next((name for name in setting.variables if name in environ), "")
    file_variable = setting.file_variable if setting.file_variable in environ else ""
    if variable == setting.variable and file_variable:
        raise SettingsError(f"{variable} and {file_variable} are both set: keep one of them.")
    if file_variable:
        text = read_secret(environ[file_variable], file_variable, may_be_empty=setting.type == "list")
        return _words(setting, text, file_variable), file_variable
    numbered = _numbered(setting, environ)
    if variable:
        words = _words(setting, environ[variable], variable)
        return ([*words, *numbered], variable) if isinstance(words, list) else (words, variable)
    return (numbered, f"{setting.variable}0") if numbered else None


def convert(setting: Setting, raw: str | Sequence[str], source: str) -> Any:
    """The typed value. `source` is the flag or variable that users gave it with."""
    if not isinstance(raw, str):
        return tuple(_scalar(setting, item, source) for item in raw)
    if raw == "" and setting.optional:
        return None
    return _scalar(setting, raw, source)


def read_secret(path: str, variable: str, *, may_be_empty: bool = False) -> str:
    """What the file holds that the variable names. An empty file is a secret that got lost, and never none at all."""
    try:
        text = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is no UTF-8 text"
        raise SettingsError(f"{variable} names the file {path}, which cannot be read: {reason}.") from error
    if not text and not may_be_empty:
        raise SettingsError(f"{variable} names the file {path}, which is empty: write the secret into it.")
    return text


def _words(setting: Setting, text: str, source: str) -> str | list[str]:
    """Lists are written like words in a shell; a JSON object is one item, and so is the empty text."""
    if setting.type != "list":
        return text
    if text.lstrip().startswith("{") or not text:
        return [text]
    try:
        return shlex.split(text)
    except ValueError as error:
        shown = "" if setting.declared.secret else f" {text!r}"
        raise SettingsError(f"{source} holds a list{shown} that opens a quotation and does not end it.") from error


def _numbered(setting: Setting, environ: Mapping[str, str]) -> list[str]:
    """NAME0, NAME1, …: one item each, in the order of the numbers."""
    if setting.type != "list":
        return []
    length = len(setting.variable)
    numbers = (name[length:] for name in environ if name.startswith(setting.variable))
    return [environ[setting.variable + n] for n in sorted((n for n in numbers if n.isdecimal()), key=int)]


def _scalar(setting: Setting, text: str, source: str) -> Any:
    try:
        value = _typed(setting, text)
    except ValueError as error:
        wanted = _WANTED[setting.type]
        raise SettingsError(f"{source} {_shown(setting, text)}, which is not {wanted}: give {wanted}.") from error
    _check(setting, value, text, source)
    return value


def _typed(setting: Setting, text: str) -> Any:
    if setting.type == "bool":
        if text.lower() not in _SWITCH:
            raise ValueError(setting.flag)
        return _SWITCH[text.lower()]
    if setting.type == "int":
        return int(text)
    if setting.type == "float":
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(setting.flag)
        return number
    return text


def _check(setting: Setting, value: Any, text: str, source: str) -> None:
    declared = setting.declared
    if declared.choices and value not in declared.choices:
        raise SettingsError(f"{source} {_shown(setting, text)}: choose from {', '.join(declared.choices)}.")
    if declared.minimum is not None and value < declared.minimum:
        raise SettingsError(f"{source} {_shown(setting, text)}: give {declared.minimum:g} or more.")
    if declared.maximum is not None and value > declared.maximum:
        raise SettingsError(f"{source} {_shown(setting, text)}: give {declared.maximum:g} or less.")


def _shown(setting: Setting, text: str) -> str:
    if setting.declared.secret:
        return "has a value (not shown, it is a secret)"
    return f"is {text!r}" if text else "is empty"
