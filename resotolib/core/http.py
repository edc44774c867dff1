"""The core's HTTP interface: graph, model, merge, search and patch."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

import requests

from resotolib.core.address import elsewhere, on_this_machine
from resotolib.core.auth import Bearer, Credentials, why_refused
from resotolib.core.counts import MergeCounts
from resotolib.core.dialects import V3, Dialect
from resotolib.core.tls import CoreAdapter, FetchedTrust, Trust
from resotolib.errors import CoreError, CoreRefused, CoreUnreachable, MessageError, NotAuthorized

log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 120.0
MERGE_SECONDS = 3700.0  # a core gives up a merge after an hour
SHORT = (3.0, 10.0)  # for what is asked while somebody waits
PAUSES = (1.0, 5.0)  # seconds before a request is sent again
_CHUNK = 256 * 1024
_NDJSON = "application/x-ndjson"

T = TypeVar("T")


class Core:
    """A client of one core; may be used from several threads, closed by `with`.

    Every method raises CoreUnreachable (no answer), NotAuthorized (pre-shared key) or CoreRefused (the core's own
    words). What may be sent twice is sent again when the connection breaks, three times in all.
    """

    def __init__(
        self,
        address: str,
        credentials: Credentials,
        trust: Trust | FetchedTrust | None = None,
        dialect: Dialect = V3,
        pauses: tuple[float, ...] = PAUSES,
        *,
        merge_seconds: float = MERGE_SECONDS,
    ) -> None:
        self.address = address.rstrip("/")
        self.dialect, self.trust = dialect, trust or Trust()
        self._pauses, self._merge_seconds = pauses, merge_seconds
        self.ends = float("inf")
        self._session = requests.Session()
        self._session.auth = Bearer(credentials)
        self._session.trust_env = not on_this_machine(self.address)  # what stays here passes no proxy
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, CoreAdapter(pool_connections=2, pool_maxsize=16))

    def __enter__(self) -> Core:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Core({self.address!r})"

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def until(self, moment: float) -> Core:
        """The same core, but nothing is asked, and no answer awaited, after `moment` (monotonic): it is unreachable."""
        bounded = copy(self)
        bounded.ends = moment
        return bounded

    def ready(self) -> bool:
        """Does the core answer, and is it ready to work?"""
        try:
            self.check_ready()
        except CoreError:
            return False
        return True

    def check_ready(self) -> None:
        """Raises a CoreError that says why the core is not ready, if it is not."""
        status, text = self.ask("GET", "/system/ready")
        if status != 200:
            raise CoreRefused(self.address, status, text.strip()[:200] or "not ready")

    def ask(self, method: str, path: str, *, body: str | None = None) -> tuple[int, str]:
        """Status and text of the answer, whatever the status is (but 401)."""
        with self._answer(method, path, data=body) as answer:
            return answer.status_code, answer.text

    def create_graph(self, graph: str) -> None:
        """Make the graph unless it exists."""
        self._again(lambda: self._json("POST", f"/graph/{quote(graph)}"))

    def model(self, graph: str) -> list[dict[str, Any]]:
        """The kinds that the core knows, in its own format."""
        answer = self._again(lambda: self._json("GET", self.dialect.model_path(graph)))
        kinds = answer.get("kinds", answer) if isinstance(answer, dict) else answer
        if isinstance(kinds, dict):
            kinds = list(kinds.values())
        if not isinstance(kinds, list) or not all(isinstance(kind, dict) and "fqn" in kind for kind in kinds):
            raise MessageError("the core", f"expected a model, got {str(answer)[:200]}")
        return kinds

    def update_model(self, graph: str, kinds: Iterable[Mapping[str, Any]]) -> None:
        """Add or replace these kinds; others stay."""
        body = json.dumps(self.dialect.model(kinds)).encode()
        headers = {"Content-Type": "application/json"}
        self._again(lambda: self._json("PATCH", self.dialect.model_path(graph), data=body, headers=headers))

    def merge(
        self, graph: str, parts: Iterable[str | Path | bytes], task_id: str, nodes: int, edges: int
    ) -> MergeCounts:
        """Upload nodes and edges and wait until the core has merged them, which can take an hour.

        `parts`: paths of NDJSON files, which are streamed, or single lines as bytes.
        """
        sources = list(parts)
        headers = {"Content-Type": _NDJSON, **self.dialect.merge_headers(task_id, nodes, edges)}
        path, wait = f"/graph/{quote(graph)}/merge", (CONNECT_SECONDS, self._merge_seconds)
        return MergeCounts.parse(
            self._again(lambda: self._json("POST", path, data=_chunks(sources), headers=headers, timeout=wait))
        )

    def search_graph(self, graph: str, query: str) -> Iterator[dict[str, Any]]:
        """Nodes, then edges, as they arrive; paths in `query` begin at `reported` or with a slash."""
        headers = {"Accept": _NDJSON, "Content-Type": "text/plain"}
        path = self.dialect.search_path(graph)
        with self._answer("POST", path, data=query.encode(), headers=headers, stream=True) as answer:
            self._check(answer)
            if answer.status_code != 200:  # nothing said is not nothing found
                raise CoreRefused(self.address, answer.status_code, "no answer to a search")
            for line in answer.iter_lines(chunk_size=_CHUNK):
                if line:
                    yield self._row(line)

    def patch_nodes(self, graph: str, patches: Iterable[Mapping[str, Any]]) -> None:
        """Change sections of nodes, each named by its `id` and once only: all of them or, on an error, none."""
        body = b"".join(json.dumps(patch).encode() + b"\n" for patch in patches)
        path, headers = f"/graph/{quote(graph)}/nodes", {"Content-Type": _NDJSON, "Accept": "application/json"}
        self._again(lambda: self._json("PATCH", path, data=body, headers=headers))

    def subscribe(self, subscriber: str, actions: Iterable[str], timeout: int) -> None:
        """Register for these actions and no others; the core waits `timeout` seconds for the answer to one."""
        wanted = [{"message_type": name, "timeout": timeout, "wait_for_completion": True} for name in actions]
        self._json("PUT", f"/subscriber/{quote(subscriber)}", json=wanted, timeout=SHORT)

    def unsubscribe(self, subscriber: str, action: str) -> None:
        """No longer wait for this subscriber in steps of this kind."""
        self._json("DELETE", f"/subscriber/{quote(subscriber)}/{quote(action)}", timeout=SHORT)

    def _again(self, request: Callable[[], T]) -> T:
        """Try again where the connection broke. A late answer is no reason: the core may be working on it."""
        for pause in self._pauses:
            try:
                return request()
            except CoreUnreachable as lost:
                if not isinstance(lost.__cause__, requests.ConnectionError):
                    raise
                log.warning("%s; trying again in %s s", lost, pause)
                time.sleep(pause)
        return request()

    def _json(self, method: str, path: str, **options: Any) -> Any:
        with self._answer(method, path, **options) as answer:
            self._check(answer)
            return self._parsed(answer.content) if answer.content else None

    @contextmanager
    def _answer(self, method: str, path: str, **options: Any) -> Iterator[requests.Response]:
        connect, wait = options.pop("timeout", (CONNECT_SECONDS, ANSWER_SECONDS))
        left = self.ends - time.monotonic()
        if left <= 0:
            raise CoreUnreachable(self.address, f"no time is left for {method} {path}")
        options |= {"timeout": (min(connect, left), min(wait, left)), "verify": self.trust.for_requests()}
        try:
            with self._session.request(method, self.address + path, allow_redirects=False, **options) as answer:
                if answer.is_redirect:
                    raise CoreRefused(self.address, answer.status_code, elsewhere(answer.headers["Location"]))
                if answer.status_code == 401:
                    raise NotAuthorized(self.address, why_refused(answer.headers.get("Date", "")))
                yield answer
        except requests.Timeout as late:
            raise CoreUnreachable(self.address, f"no answer to {method} {path} in time") from late
        except requests.RequestException as broken:
            self.trust.refused(broken)
            raise CoreUnreachable(self.address, _reason(broken)) from broken

    def _check(self, answer: requests.Response) -> None:
        if not 200 <= answer.status_code < 300:
            raise CoreRefused(self.address, answer.status_code, answer.text.strip()[:2000])

    def _row(self, line: bytes) -> dict[str, Any]:
        row = self._parsed(line)
        if not isinstance(row, dict):
            raise MessageError(f"the core at {self.address}", f"no node and no edge: {line[:100]!r}")
        return row

    def _parsed(self, text: bytes) -> Any:
        try:
            return json.loads(text)
        except ValueError as wrong:
            raise MessageError(f"the core at {self.address}", f"no JSON: {text[:100]!r}") from wrong


def _chunks(sources: Iterable[str | Path | bytes]) -> Iterator[bytes]:
    for source in sources:
        if isinstance(source, bytes):
            yield source.rstrip(b"\n") + b"\n"
            continue
        last = b"\n"
        with Path(source).open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
                last = chunk[-1:]
        if last != b"\n":
            yield b"\n"


def _reason(broken: requests.RequestException) -> str:
    """The innermost cause, which is the one that says something ("Connection refused")."""
    cause: BaseException = broken
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    return str(cause) or type(cause).__name__
