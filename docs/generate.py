"""Writes docs/reference from the declarations: `python -m docs.generate`. A test holds the pages true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Kind
from resotolib.settings import Setting, group_of, settings_of
from resotolib.settings_help import default_text, usage
from resotoworker.plugins import Plugins, load_plugins
from resotoworker.settings import WorkerSettings

REFERENCE = Path(__file__).with_name("reference")
_MADE = "<!-- Written by `make docs`: change the declarations, not this page. -->\n\n"


def pages() -> Mapping[str, Callable[[], str]]:
    """Name of each page and what writes it."""
    plugins = load_plugins()
    clouds = sorted({kind.cloud for kind in plugins.kinds().values()})
    kinds = {f"{cloud}-kinds.md": partial(kinds_page, plugins, cloud) for cloud in clouds}
    return {"settings.md": partial(settings_page, plugins), **kinds}


def settings_page(plugins: Plugins) -> str:
    """Every flag of the worker and of the plugins of this repository."""
    lines = [
        "# Settings\n",
        (
            "Precedence: command line, environment, default. A secret can also be read from the file that the variable "
            "with `_FILE` at its end names.\n"
        ),
    ]
    classes: tuple[type[Any], ...] = (WorkerSettings, *plugins.settings_classes())
    for cls in classes:
        lines.append(
            f"## {group_of(cls).title}\n\n| flag | environment | default | meaning |\n| --- | --- | --- | --- |"
        )
        lines += [_setting_row(setting) for setting in settings_of(cls)]
        lines.append("")
    return _MADE + "\n".join(lines)


def kinds_page(plugins: Plugins, cloud: str) -> str:
    """Every kind that the plugin of a cloud collects."""
    every = (*plugins.kinds().values(), *plugins.further_kinds())
    found = (kind for kind in every if kind.collectable and kind.cloud == cloud)
    kinds = sorted(found, key=lambda kind: kind.name)
    lines = [
        f"# Kinds of {cloud}\n",
        (
            f"{_how_many(kinds)} Base kinds are the same for every cloud, so that `search is(instance)` "
            f"finds instances wherever they are; there are {len(base_kinds())} of them.\n"
        ),
        "| kind | base | service | where | properties | edges | tags | deletes | collected |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    return _MADE + "\n".join([*lines, *map(_kind_row, kinds), ""])


def write() -> None:
    """Write all pages."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text(), encoding="utf-8")


def _setting_row(setting: Setting) -> str:
    names = [*setting.variables, *filter(None, [setting.file_variable])]
    cells = (
        f"`{usage(setting)}`",
        " ".join(f"`{name}`" for name in names),
        default_text(setting),
        setting.declared.help,
    )
    return _row(cells)


def _how_many(kinds: Sequence[Kind]) -> str:
    """How many kinds there are, and how many of them have to be asked for."""
    count = Counter(kind.collected for kind in kinds)
    if count["always"] == len(kinds):
        return f"{len(kinds)} kinds are collected."
    named = f", {count['named']} (`named`) when they are asked for by name" if count["named"] else ""
    return (
        f"{len(kinds)} kinds can be collected: {count['always']} always, {count['full']} more (`full`) with "
        f"`--{kinds[0].cloud}-kinds full`{named}."
    )


def _kind_row(kind: Kind) -> str:
    bases = ", ".join(base for base in kind.bases if base not in ("resource", f"{kind.cloud}_resource"))
    tags = "changed" if kind.tags and kind.tags.update else "read" if kind.tags else ""
    edges = len({rule.kind for rule in kind.edges})
    return _row(
        (
            kind.name,
            bases,
            kind.service,
            kind.extent,
            str(len(kind.properties)),
            str(edges),
            tags,
            "yes" * bool(kind.deletion),
            kind.collected,
        )
    )


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    write()
