"""The cloud from memory: one asyncio process that answers from a tape, or records what moto says.

    python -m bench.replay TAPE [--upstream URL]

Prints its port, ends when standard input is closed. Beside AWS requests it answers its owner at `/bench/…`:
`stats`, `reset`, `delay?ms=20`, `save`.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import os
import signal
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

import requests

from bench.tape import Request, Tape, response, stats_response

MISSING = response(404, {"Content-Type": "text/plain"}, b"This request is not on the tape.")


@dataclass
class Counters:
    """What was seen since the last reset."""

    requests: int = 0
    missing: int = 0
    connections: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    bytes_sent: int = 0
    operations: collections.Counter[str] = field(default_factory=collections.Counter)
    endpoints: set[tuple[bytes, bytes, bytes]] = field(default_factory=set)

    def as_json(self) -> dict[str, object]:
        """For the owner; `endpoints` is the number of (account, region, service)."""
        plain = {name: value for name, value in vars(self).items() if name not in ("operations", "endpoints")}
        return {**plain, "operations": dict(self.operations), "endpoints": len(self.endpoints)}


@dataclass
class Cloud:
    """The state that all connections share."""

    tape: Tape
    path: Path
    upstream: str
    delay: float = 0.0
    counters: Counters = field(default_factory=Counters)
    expires: bytes = (datetime.now(timezone.utc) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ").encode()

    def admin(self, target: str) -> bytes:
        """Answer the owner."""
        url = urlsplit(target)
        if url.path == "/bench/reset":
            self.counters = Counters(in_flight=self.counters.in_flight)
        elif url.path == "/bench/delay":
            self.delay = float(parse_qs(url.query)["ms"][0]) / 1000
        elif url.path == "/bench/save":
            self.tape.save(self.path)
        return stats_response(self.counters.as_json())

    async def answer(self, request: Request) -> bytes:
        """From the tape, or from moto and then onto the tape."""
        found = self.tape.find(request, self.expires)
        if found is not None:
            return found
        self.counters.missing += 1
        if not self.upstream:
            return MISSING
        fetched = await asyncio.to_thread(self._fetch, request)
        self.tape.keep(request, fetched)
        return fetched

    def _fetch(self, request: Request) -> bytes:
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers.items()}
        got = requests.request(
            request.method.decode(),
            self.upstream + request.target.decode("latin-1"),
            data=request.body,
            headers={**headers, "accept-encoding": "identity"},
            timeout=120,
            allow_redirects=False,
        )
        return response(got.status_code, dict(got.headers), got.content)


class Connection(asyncio.Protocol):
    """One client: requests come one after the other, as HTTP clients without pipelining send them."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        self._transport = cast(asyncio.Transport, transport)
        self._cloud.counters.connections += 1

    def data_received(self, data: bytes) -> None:
        """Answer each complete request."""
        self._buffer += data
        while (request := self._next()) is not None:
            if request.target.startswith(b"/bench/"):
                self._write(self._cloud.admin(request.target.decode()))
                continue
            self._count(request)
            found = None if self._cloud.upstream else self._cloud.tape.find(request, self._cloud.expires)
            if found is not None:
                asyncio.get_running_loop().call_later(self._cloud.delay, self._send, found)
            else:
                task = asyncio.get_running_loop().create_task(self._later(request))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _later(self, request: Request) -> None:
        self._send(await self._cloud.answer(request))

    def _count(self, request: Request) -> None:
        counters = self._cloud.counters
        counters.requests += 1
        counters.in_flight += 1
        counters.most_in_flight = max(counters.most_in_flight, counters.in_flight)
        counters.operations[request.operation] += 1
        counters.endpoints.add(request.scope)

    def _send(self, answer: bytes) -> None:
        self._cloud.counters.in_flight -= 1
        self._cloud.counters.bytes_sent += len(answer)
        self._write(answer)

    def _write(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)

    def _next(self) -> Request | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        first, *lines = bytes(self._buffer[:end]).split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        length = int(headers.get(b"content-length", b"0"))
        if len(self._buffer) < end + 4 + length:
            return None
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        method, target, _ = first.split(b" ", 2)
        return Request(method, target, headers, body)


async def serve(cloud: Cloud) -> None:
    """Bind, print the port, serve until killed."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(cloud), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_owner() -> None:
    """Standard input ends when the owner has gone."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Read the tape if there is one, and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tape", type=Path)
    parser.add_argument("--upstream", default="")
    args = parser.parse_args()
    threading.Thread(target=end_with_owner, daemon=True).start()
    tape = Tape.load(args.tape) if args.tape.exists() and not args.upstream else Tape()
    asyncio.run(serve(Cloud(tape, args.tape, args.upstream)))


if __name__ == "__main__":
    main()
