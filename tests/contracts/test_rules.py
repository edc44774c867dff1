"""The rules of the house, held by every file that is shipped."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.source import ROOT, SHIPPED, files, place, tree

SOURCES = files(*SHIPPED)
LONGEST_FILE, LONGEST_FUNCTION = 250, 40
DECLARATIONS = ("resotolib/kinds/base.py", "resotolib/errors.py")  # lists of things, as long as there are things

MAKERS_OF_STATE = {"dict", "list", "set", "defaultdict", "Counter", "deque", "Queue", "Lock", "Event", "local"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_is_one_noun(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= LONGEST_FILE or named(path) in DECLARATIONS


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_function_does_one_thing(path: Path) -> None:
    long = [
        place(path, node.lineno)
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_nothing_forbidden_is_in_it(path: Path) -> None:
    assert list(_offences(path)) == []


def test_every_file_says_what_it_is() -> None:
    silent = [named(path) for path in SOURCES if ast.get_docstring(tree(path)) is None]

    assert silent == []


def _offences(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.ClassDef(bases=bases) if {"Thread", "Process"} & {ast.unparse(b).split(".")[-1] for b in bases}:
                yield f"{place(path, node.lineno)}: a subclass of a thread or process"
            case ast.FunctionDef(name="__del__"):
                yield f"{place(path, node.lineno)}: __del__"
            case ast.Attribute(attr="_exit") if named(path) != "resotoworker/signals.py":
                yield f"{place(path, node.lineno)}: ends the process"
            case ast.Name(id="NotImplementedError"):
                yield f"{place(path, node.lineno)}: a stub"
            case ast.Global(names=names):
                yield f"{place(path, node.lineno)}: global {', '.join(names)}"
            case ast.ExceptHandler(body=[ast.Pass()]):
                yield f"{place(path, node.lineno)}: an error is swallowed"
    yield from _module_state(path)


def _module_state(path: Path) -> Iterator[str]:
    """Mutable things that a module keeps; constants are tuples, frozensets, and filled tables that nobody changes."""
    for node in tree(path).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and _is_state(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if ast.unparse(targets[0]) != "__all__":
                yield f"{place(path, node.lineno)}: a mutable {ast.unparse(targets[0])}"


def _is_state(value: ast.expr) -> bool:
    match value:
        case ast.List() | ast.Set() | ast.ListComp() | ast.SetComp():
            return True
        case ast.Dict(keys=keys):
            return not keys
        case ast.Call(func=made):
            return ast.unparse(made).split(".")[-1] in MAKERS_OF_STATE
        case _:
            return False
