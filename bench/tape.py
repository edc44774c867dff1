"""Recorded answers of the cloud: what was asked, by whom, where, and what came back."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

_SCOPE = re.compile(rb"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_LENGTH = re.compile(rb"Content-Length: \d+")
_EXPIRATION = re.compile(rb"<Expiration>[^<]*</Expiration>")
# Parameters that differ from run to run and mean nothing to the answer.
_IGNORED = frozenset({"RoleSessionName", "DurationSeconds"})
_IDENTIFIER = re.compile(r"\d|%|:|.{25}")
_REST_API = re.compile(r"(?<=/restapis/)[^/?]+")
_VERSION = re.compile(r"v\d$|\d{4}-\d\d-\d\d$|\d{8}$")
Headers = dict[bytes, bytes]


@dataclass(frozen=True)
class Request:
    """One HTTP request: header names in lower case."""

    method: bytes
    target: bytes
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def scope(self) -> tuple[bytes, bytes, bytes]:
        """Access key (one an account), region and service that the request is signed for."""
        found = _SCOPE.search(self.headers.get(b"authorization", b""))
        return found.groups() if found else (b"", b"", b"")  # type: ignore[return-value]  # three groups of bytes

    @property
    def operation(self) -> str:
        """Service and operation, or path where the protocol does not name one; for counting."""
        service = self.scope[2].decode()
        target = self.headers.get(b"x-amz-target", b"").decode()
        if target:
            return f"{service}.{target.rpartition('.')[2]}"
        action = dict(parse_qsl(self.body.decode("latin-1"))).get("Action") if self.form else None
        return f"{service}.{action or self._route()}"

    def _route(self) -> str:
        """Method and path of a REST call, with `*` for what looks like an identifier; S3 tells calls by the query."""
        path, _, query = _REST_API.sub("*", self.target.decode()).partition("?")
        parts = ["*" if _IDENTIFIER.search(part) and not _VERSION.match(part) else part for part in path.split("/")]
        if self.scope[2] == b"s3":
            parts = ["", "*" if parts[1:] != [""] else "", query.partition("&")[0].partition("=")[0]]
        return f"{self.method.decode()} {'/'.join(parts)}"

    @property
    def form(self) -> bool:
        """Whether the body is a form, as in the query protocols."""
        return self.headers.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded")

    def key(self) -> bytes:
        """The same for the same question of the same account; independent of time, signature and session name."""
        body = self.body
        if self.form:
            fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
            body = urlencode(sorted(pair for pair in fields if pair[0] not in _IGNORED)).encode()
        target = self.headers.get(b"x-amz-target", b"")
        return hashlib.blake2b(
            b"\0".join((*self.scope, self.method, self.target, target, body)), digest_size=16
        ).digest()


@dataclass
class Tape:
    """The recorded answers, each a whole HTTP response."""

    answers: dict[bytes, bytes] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Tape:
        """Read a file that `save` wrote: our own cache, so that pickle is safe and fastest."""
        with path.open("rb") as file:
            return cls(pickle.load(file))

    def save(self, path: Path) -> None:
        """Write all answers."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            pickle.dump(self.answers, file, pickle.HIGHEST_PROTOCOL)

    def find(self, request: Request, expires: bytes) -> bytes | None:
        """The answer, with credentials that expire at `expires` (ISO 8601)."""
        answer = self.answers.get(request.key())
        if answer is not None and request.scope[2] == b"sts":
            return refreshed(answer, expires)
        return answer

    def keep(self, request: Request, answer: bytes) -> None:
        """Remember an answer."""
        self.answers[request.key()] = answer


def refreshed(answer: bytes, expires: bytes) -> bytes:
    """An answer of STS whose credentials expire at another time."""
    head, _, body = answer.partition(b"\r\n\r\n")
    body = _EXPIRATION.sub(b"<Expiration>" + expires + b"</Expiration>", body)
    head = _LENGTH.sub(b"Content-Length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


def response(status: int, headers: dict[str, str], body: bytes) -> bytes:
    """A whole HTTP response."""
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower()
        not in {"connection", "content-length", "date", "server", "transfer-encoding", "content-encoding"}
    }
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in kept.items())]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode("latin-1") + body


def stats_response(stats: dict[str, object]) -> bytes:
    """The counters as JSON."""
    return response(200, {"Content-Type": "application/json"}, json.dumps(stats).encode())
