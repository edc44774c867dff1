"""Somebody follows the page on writing plugins literally, in an empty folder, and gets what it promises."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from resotolib import hookspecs
from tests.docs.walk import Command, File, steps
from tests.ports import free_port
from tests.resotoworker.packaging.conftest import ROOT, dependencies, wheel

__all__ = ["dependencies", "wheel"]  # fixtures

PAGE = ROOT / "docs" / "writing-a-plugin.md"
PORTS = ("8333", "8900", "9955")
PROJECT = "resoto-plugin-harbour"
OVER = "the command is over:"


@dataclass
class Shell:
    """A shell in which one command after the other is typed. `folder`: where files are written."""

    folder: Path
    typed: IO[str]
    printed: IO[str]

    def run(self, command: Command) -> str:
        """What the command prints; it has to succeed."""
        self.typed.write(f'{command.line}\necho "{OVER} $?"\n')
        self.typed.flush()
        lines: list[str] = []
        for line in self.printed:
            before, over, status = line.partition(OVER)
            lines.append(before)
            if over:
                text = "".join(lines)
                assert status.strip() == "0", f"{command.line}\n{text}{self._logs()}"
                return text
        raise AssertionError(f"the shell ended at {command.line}")

    def _logs(self) -> str:
        return "".join(f"\n{path.name}:\n{path.read_text()}" for path in self.folder.rglob("*.log"))


@contextmanager
def shell(folder: Path, environment: dict[str, str]) -> Iterator[Shell]:
    """Start one; whatever was started in it is gone afterwards."""
    process = subprocess.Popen(
        ["bash"],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Shell(folder / PROJECT, process.stdin, process.stdout)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def environment(tmp_path: Path, dependencies: Path, wheel: Callable[[Path], Path]) -> dict[str, str]:
    """That of somebody whose index has our wheel, and to whom everything else is installed already."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    shutil.copy(wheel(ROOT), shelf)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = tmp_path / PROJECT / ".venv" / "lib" / version / "site-packages"
    site.mkdir(parents=True)
    (site / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    ours = ("RESOTOWORKER_", "PIP_", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_NO_BUILD_ISOLATION": "0"}
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    here = str(Path(sys.executable).parent)
    path = os.pathsep.join([str(programs), *(one for one in os.environ["PATH"].split(os.pathsep) if one != here)])
    return {**kept, **index, "PATH": path, "PIP_REQUIRE_VIRTUALENV": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.mark.timeout(180)  # makes an environment, a core and a worker
def test_who_follows_the_page_collects_a_resource(tmp_path: Path, environment: dict[str, str]) -> None:
    ports = {port: str(free_port()) for port in PORTS}
    with shell(tmp_path, environment) as typing:
        for step in steps(PAGE, {"mkdir resoto-plugin-harbour": "mkdir -p resoto-plugin-harbour", **ports}):
            if isinstance(step, File):
                (typing.folder / step.name).write_text(step.text, encoding="utf-8")
                continue
            printed = typing.run(step)
            assert [line for line in step.prints if line not in printed] == [], printed


def test_the_page_lists_every_hook_with_its_arguments() -> None:
    tree = ast.parse(Path(hookspecs.__file__).read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    declared = {f"{hook.name}({', '.join(one.arg for one in hook.args.args)})" for hook in functions}

    assert set(re.findall(r"^\| `(resoto_\w+\(.*?\))`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == declared
