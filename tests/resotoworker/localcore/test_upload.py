"""Uploads into the embedded core that break off, meet or are large. What both cores do alike is in `contract`."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from resotolib.errors import Refusal
from resotoworker.localcore import LocalCore
from resotoworker.localcore.graphs import Graphs
from resotoworker.localcore.kinds import parse_kinds
from resotoworker.localcore.store import Store
from tests.resotoworker.localcore.contract.client import MODEL, Client, Json, account, edge, node

NDJSON = "application/x-ndjson"


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Client]:
    """A core with one account and two volumes."""
    with LocalCore(tmp_path / "core.sqlite") as running:
        client = Client(running.url)
        client.ask("POST", "/graph/ck").raise_for_status()
        client.ask("PATCH", "/graph/ck/model", MODEL).raise_for_status()
        client.merged("ck", account("a", "v1", "v2"))
        yield client


@pytest.fixture
def graphs(tmp_path: Path) -> Iterator[Graphs]:
    """Graphs without a server."""
    store = Store(tmp_path / "core.sqlite")
    found = Graphs(store)
    found.create("ck")
    found.update_model("ck", parse_kinds(json.dumps(MODEL).encode()), replace=False)
    yield found
    store.close()


def lines(rows: list[Json]) -> io.BytesIO:
    """An upload as a file."""
    return io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())


def estate(size: int, edges: int, *, tag: str = "x") -> list[Json]:
    """An account of volumes that lie in each other, with delete edges among them."""
    volumes = [
        node(f"v{at}", "t_volume", volume_size=at, tags={"stage": tag}, volume_names=["a"]) for at in range(size)
    ]
    inside = [edge("a-r" if at < 50 else f"v{at // 3}", f"v{at}") for at in range(size)]
    delete = [edge(f"v{at % size}", f"v{at * 7 % size}", "delete") for at in range(edges - size)]
    return account("a", extra=chain(volumes, inside, delete))


def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def send_half(core: Client, rows: list[Json], framing: str) -> None:
    """Begin an upload and hang up before its end."""
    address = urlsplit(core.url)
    body = lines(rows).getvalue()
    chunk = body if "Length" in framing else f"{len(body):x}\r\n".encode() + body + b"\r\n"
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as connection:
        head = f"POST /graph/ck/merge HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {NDJSON}\r\n{framing}"
        connection.sendall(head.encode() + b"\r\n\r\n" + chunk)


@pytest.mark.parametrize("framing", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
def test_an_upload_that_breaks_off_changes_nothing(
    core: Client, framing: str, caplog: pytest.LogCaptureFixture
) -> None:
    send_half(core, account("a", "v1"), framing)
    until(lambda: "broke off" in caplog.text)

    assert core.merged("ck", account("a", "v1", "v2")) == {}


def test_an_upload_that_is_not_waited_for_is_merged_all_the_same(
    core: Client, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/graph/ck/merge?wait_for_result=False"

    assert core.lines("POST", path, account("a", "v3")).status_code == 204
    until(lambda: core.ids("ck", "is(t_volume)") == ["v3"])
    assert core.lines("POST", path, [{"foo": 1}]).status_code == 204
    until(lambda: "was refused" in caplog.text)


def test_delete_edges_may_form_a_cycle(core: Client) -> None:
    cycle = [edge("v1", "v2", "delete"), edge("v2", "v1", "delete")]

    assert core.merged("ck", account("a", "v1", "v2", extra=cycle)) == {"edges_created": 2}


@pytest.mark.parametrize(
    "edges",
    [
        [edge("v1", "v1")],
        [edge("v1", "v2"), edge("v2", "v1")],
        [edge("v2", "a")],
    ],
    ids=["itself", "each other", "the account in its volume"],
)
def test_a_cycle_is_named_and_not_walked_for_ever(core: Client, edges: list[Json]) -> None:
    answer = core.merge("ck", account("a", "v1", "v2", extra=edges))

    assert answer.status_code == 400
    assert "Default edges form a cycle: " in answer.text
    assert " -> " in answer.text
    assert core.merged("ck", account("a", "v1", "v2")) == {}


@pytest.mark.parametrize("mine", ["a", "c"], ids=["the same account", "the cloud above it"])
def test_while_an_account_is_merged_no_other_upload_changes_it(graphs: Graphs, tmp_path: Path, mine: str) -> None:
    rows = account("a", "v1")
    mark = {"c": {"replace": True}, "a": {}}
    other = [{**row, "metadata": mark[row["id"]]} if mine == "c" and row.get("id") in mark else row for row in rows]
    store = Store(tmp_path / "core.sqlite")

    with ThreadPoolExecutor(1) as pool, store.write():  # the first merge waits for the file
        first = pool.submit(graphs.merge, "ck", lines(rows), NDJSON, None)
        until(graphs.merging)
        with pytest.raises(Refusal, match="ConflictingChangeInProgress"):
            graphs.merge("ck", lines(other), NDJSON, None)
    store.close()

    assert first.result().nodes_created == 4


def test_accounts_side_by_side_do_not_wait_for_each_other(core: Client) -> None:
    names = [f"account-{number}" for number in range(6)]

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda name: core.merge("ck", account(name, f"{name}-v")).status_code, names))

    assert found == [200] * 6
    assert len(core.ids("ck", "is(account)")) == 7


def test_merging_the_same_again_touches_nothing(graphs: Graphs) -> None:
    first = graphs.merge("ck", lines(estate(1_400, 4_000)), NDJSON, None)
    again = graphs.merge("ck", lines(estate(1_400, 4_000)), NDJSON, None)
    changed = graphs.merge("ck", lines(estate(1_400, 4_000, tag="y")), NDJSON, None)

    assert first.nodes_created == 1_403
    assert (again.nodes_updated, again.edges_created, again.edges_deleted) == (0, 0, 0)
    assert changed.nodes_updated == 1_400


def test_what_costs_an_upload_grows_as_the_upload_does(graphs: Graphs) -> None:
    graphs.merge("ck", lines(estate(1_000, 3_000)), NDJSON, None)
    spent = []
    for size in (1_000, 6_000):
        upload = lines(estate(size, 3 * size))
        before = time.process_time()
        graphs.merge("ck", upload, NDJSON, None)
        spent.append(time.process_time() - before)

    assert spent[1] < spent[0] * 6 * 2.5
