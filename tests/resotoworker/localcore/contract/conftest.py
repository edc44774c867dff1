"""The embedded core, and the real one where it is: what is said of one has to be true of the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from resotoworker.localcore import LocalCore
from tests.resotoworker.localcore.contract.client import MODEL, Client
from tests.whole.realcore import needs_realcore, real_core


@pytest.fixture(scope="package", params=["embedded", pytest.param("real", marks=needs_realcore)])
def core(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One core for all tests here."""
    folder = tmp_path_factory.mktemp("core")
    if request.param == "real":
        with real_core(folder / "log") as real:
            yield Client(real.url)
    else:
        with LocalCore(folder / "core.sqlite") as embedded:
            yield Client(embedded.url)


@pytest.fixture(scope="package")
def _numbers() -> Iterator[int]:
    return itertools.count()


@pytest.fixture(scope="module")
def graph(core: Client, _numbers: Iterator[int]) -> str:
    """A new graph that knows the model of these tests."""
    name = f"g{next(_numbers)}"
    assert core.ask("POST", f"/graph/{name}").status_code == 200
    assert core.ask("PUT", f"/graph/{name}/model", MODEL).status_code == 200
    return name
