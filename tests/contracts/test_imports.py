"""Imports go one way: resotolib knows nobody, plugins and the worker know resotolib, nobody knows a plugin."""

from __future__ import annotations

import pytest

from tests.contracts.source import files, imports, place

FORBIDDEN = {
    "resotolib": ("resotoworker", "resoto_plugin_"),
    "resotoworker": ("resoto_plugin_",),
    "plugins/aws/resoto_plugin_aws": ("resotoworker", "builder", "resoto_plugin_onelogin"),
    "plugins/onelogin/resoto_plugin_onelogin": ("resotoworker", "resoto_plugin_aws", "resoto_plugin_slack"),
    "plugins/slack/resoto_plugin_slack": ("resotoworker", "resoto_plugin_aws", "resoto_plugin_onelogin"),
}


@pytest.mark.parametrize("folder", sorted(FORBIDDEN))
def test_nothing_is_imported_against_the_direction(folder: str) -> None:
    against = [
        f"{place(path, line)} imports {name}"
        for path in files(folder)
        for line, name in imports(path)
        if name.startswith(FORBIDDEN[folder])
    ]

    assert against == []


def test_the_packages_were_found() -> None:
    assert all(len(files(folder)) > 10 for folder in FORBIDDEN)
