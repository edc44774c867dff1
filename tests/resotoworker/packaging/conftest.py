"""Fresh environments, and the wheels of this repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LEFT_OUT = ("resoto", "__editable__", "pip")


@dataclass(frozen=True)
class Environment:
    """A virtual environment that has what we depend on, and nothing of ours."""

    path: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.path / "bin" / "python")

    def pip(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run pip for it; nothing is fetched from an index."""
        command = [sys.executable, "-m", "pip", "--python", self.python, "--disable-pip-version-check", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def install(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Install without an index and without fetching build tools."""
        return self.pip("install", "--no-index", "--no-build-isolation", *words)

    def run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of its console scripts."""
        return subprocess.run(
            [str(self.path / "bin" / program), *words], capture_output=True, text=True, check=False, timeout=60
        )


@pytest.fixture(scope="session")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is installed here, as links, but pip and what is ours: an environment that reads it needs no download."""
    folder = tmp_path_factory.mktemp("dependencies")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(LEFT_OUT) and entry.suffix != ".pth":
            (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture
def environment(tmp_path: Path, dependencies: Path) -> Environment:
    """A fresh environment."""
    path = tmp_path / "venv"
    venv.create(path, with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (path / "lib" / version / "site-packages" / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    return Environment(path)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Builds the wheel of a folder, from a copy, and returns it; each folder once."""
    built: dict[Path, Path] = {}

    def build(folder: Path) -> Path:
        if folder not in built:
            source, target = tmp_path_factory.mktemp("source") / "tree", tmp_path_factory.mktemp("wheels")
            ignored = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "tests", "build", "dist")
            shutil.copytree(folder, source, ignore=ignored)
            command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
            options = ["--no-build-isolation", "--wheel-dir", str(target)]
            subprocess.run([*command, *options, str(source)], check=True, capture_output=True)
            built[folder] = next(target.glob("*.whl"))
        return built[folder]

    return build
