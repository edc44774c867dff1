"""Plugins as they are installed: entry points of the group `resoto.plugins`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import metadata

import pluggy

from resotolib import hookspecs
from resotolib.errors import PluginError

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # of a distribution


def installed() -> dict[str, metadata.EntryPoint]:
    """By name. Raises PluginError when two distributions bring one name."""
    found: dict[str, metadata.EntryPoint] = {}
    for entry in metadata.entry_points(group=hookspecs.ENTRY_POINTS):
        known = found.setdefault(entry.name, entry)
        if (known.value, distribution(known)) != (entry.value, distribution(entry)):
            raise PluginError(
                entry.name,
                f"both {distribution(known)} and {distribution(entry)} bring a plugin of this name. "
                "Run pip uninstall for one of them.",
            )
    return found


def import_plugin(entry: metadata.EntryPoint) -> object:
    """The plugin itself. Raises PluginError."""
    try:
        return entry.load()
    except Exception as error:
        raise PluginError(
            entry.name,
            f"{entry.value} cannot be imported: {type(error).__name__}: {error}. "
            f"Upgrade it to a version for resotoworker 5, or run: pip uninstall {distribution(entry)}",
        ) from error


def register(manager: pluggy.PluginManager, name: str, plugin: object, from_: str = "") -> None:
    """Give it to the manager, which knows the hooks. `from_`: its distribution. Raises PluginError."""
    try:
        manager.register(plugin, name=name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise PluginError(name, f"its hooks are not ours: {' '.join(str(error).split())}") from error
    if not manager.get_hookcallers(plugin):
        raise PluginError(
            name,
            "it has no hook of resotoworker 5, it was perhaps written for an older Resoto. "
            f"Upgrade it, or run: pip uninstall {from_ or name}",
        )


def distribution(entry: metadata.EntryPoint) -> str:
    """What pip calls it."""
    return entry.dist.name if entry.dist is not None else entry.value


def unknown(name: str, known: Sequence[str]) -> str:
    """What to say of a name that is not installed."""
    nearest = get_close_matches(name, known, n=1)
    if nearest:
        hint = f"did you mean {nearest[0]}?"
    elif _NAME.fullmatch(name):
        hint = f"run: pip install 'resoto-plugin-{name}>=5'"
    else:
        hint = "leave it out to load all that are installed"
    there = f"installed are {', '.join(known)}" if known else "no plugin is installed"
    return f"--collector names {name!r}, which is not installed ({there}): {hint}"
