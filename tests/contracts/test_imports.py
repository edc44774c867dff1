"""Imports go one way: resotolib knows nobody, plugins and the worker know resotolib, nobody knows a plugin."""

from __future__ import annotations

import pytest

from tests.contracts.source import files, imports, place

CLOUDS = ("aws", "gcp", "onelogin", "slack")
FORBIDDEN = {
    "resotolib": ("resotoworker", "resoto_plugin_"),
    "resotoworker": ("resoto_plugin_",),
    **{
        f"plugins/{own}/resoto_plugin_{own}": (
            *("resotoworker", "builder", "gcp_builder"),
            *(f"resoto_plugin_{other}" for other in CLOUDS if other != own),
        )
        for own in CLOUDS
    },
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
