"""The oldest dependencies that pip may take are those that the code has been seen to work with."""

from __future__ import annotations

import re

import pytest

from tests.fakes.aws.server import ROOT


@pytest.mark.parametrize(
    ("name", "oldest"),
    [
        ("uvicorn", (0, 35)),  # before it there are no `websockets-sansio`, and the embedded core does not start
        ("websocket-client", (1, 9, 2)),  # before it a redirect was followed, with the token that proves the key
    ],
)
def test_what_is_too_old_is_not_taken(name: str, oldest: tuple[int, ...]) -> None:
    found = re.search(rf'"{name}>=([\d.]+)', (ROOT / "setup.py").read_text(encoding="utf-8"))

    assert found is not None
    assert tuple(map(int, found[1].split("."))) >= oldest
