"""The subcommands as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pluggy
import pytest

from resotolib import hookspecs
from resotolib.settings import Settings
from resotoworker.cli import main
from resotoworker.plugins import Plugins
from resotoworker.preflight import check, split
from resotoworker.settings import WorkerSettings
from tests.resotoworker.installed import SitePackages


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


PLUGIN = """
from resotolib.hookspecs import hookimpl
from resotolib.preflight import Finding
from resotolib.testing.example import ExampleCollector

@hookimpl
def resoto_collectors(settings):
    return [ExampleCollector()]
"""
BROKEN = """
@hookimpl
def resoto_check(settings, each):
    yield Finding("first", None)
    raise KeyError("second")
"""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", "example: nothing was tried: the plugin has no check"),
        (BROKEN, "example: the check itself failed: KeyError: 'second'"),
    ],
)
def test_a_check_that_says_nothing_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: str, told: str
) -> None:
    SitePackages(tmp_path).install("resoto-plugin-example", "example = example_check", example_check=PLUGIN + more)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "example_check", raising=False)

    status = run(monkeypatch, "check", "example")

    assert status == 1
    assert told in capsys.readouterr().out


def test_where_nothing_can_be_checked_nothing_passes(capsys: pytest.CaptureFixture[str]) -> None:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)

    status = check(Settings(WorkerSettings()), Plugins(manager, (), ()))

    assert status == 1
    assert "nothing to check" in capsys.readouterr().err


def test_tag_is_a_word_of_permissions_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(monkeypatch, "check", "aws", "--tag")

    assert status == 2
    assert "--tag" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["permissions", "gcp"], ["check", "slack", "--slack-bot-token", "x"]])
def test_who_has_read_enough_may_close_the_pipe(words: list[str]) -> None:
    nowhere = ["--slack-endpoint-url", "http://127.0.0.1:1"] if "slack" in words else []
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        command = [sys.executable, "-m", "resotoworker", *words, *nowhere]
        done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_what_two_purposes_need_counts_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "permissions", "gcp", "--gcp-collect", "network", "--cleanup")

    printed = capsys.readouterr()
    names = json.loads(printed.out)["includedPermissions"]
    assert printed.err == f"gcp: {len(names)} permissions to collect, cleanup\n"
