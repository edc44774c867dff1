"""Distributions made on the spot: what pip leaves behind, so that plugins are found the way they are in real life."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SitePackages:
    """A directory on the import path."""

    path: Path

    def install(self, distribution: str, entry_point: str = "", version: str = "1.0", **modules: str) -> None:
        """Put modules and a distribution's metadata there; `entry_point` is a line such as `moon = moon_plugin`."""
        for name, source in modules.items():
            (self.path / f"{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        info = self.path / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", "utf-8")
        if entry_point:
            (info / "entry_points.txt").write_text(f"[resoto.plugins]\n{entry_point}\n", "utf-8")
