"""A client of a core that knows nothing of ours: plain HTTP and plain websockets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import websocket

Json = dict[str, Any]
SECONDS = 30.0


@dataclass(frozen=True)
class Client:
    """Talks to the core at an address, as whoever `headers` says."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, content_type: str | None = None) -> requests.Response:
        """One request; a body that is no text is sent as JSON."""
        if body is not None and not isinstance(body, str):
            body, content_type = json.dumps(body), content_type or "application/json"
        headers = {**self.headers, "Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        data = None if body is None else body.encode()
        return requests.request(method, self.url + path, data=data, headers=headers, timeout=120, allow_redirects=False)

    def lines(self, method: str, path: str, rows: Iterable[Any], **headers: str) -> requests.Response:
        """A request of one JSON text a line."""
        return requests.request(
            method,
            self.url + path,
            data="".join(json.dumps(row) + "\n" for row in rows).encode(),
            headers={**self.headers, "Content-Type": "application/x-ndjson", "Accept": "application/json", **headers},
            timeout=120,
        )

    def merge(self, graph: str, rows: Iterable[Any], task: str | None = None) -> requests.Response:
        """Upload into a graph."""
        headers = {"Resoto-Worker-Task-Id": task} if task else {}
        return self.lines("POST", f"/graph/{graph}/merge", rows, **headers)

    def merged(self, graph: str, rows: Iterable[Any], task: str | None = None) -> Json:
        """What an upload did, without what it did not."""
        answer = self.merge(graph, rows, task)
        assert answer.status_code == 200, answer.text
        return {name: count for name, count in answer.json().items() if count}

    def found(self, graph: str, query: str, what: str = "list") -> list[Json]:
        """The elements that a search finds."""
        answer = self.ask("POST", f"/graph/{graph}/search/{what}?section=reported", query, "text/plain")
        assert answer.status_code == 200, answer.text
        elements: list[Json] = answer.json()
        return elements

    def ids(self, graph: str, query: str) -> list[str]:
        """The ids that a search finds, in order."""
        return [element["id"] for element in self.found(graph, query)]

    def edges(self, graph: str, query: str) -> set[tuple[str, str, str]]:
        """The edges that a search walks along."""
        found = (element for element in self.found(graph, query, "graph") if element["type"] == "edge")
        return {(edge["from"], edge["edge_type"], edge["to"]) for edge in found}

    def node(self, graph: str, node: str) -> Json:
        """One node."""
        (found,) = self.found(graph, f'id("{node}")')
        return found

    def shell(self, line: str, graph: str = "ck") -> requests.Response:
        """A line of the core's shell."""
        return self.ask("POST", f"/cli/execute?graph={graph}", line, "text/plain")

    @contextmanager
    def socket(self, path: str) -> Iterator[Socket]:
        """A websocket, as soon as it may be opened: an earlier connection's end takes a moment to be noticed."""
        connection = self._connect_when_free(path)
        try:
            yield Socket(connection)
        finally:
            connection.close()
            connection.shutdown()  # type: ignore[no-untyped-call]  # needed where the other side said goodbye first

    def _connect_when_free(self, path: str) -> websocket.WebSocket:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                return self.connect(path)
            except websocket.WebSocketBadStatusException as refused:
                if refused.status_code != 429 or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def connect(self, path: str, **options: Any) -> websocket.WebSocket:
        """A websocket, at once."""
        url = self.url.replace("http", "ws", 1) + path
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        return websocket.create_connection(url, timeout=SECONDS, header=headers, **options)


@dataclass(frozen=True)
class Socket:
    """One open websocket."""

    connection: websocket.WebSocket

    def receive(self) -> Json:
        """The next message."""
        found: Json = json.loads(self.connection.recv())
        return found

    def until(self, wanted: Callable[[Json], bool]) -> list[Json]:
        """All messages up to the one that is wanted."""
        messages = [self.receive()]
        while not wanted(messages[-1]):
            messages.append(self.receive())
        return messages

    def send(self, message: Any) -> None:
        """Text as it is, anything else as JSON."""
        self.connection.send(message if isinstance(message, str) else json.dumps(message))

    def answer(self, action: Json, kind: str = "action_done", **data: Any) -> None:
        """Answer an action."""
        self.send({"kind": kind, "message_type": action["message_type"], "data": {**action["data"], **data}})

    def is_closed_by_peer(self) -> bool:
        """Whether the next thing that comes is the end."""
        code, _ = self.connection.recv_data(control_frame=True)
        return bool(code == websocket.ABNF.OPCODE_CLOSE)


def kind(fqn: str, *bases: str, root: bool = True, **properties: str) -> Json:
    """A complex kind; a property whose kind ends with `!` is required."""
    return {
        "fqn": fqn,
        "bases": list(bases),
        "properties": [
            {"name": name, "kind": value.rstrip("!"), "required": value.endswith("!"), "description": None}
            for name, value in properties.items()
        ],
        "allow_unknown_props": False,
        "aggregate_root": root,
        "successor_kinds": None,
        "metadata": {},
    }


def node(id_: str, kind_: str, metadata: Json | None = None, **reported: Any) -> Json:
    """A node whose own id is also its identifier and its name."""
    return {"id": id_, "reported": {"kind": kind_, "id": id_, "name": id_, **reported}, "metadata": metadata or {}}


def edge(start: str, end: str, type_: str | None = None) -> Json:
    """An edge; without a type it is a default one."""
    return {"from": start, "to": end, **({"edge_type": type_} if type_ else {})}


def account(name: str, *volumes: str, extra: Iterable[Json] = (), **metadata: Any) -> list[Json]:
    """An upload of one account with one region and some volumes."""
    region = f"{name}-r"
    return [
        node("some root", "graph_root"),
        node("c", "cloud"),
        node(name, "account", {"replace": True, **metadata}),
        node(region, "region"),
        edge("some root", "c"),
        edge("c", name),
        edge(name, region),
        *(node(volume, "t_volume", {"cleaned": False}) for volume in volumes),
        *(edge(region, volume) for volume in volumes),
        *extra,
    ]


AGE = {
    "name": "age",
    "kind": "trafo.duration_to_datetime",
    "required": False,
    "description": None,
    "synthetic": {"path": ["ctime"]},
}
RESOURCE = kind(
    "resource",
    kind="string!",
    id="string!",
    name="string",
    tags="dictionary[string, string]",
    ctime="datetime",
    mtime="datetime",
)
MODEL: list[Json] = [
    {**RESOURCE, "properties": [*RESOURCE["properties"], AGE]},
    *(kind(level, "resource") for level in ("cloud", "account", "region", "zone")),
    kind("t_shape", root=False, width="int64", more="string"),
    {"fqn": "t_state", "runtime_kind": "string", "enum": ["in-use", "available"]},
    kind(
        "t_volume",
        "resource",
        volume_size="int64",
        volume_state="t_state",
        volume_shape="t_shape",
        volume_shapes="t_shape[]",
        volume_names="string[]",
        volume_encrypted="boolean",
        volume_seen="datetime",
        volume_lasts="duration",
    ),
    kind("t_instance", "resource", memory="int64!"),
]
