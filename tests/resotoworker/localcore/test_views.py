"""SQL over the file of the embedded core."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resotoworker.localcore import LocalCore
from resotoworker.localcore.cli import main
from tests.resotoworker.localcore.contract.client import MODEL, Client, account, edge, node


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of a core that runs."""
    file = tmp_path_factory.mktemp("core") / "core.sqlite"
    with LocalCore(file) as core:
        client = Client(core.url)
        client.ask("POST", "/graph/ck").raise_for_status()
        client.ask("PATCH", "/graph/ck/model", MODEL).raise_for_status()
        small = node("v1", "t_volume", volume_size=1, volume_shape={"width": 7}, tags={"owner": "me"})
        large = node("v2", "t_volume", volume_size=100)
        client.merged("ck", account("a", extra=[small, large, edge("a-r", "v1"), edge("a-r", "v2")]))
        yield file


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        (
            "SELECT id, account, region, volume_size FROM t_volume ORDER BY id",
            [
                {"id": "v1", "account": "a", "region": "a-r", "volume_size": 1},
                {"id": "v2", "account": "a", "region": "a-r", "volume_size": 100},
            ],
        ),
        ("SELECT count(*) AS all_of_them FROM resource", [{"all_of_them": 5}]),
        (
            "SELECT json_extract(tags, '$.owner') AS owner FROM t_volume WHERE volume_shape LIKE '%7%'",
            [{"owner": "me"}],
        ),
        ("SELECT v.id FROM t_volume v JOIN edge e ON e.dst = v.node_id WHERE v.volume_size > 1", [{"id": "v2"}]),
    ],
)
def test_kinds_are_tables(
    path: Path, statement: str, rows: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--database", str(path), "--sql", statement]) == 0

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == rows


@pytest.mark.parametrize("statement", ["DELETE FROM node", "SELECT * FROM nothing", "SELECT"])
def test_what_cannot_be_done_is_said(path: Path, statement: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", str(path), "--sql", statement]) == 2

    assert capsys.readouterr().err.startswith(f"resotocore-local: --sql over {path}: ")


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", str(tmp_path / "none"), "--sql", "SELECT 1"]) == 2

    assert "unable to open database file" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
