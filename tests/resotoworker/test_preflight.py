"""The subcommands as a user types them."""

from __future__ import annotations

import json

import pytest

from resotoworker.cli import main
from resotoworker.preflight import split


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["permissions", "aws", "--tag"], ("permissions", ("aws",), ["--tag"])),
        (["check", "aws", "gcp", "--fork"], ("check", ("aws", "gcp"), ["--fork"])),
        (["check"], ("check", (), [])),
        (["--fork"], ("", (), ["--fork"])),
        ([], ("", (), [])),
    ],
)
def test_a_subcommand_comes_first(argv: list[str], expected: object) -> None:
    assert split(argv) == expected


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["resotoworker", *words])
    return main()


def test_permissions_are_printed_as_a_policy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(monkeypatch, "permissions", "aws", "--aws-collect", "vpc", "--tag")

    statements = json.loads(capsys.readouterr().out)["Statement"]
    assert status == 0
    assert {"ec2:DescribeVpcs", "ec2:CreateTags"} <= {action for one in statements for action in one["Action"]}


def test_an_unknown_collector_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(monkeypatch, "permissions", "asw")

    assert status == 2
    assert "aws" in capsys.readouterr().err


def test_tag_is_a_word_of_permissions_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(monkeypatch, "check", "aws", "--tag")

    assert status == 2
    assert "--tag" in capsys.readouterr().err
