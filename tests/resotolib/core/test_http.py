"""The client of the core's HTTP interface: streams, waits, tries again, and says what was wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from resotolib.core.auth import Credentials, verify_token
from resotolib.core.counts import MergeCounts
from resotolib.core.dialects import V2, V3, Dialect, probe
from resotolib.core.http import Core
from resotolib.core.socket import Socket
from resotolib.core.tls import Trust
from resotolib.errors import CoreRefused, CoreUnreachable, MessageError, NotAuthorized
from tests.resotolib.core.fakecore import Answer, FakeCore, Request, fake_core

COUNTS = {
    "nodes_created": 1,
    "nodes_updated": 2,
    "nodes_deleted": 3,
    "edges_created": 4,
    "edges_updated": 5,
    "edges_deleted": 6,
}


@pytest.fixture
def server() -> Iterator[FakeCore]:
    with fake_core() as running:
        yield running


@pytest.fixture
def core(server: FakeCore) -> Iterator[Core]:
    with Core(server.http, Credentials(None)) as client:
        yield client


def test_an_upload_streams_its_files_as_they_are(server: FakeCore, core: Core, tmp_path: Path) -> None:
    server.answer = lambda _: (200, json.dumps(COUNTS))
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes(b'{"id": "a"}\n{"id": "b"}')
    second.write_bytes(b'{"id": "c"}\n')
    counts = core.merge("ck", [str(first), second, b'{"from": "a", "to": "b"}'], "task", 3, 1)
    (request,) = server.requests
    assert request.path == "/graph/ck/merge"
    assert request.body == b'{"id": "a"}\n{"id": "b"}\n{"id": "c"}\n{"from": "a", "to": "b"}\n'
    assert counts == MergeCounts(1, 2, 3, 4, 5, 6)
    assert {name: request.headers.get(name) for name in ("Content-Type", "Transfer-Encoding")} == {
        "Content-Type": "application/x-ndjson",
        "Transfer-Encoding": "chunked",
    }
    assert {name: value for name, value in request.headers.items() if name.startswith("Resoto")} == {
        "Resoto-Worker-Nodes": "3",
        "Resoto-Worker-Edges": "1",
        "Resoto-Worker-Task-Id": "task",
    }


def test_connections_are_used_again(server: FakeCore, core: Core, tmp_path: Path) -> None:
    server.answer = lambda request: (200, json.dumps(COUNTS) if request.path.endswith("merge") else '{"id": "a"}\n')
    for _ in range(3):
        core.merge("ck", [b"{}"], "t", 1, 0)
        core.create_graph("ck")
        list(core.search_graph("ck", "all"))
    assert len({request.peer for request in server.requests}) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda core: core.create_graph("ck"),
        lambda core: core.model("ck"),
        lambda core: core.update_model("ck", []),
        lambda core: core.merge("ck", [b"{}"], "t", 1, 0),
        lambda core: list(core.search_graph("ck", "all")),
        lambda core: core.patch_nodes("ck", [{"id": "a"}]),
        lambda core: core.subscribe("w", ["collect"], 60),
        lambda core: core.unsubscribe("w", "collect"),
    ],
)
def test_the_core_s_own_words_are_in_the_error(server: FakeCore, core: Core, call: Callable[[Core], Any]) -> None:
    server.answer = lambda _: (400, "Error: ImportAborted\nMessage: No kind definition found for nope\n")
    with pytest.raises(CoreRefused, match=r"(?s)status 400.*No kind definition found for nope"):
        call(core)
    server.answer = lambda _: (401, "401: Unauthorized")
    with pytest.raises(NotAuthorized, match="--psk"):
        call(core)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (600, "its clock is (600|599) s ahead of that of this machine, .* Set both clocks"),
        (-600, "its clock is (600|601) s behind that of this machine"),
        (3, "give worker and core the same --psk$"),
    ],
)
def test_clocks_that_differ_are_named_when_the_key_is_refused(
    server: FakeCore, core: Core, ahead: float, told: str
) -> None:
    server.ahead, server.answer, server.refusals = ahead, lambda _: (401, "401: Unauthorized"), [401]
    with pytest.raises(NotAuthorized, match=told):
        core.create_graph("ck")
    with pytest.raises(NotAuthorized, match=told):
        Socket.connect(f"{server.websocket}/subscriber/w/handle", Credentials(None), Trust())


def test_the_key_of_a_core_on_this_machine_passes_no_proxy(
    server: FakeCore, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake_core() as proxy:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.http)
        core.create_graph("ck")
        Socket.connect(f"{server.websocket}/subscriber/w/handle", Credentials("secret"), Trust()).close()
        passed = proxy.requests

    assert passed == []
    assert [request.method for request in server.requests] == ["POST", "GET"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_key_is_not_taken_elsewhere(server: FakeCore, core: Core, status: int) -> None:
    with fake_core() as other:
        server.answer, server.location = lambda _: (status, ""), f"{other.http}/x"
        server.refusals = [status]
        with pytest.raises(CoreRefused, match=f"status {status}: it redirects to {other.http}/x. Give the address"):
            core.create_graph("ck")
        server.location = f"{other.websocket}/x"
        with pytest.raises(CoreUnreachable, match="Redirect limit"):
            Socket.connect(f"{server.websocket}/subscriber/w/handle", Credentials("secret"), Trust())

        assert other.requests == []


def test_a_request_whose_connection_breaks_is_sent_again(server: FakeCore, tmp_path: Path) -> None:
    broken: list[Request] = []

    def answer(request: Request) -> Answer:
        if len(broken) < 2:
            broken.append(request)
            raise ConnectionAbortedError
        return 200, json.dumps(COUNTS)

    server.answer = answer
    file = tmp_path / "1"
    file.write_bytes(b'{"id": "a"}\n')
    with Core(server.http, Credentials(None), pauses=(0.01, 0.01)) as core:
        assert core.merge("ck", [file], "t", 1, 0).nodes_created == 1
    assert [request.body for request in server.requests] == [b'{"id": "a"}\n'] * 3


def test_no_answer_names_address_and_reason() -> None:
    with fake_core() as gone:
        pass
    with Core(gone.http, Credentials(None), pauses=()) as core:
        assert not core.ready()
        with pytest.raises(CoreUnreachable, match=f"{gone.http} cannot be reached: .*refused"):
            core.create_graph("ck")


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False)])
def test_ready_is_what_the_core_says(server: FakeCore, core: Core, status: int, *, ready: bool) -> None:
    server.answer = lambda _: (status, "ok")
    assert core.ready() is ready


def test_each_request_is_signed(server: FakeCore) -> None:
    with Core(server.http, Credentials("secret")) as core:
        core.create_graph("ck")
    token = server.requests[0].headers["Authorization"].removeprefix("Bearer ")
    assert "exp" in verify_token("secret", token)


@pytest.mark.parametrize("text", ["no json", "[1]", '{"nodes_created": "many"}'])
def test_an_answer_that_makes_no_sense_is_an_error(server: FakeCore, core: Core, text: str) -> None:
    server.answer = lambda _: (200, text)
    with pytest.raises(MessageError):
        core.merge("ck", [b"{}"], "t", 1, 0)


@pytest.mark.parametrize("status", [202, 204, 304])
def test_a_search_that_is_not_answered_found_not_nothing(server: FakeCore, core: Core, status: int) -> None:
    server.answer = lambda _: (status, "")
    with pytest.raises(CoreRefused, match=f"status {status}"):
        list(core.search_graph("ck", "all"))


@pytest.mark.parametrize("text", ["[1]", '{"id": "a"}\nnull', '"id"'])
def test_a_row_that_is_no_node_and_no_edge_is_an_error(server: FakeCore, core: Core, text: str) -> None:
    server.answer = lambda _: (200, text)
    with pytest.raises(MessageError, match="no node and no edge"):
        list(core.search_graph("ck", "all"))


def test_what_is_neither_yes_nor_no_is_no_yes(server: FakeCore, core: Core) -> None:
    server.answer = lambda _: (304, "")
    with pytest.raises(CoreRefused, match="status 304"):
        core.patch_nodes("ck", [{"id": "a"}])


@pytest.mark.parametrize("answer", [{"kinds": [{"fqn": "a"}]}, [{"fqn": "a"}], {"kinds": {"a": {"fqn": "a"}}}])
def test_the_model_is_read_in_each_form(server: FakeCore, core: Core, answer: Any) -> None:
    server.answer = lambda _: (200, json.dumps(answer))
    assert core.model("ck") == [{"fqn": "a"}]


def test_a_search_is_read_line_by_line(server: FakeCore, core: Core) -> None:
    server.answer = lambda _: (200, '{"id": "a", "type": "node"}\n\n{"type": "edge", "from": "a", "to": "b"}\n')
    rows = list(core.search_graph("ck", "is(x) and name = 'ü'"))
    assert [row["type"] for row in rows] == ["node", "edge"]
    assert server.requests[0].path == "/graph/ck/search/graph?section=reported"
    assert server.requests[0].body.decode() == "is(x) and name = 'ü'"
    assert server.requests[0].headers["Accept"] == "application/x-ndjson"


def test_patches_go_as_lines(server: FakeCore, core: Core) -> None:
    core.patch_nodes("ck", [{"id": "a", "metadata": {"cleaned": True}}, {"id": "b"}])
    (request,) = server.requests
    assert (request.method, request.path) == ("PATCH", "/graph/ck/nodes")
    assert list(map(json.loads, request.body.splitlines())) == [{"id": "a", "metadata": {"cleaned": True}}, {"id": "b"}]


@pytest.mark.parametrize(
    ("dialect", "path", "properties"),
    [
        (
            V3,
            "/graph/ck/model",
            [
                {"name": "since", "kind": "duration", "required": False, "description": None},
                {"name": "age", "kind": "x", "synthetic": {"path": ["ctime"]}},
            ],
        ),
        (V2, "/model", [{"name": "since", "kind": "string", "required": False, "description": ""}]),
    ],
)
def test_the_model_is_written_as_the_core_knows_it(
    server: FakeCore, core: Core, dialect: Dialect, path: str, properties: list[Any]
) -> None:
    core.dialect = dialect
    kind = {
        "fqn": "a",
        "bases": ["b"],
        "properties": [
            {"name": "since", "kind": "duration", "required": False, "description": None},
            {"name": "age", "kind": "x", "synthetic": {"path": ["ctime"]}},
        ],
        "successor_kinds": None,
    }
    core.update_model("ck", [kind])
    (request,) = server.requests
    assert (request.method, request.path) == ("PATCH", path)
    (sent,) = json.loads(request.body)
    assert sent["properties"] == properties
    assert ("successor_kinds" in sent) == (dialect is V3)


@pytest.mark.parametrize(
    ("model", "search", "dialect"),
    [((200, "[]"), (200, ""), V3), ((404, "404: Not Found"), (404, "404: Not Found"), V2)],
)
def test_the_dialect_is_found_by_asking(
    server: FakeCore, core: Core, model: Answer, search: Answer, dialect: Dialect
) -> None:
    server.answer = lambda request: model if request.method == "GET" else search
    assert probe(core, "ck") is dialect


@pytest.mark.parametrize("search", [(200, "[]"), (400, "Error: ParseError"), (404, "Error: NoSuchGraph")])
def test_a_core_in_between_is_refused_in_a_sentence(server: FakeCore, core: Core, search: Answer) -> None:
    server.answer = lambda request: (404, "404: Not Found") if request.method == "GET" else search
    with pytest.raises(CoreRefused, match=r"GET /graph/ck/model.*POST /graph/ck/search/list.*nothing in between"):
        probe(core, "ck")


def test_a_core_that_starts_is_not_taken_for_an_old_one(server: FakeCore, core: Core) -> None:
    server.answer = lambda _: (503, "starting")
    with pytest.raises(CoreRefused, match="503: starting"):
        probe(core, "ck")
