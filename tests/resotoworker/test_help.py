"""The command line as users meet it: help, version, and what is said about mistakes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from resotolib.settings import settings_of
from resotolib.settings_help import help_text
from resotoworker.settings import WorkerSettings
from tests.resotoworker.installed import SitePackages

SECRET = "hunter2-hunter2"
PLUGIN = """
    from dataclasses import dataclass
    from resotolib.hookspecs import hookimpl
    from resotolib.settings import flag, group

    @group("{prefix}", "{title}")
    @dataclass(frozen=True)
    class MySettings:
        crater: int = flag(3, "Craters")
        key: str = flag("{secret}", "Key", secret=True)

    @hookimpl
    def resoto_settings():
        return MySettings
"""


@dataclass
class Command:
    """The command in an environment of its own, with plugins of the test beside the installed ones."""

    site: SitePackages

    def __call__(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join([str(self.site.path), *filter(None, [os.environ.get("PYTHONPATH")])])
        return subprocess.run(
            [sys.executable, "-m", "resotoworker", *words],
            env={**os.environ, "PYTHONPATH": paths, "COLUMNS": "100", **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def plugin(self, name: str, prefix: str = "") -> None:
        source = PLUGIN.format(prefix=prefix or name, title=name.capitalize(), secret=SECRET)
        self.site.install(f"resoto-plugin-{name}", f"{name} = {name}_plugin", **{f"{name}_plugin": source})

    def mistake(self, *words: str, **environ: str) -> str:
        """What is said about a mistake: one sentence, nothing else."""
        done = self(*words, **environ)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("resotoworker: ")
        return done.stderr.removeprefix("resotoworker: ").rstrip("\n")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(SitePackages(tmp_path))


def test_help_lists_the_flags_of_the_worker_and_of_every_plugin(command: Command) -> None:
    command.plugin("moon")

    done = command("--help", RESOTOWORKER_PSK=SECRET)

    assert (done.returncode, done.stderr) == (0, "")
    assert all(setting.flag in done.stdout for setting in settings_of(WorkerSettings))
    assert done.stdout.index("Worker:") < done.stdout.index("AWS:") < done.stdout.index("Moon:")
    assert "--aws-scrape-org" in done.stdout
    assert "Craters (default: 3)" in " ".join(done.stdout.split())
    assert SECRET not in done.stdout


def test_help_for_one_collector_lists_its_flags_only(command: Command) -> None:
    command.plugin("moon")

    done = command("--collector", "moon", "--help")

    assert "--moon-crater" in done.stdout
    assert "--aws-" not in done.stdout


def test_version(command: Command) -> None:
    assert command("--version").stdout == "resotoworker 5.0.0\n"


def test_two_plugins_with_the_same_flag(command: Command) -> None:
    command.plugin("moon")
    command.plugin("luna", prefix="moon")

    sentence = command.mistake()

    assert sentence.startswith("--moon-crater is declared by Luna (luna_plugin) and by Moon (moon_plugin): uninstall")


@pytest.mark.parametrize(
    ("words", "environ", "sentence"),
    [
        (["--collector", "awz"], {}, "--collector names 'awz', which is not installed"),
        ([], {"RESOTOWORKER_COLLECTOR": "awz"}, "did you mean aws?"),
        (["--pool-size", "many"], {}, "--pool-size is 'many', which is not a whole number"),
        ([], {"RESOTOWORKER_WEB_PORT": "http"}, "RESOTOWORKER_WEB_PORT is 'http', which is not a whole number"),
        (["-v", "--quiet"], {}, "--verbose and --quiet contradict each other"),
        (["--resotocore-uri", "localhost:8900"], {}, "--resotocore-uri is 'localhost:8900': give an address such as"),
        (
            ["--collector", "aws", "--report", "/dev/null/x"],
            {},
            "--report names /dev/null/x, which cannot be written: Not a dir",
        ),
        (["--colector", "aws"], {}, "The flag --colector is not known (did you mean --collector?)"),
    ],
)
def test_a_mistake_is_one_sentence(command: Command, words: list[str], environ: dict[str, str], sentence: str) -> None:
    assert sentence in command.mistake(*words, **environ)


def test_a_plugin_that_does_not_load_is_one_sentence(command: Command) -> None:
    command.site.install("resoto-plugin-moon", "moon = moon_plugin", moon_plugin="import resotolib.baseplugin")

    assert "Plugin moon: moon_plugin cannot be imported" in command.mistake("--help")


def test_help_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    text = help_text((WorkerSettings,), "resotoworker")

    assert max(map(len, text.splitlines())) <= 80


def test_help_starts_no_cloud_sdk_and_no_web_framework() -> None:
    code = "import sys; from resotoworker.cli import main\ntry: main(['--help'])\nfinally: print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)

    modules = set(loaded.stdout.splitlines()[-1].split())
    assert "resotoworker.cli" in modules
    assert modules.isdisjoint({"boto3", "botocore", "starlette", "uvicorn", "jinja2"})
