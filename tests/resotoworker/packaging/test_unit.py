"""The systemd unit: what it promises to the worker holds, and systemd understands it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from configparser import ConfigParser, SectionProxy
from pathlib import Path

import pytest

from resotolib.settings import settings_of
from resotoworker.settings import WorkerSettings

UNIT = Path(__file__).parents[3] / "packaging" / "resotoworker.service"
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 20
"""Of 100, as `systemd-analyze security` counts; what a worker is left with is the network."""


@pytest.fixture(scope="module")
def service() -> SectionProxy:
    unit = ConfigParser(interpolation=None, delimiters=("=",), strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # how the parser is told to keep the case
    unit.read(UNIT, encoding="utf-8")
    return unit["Service"]


def test_the_worker_tells_systemd_how_it_is(service: SectionProxy) -> None:
    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")
    assert int(service["WatchdogSec"]) >= 10, "the loop may be late on a busy machine"


def test_it_is_given_time_to_stop(service: SectionProxy) -> None:
    assert service["KillMode"] == "mixed", "its children end when they are done"
    assert int(service["TimeoutStopSec"]) > WorkerSettings().grace_period


def test_the_key_is_a_credential(service: SectionProxy) -> None:
    name, _, path = service["LoadCredential"].partition(":")
    variable, _, value = service["Environment"].partition("=")
    files = {s.file_variable for s in settings_of(WorkerSettings) if s.name == "psk"}
    assert {variable} == files
    assert value == f"%d/{name}"
    assert path.startswith("/etc/")


def test_state_is_kept_where_the_worker_looks(service: SectionProxy) -> None:
    (state,) = [s for s in settings_of(WorkerSettings) if s.name == "state_dir"]
    assert "STATE_DIRECTORY" in state.variables
    assert service["StateDirectory"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The unit with the program where it is here."""
    program = Path(sys.executable).with_name("resotoworker")
    text = UNIT.read_text(encoding="utf-8")
    assert "ExecStart=/usr/local/bin/resotoworker\n" in text
    path = tmp_path / UNIT.name
    path.write_text(text.replace("/usr/local/bin/resotoworker", str(program)), encoding="utf-8")
    return path


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("words", [["verify"], ["security", "--offline=true", f"--threshold={MOST_EXPOSED}"]])
def test_systemd_understands_it(installed: Path, words: list[str]) -> None:
    ended = subprocess.run(
        [str(ANALYZE), *words, str(installed)], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert UNIT.name not in ended.stderr
