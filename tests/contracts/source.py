"""The source files of this project, parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (
    "resotolib",
    "resotoworker",
    "plugins/aws/resoto_plugin_aws",
    "plugins/gcp/resoto_plugin_gcp",
    "plugins/onelogin/resoto_plugin_onelogin",
    "plugins/slack/resoto_plugin_slack",
)


def files(*folders: str) -> list[Path]:
    """Python files below these folders of the repository."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every module that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def place(path: Path, line: int) -> str:
    """How a finding is named."""
    return f"{path.relative_to(ROOT)}:{line}"
