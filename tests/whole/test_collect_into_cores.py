"""The same made-up accounts into the real core and into the embedded one, in both of its dialects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from resotolib.collect.completeness import Outcome
from resotolib.core.auth import Credentials
from resotolib.core.dialects import probe
from resotolib.core.http import Core
from resotoworker.localcore import LocalCore
from tests.resotoworker.installed import SitePackages
from tests.resotoworker.unruly import FORKED, THREADED, Rig, Unruly, install
from tests.whole.realcore import needs_realcore, real_core

NOUNS = ("account", "region", "network", "machine", "disk")


@pytest.fixture(scope="module", params=[pytest.param("real", marks=needs_realcore), "3.x", "2.0"])
def core(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    folder = tmp_path_factory.mktemp("core")
    with ExitStack() as stack:
        if request.param == "real":
            url = stack.enter_context(real_core(folder / "log")).url
        else:
            url = stack.enter_context(LocalCore(folder / "core.sqlite", dialect=request.param)).url
        core = stack.enter_context(Core(url, Credentials(None)))
        core.dialect = probe(core, "ck")
        yield core


@pytest.fixture
def rig(core: Core, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    made = Rig(core, install(SitePackages(site)), tmp_path)
    yield made
    made.close()


def told(rig: Rig, edge: tuple[str, str, str]) -> bool:
    """Whether a search tells of this edge: the older core's knows default edges only."""
    return edge[2] == "default" or rig.core.dialect.name != "2.0"


@pytest.mark.timeout(300)
def test_accounts_arrive_gaps_are_kept_and_one_bad_account_costs_itself_only(rig: Rig) -> None:
    end = rig.collect(Unruly(3, 3, FORKED), fork=True)
    first = rig.held()
    assert (end.error, rig.messages()) == ("", [])
    assert [first.count(noun) for noun in NOUNS] == [3, 3, 9, 9, 9]

    rig.collect(Unruly(3, 3, THREADED, skipped={"machine": Outcome.UNREAD}))
    kept = rig.held()
    assert set(kept.nodes) == set(first.nodes)
    assert {edge for edge in first.edges - kept.edges if told(rig, edge)} == set()
    assert all("stale_since" in node["metadata"] for node in kept.of("machine"))

    rig.collect(Unruly(1, 1, THREADED, skipped={"machine": Outcome.EXCLUDED}))
    adopted = rig.held()
    assert [adopted.count(noun, "000") for noun in NOUNS] == [1, 1, 1, 3, 1]

    rig.collect(Unruly(4, 10, FORKED, ways={"001": "refused", "002": "cycle"}), fork=True)
    last = rig.held()
    assert [last.count("disk", account) for account in ("000", "001", "002", "003")] == [10, 3, 10, 10]
    (message,) = rig.messages()
    assert "not sent to the core, which keeps what it had" in message
    assert not any("stale_since" in node.get("metadata", {}) for node in last.of("machine", "000"))
