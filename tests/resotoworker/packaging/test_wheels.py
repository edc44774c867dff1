"""What a user installs: the worker, a plugin, and never an old package of the same name."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from resotoworker.localcore import LocalCore
from tests.demo.children import Child
from tests.demo.core import Core
from tests.ports import free_port
from tests.resotoworker.packaging.conftest import ROOT, Environment

AWS = ROOT / "plugins" / "aws"
MOON = ROOT / "tests" / "fakes" / "plugin"
Wheel = Callable[[Path], Path]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of wheels to install from."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def old(name: str, tmp_path: Path, wheel: Wheel) -> Path:
    """A package in the version that others have published; its modules are not ours."""
    folder = tmp_path / "old"
    (folder / "resotolib").mkdir(parents=True)
    for module in ("__init__", "errors", "settings"):
        (folder / "resotolib" / f"{module}.py").write_text("OLD = True\n", encoding="utf-8")
    setup = f"from setuptools import setup\nsetup(name={name!r}, version='3.9.0', packages=['resotolib'])\n"
    (folder / "setup.py").write_text(setup, encoding="utf-8")
    return wheel(folder)


def test_a_plugin_alone_brings_the_worker(environment: Environment, shelf: Path, wheel: Wheel) -> None:
    shutil.copy(wheel(ROOT), shelf)
    shutil.copy(wheel(AWS), shelf)

    installed = environment.install("--find-links", str(shelf), "resoto-plugin-aws")

    assert installed.returncode == 0, installed.stderr
    assert environment.run("resotoworker", "--version").stdout.split()[-1] == "5.0.0"


def test_an_old_worker_is_no_worker_for_a_plugin(
    environment: Environment, shelf: Path, tmp_path: Path, wheel: Wheel
) -> None:
    shutil.copy(old("resotoworker", tmp_path, wheel), shelf)
    shutil.copy(wheel(AWS), shelf)

    refused = environment.install("--find-links", str(shelf), "resoto-plugin-aws")

    assert refused.returncode != 0
    assert "resotoworker<6,>=5" in refused.stderr


def test_an_old_library_written_over_ours_is_named_with_the_remedy(
    environment: Environment, tmp_path: Path, wheel: Wheel
) -> None:
    environment.install(str(wheel(ROOT)))
    environment.install(str(old("resotolib", tmp_path, wheel)))
    broken = environment.run("resotoworker", "--help")
    environment.pip("uninstall", "--yes", "resotolib")
    environment.install("--force-reinstall", "--no-deps", str(wheel(ROOT)))
    repaired = environment.run("resotoworker", "--help")

    assert (broken.returncode, repaired.returncode) == (2, 0)
    assert broken.stderr.startswith("resotoworker: resotolib 3.9.0, of an older Resoto, is installed")
    assert "pip uninstall resotolib, then: pip install --force-reinstall --no-deps" in broken.stderr


def test_the_flags_of_a_plugin_come_and_go_with_it(environment: Environment, wheel: Wheel) -> None:
    environment.install(str(wheel(ROOT)), str(wheel(AWS)))
    with_plugin = environment.run("resotoworker", "--help").stdout
    environment.pip("uninstall", "--yes", "resoto-plugin-aws")
    without = environment.run("resotoworker", "--help").stdout

    assert "--aws-scrape-org" in with_plugin
    assert "--aws-" not in without
    assert "--resotocore-uri" in without


def test_everything_that_is_read_at_run_time_is_in_the_wheel(environment: Environment, wheel: Wheel) -> None:
    environment.install(str(wheel(ROOT)), str(wheel(AWS)))
    source = ("resotolib", "resotoworker", "resoto_plugin_aws")
    wanted = {
        str(path.relative_to(folder.parent))
        for folder in (*(ROOT / name for name in source[:2]), AWS / source[2])
        for path in folder.rglob("*")
        if path.suffix not in (".py", ".pyc", ".tbl") and path.is_file()
    }

    site = next((environment.path / "lib").glob("python*/site-packages"))
    installed = {str(path.relative_to(site)) for name in source for path in (site / name).rglob("*")}

    assert wanted - installed == set()


def test_a_cloud_of_somebody_else_is_collected(environment: Environment, tmp_path: Path, wheel: Wheel) -> None:
    environment.install(str(wheel(ROOT)), str(wheel(MOON)))
    with LocalCore(tmp_path / "core.sqlite") as core:
        flags = ("--resotocore-uri", core.url, "--state-dir", str(tmp_path / "state"), "--moon-craters", "7")
        web = ("--web-host", "127.0.0.1", "--web-port", str(free_port()))
        command = [str(environment.path / "bin" / "resotoworker"), "--collector", "moon", *flags, *web]
        with Child("worker", command, tmp_path / "worker.log") as worker:
            collected = _collect(core, worker)

    assert collected == 7


def _collect(core: LocalCore, worker: Child) -> int:
    """Number of craters in the core after a collect."""
    client = Core(core.url)
    _wait(worker, lambda: client.has_subscriber("collect"))
    run = client.start("collect")
    _wait(worker, lambda: client.run(run).state == "done")
    answer = requests.post(f"{core.url}/graph/ck/search/list", data="is(moon_crater)", timeout=10)
    return len(answer.json())


def _wait(worker: Child, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        worker.check()
        assert time.monotonic() < deadline, worker.tail()
        time.sleep(0.05)
