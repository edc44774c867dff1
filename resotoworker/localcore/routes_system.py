"""Routes of the system: readiness, configuration, workflows, the command line."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from resotolib.errors import Refusal
from resotoworker.localcore.answers import NDJSON, json_answer
from resotoworker.localcore.codec import Json, pack
from resotoworker.localcore.commands import Commands, Line
from resotoworker.localcore.core import Core
from resotoworker.localcore.nodes import merged


class SystemRoutes:
    """Handlers over one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[Route]:
        """The same in both dialects."""
        return [
            Route("/system/ready", self.ready, methods=["GET"]),
            Route("/system/ping", self.ping, methods=["GET"]),
            Route("/configs", self.configs, methods=["GET"]),
            Route("/config/{id}", self.config, methods=["GET", "PUT", "PATCH", "DELETE"]),
            Route("/workflow/{name}", self.start, methods=["POST"]),
            Route("/workflows", self.workflows, methods=["GET"]),
            Route("/cli/execute", self.execute, methods=["POST"]),
        ]

    async def ready(self, _: Request) -> Response:
        """This core can be used."""
        return PlainTextResponse("ok")

    async def ping(self, _: Request) -> Response:
        """This core is alive."""
        return PlainTextResponse("pong")

    async def start(self, request: Request) -> Response:
        """Start a workflow; answers the id of its run."""
        run = self._core.workflows.start(request.path_params["name"])
        await self._core.journal.flush()
        return json_answer({"id": run.id, "workflow": run.workflow})

    async def workflows(self, request: Request) -> Response:
        """The last runs, newest first, with steps, messages and progress."""
        await self._core.journal.flush()
        runs = await self._core.run(self._core.runs.history, int(request.query_params.get("limit", "20")))
        return json_answer(
            [{**run, "step": self._core.workflows.steps[run["workflow"]][run["step"] :][:1]} for run in runs]
        )

    async def execute(self, request: Request) -> Response:
        """Run a command line; answers with lines of text, or with JSON for a client that asks for it."""
        graph = request.query_params.get("graph", self._core.options.graph)
        commands, text = Commands(self._core, graph), (await request.body()).decode().strip()
        lines = [line async for line in commands.execute(text)]
        accepted = request.headers.get("accept", "")
        if NDJSON in accepted:
            return Response("".join(f"{pack(line)}\n" for line in lines), media_type=NDJSON)
        if "application/json" in accepted:
            return json_answer(lines)
        return PlainTextResponse("".join(f"{_text(line)}\n" for line in lines))

    async def configs(self, _: Request) -> Response:
        """The ids of all configurations."""
        return json_answer(await self._core.run(self._config_ids))

    def _config_ids(self) -> list[str]:
        with self._core.store.read() as connection:
            return [row[0] for row in connection.execute("SELECT id FROM config ORDER BY id")]

    async def config(self, request: Request) -> Response:
        """Read, write, change or remove a configuration."""
        name = request.path_params["id"]
        if request.method == "GET":
            return _config_answer(request, await self._core.run(self._read, name))
        if request.method == "DELETE":
            self._core.journal.put("DELETE FROM config WHERE id = ?", (name,))
            await self._core.journal.flush()
            return Response(status_code=204)
        found = json.loads(await request.body())
        if not isinstance(found, dict):
            raise Refusal(400, "AssertionError", "A configuration is an object")
        body, revision = await self._core.run(self._write, name, found, request.method == "PATCH")
        self._core.bus.event("config-updated", id=name, revision=revision)
        return json_answer(body, headers={"Resoto-Config-Revision": revision})

    def _read(self, name: str) -> tuple[Json, str] | None:
        with self._core.store.read() as connection:
            row = connection.execute("SELECT body, revision FROM config WHERE id = ?", (name,)).fetchone()
        return (json.loads(row[0]), f"_{row[1]:x}") if row else None

    def _write(self, name: str, found: Json, change: bool) -> tuple[Json, str]:  # noqa: FBT001  (called by position)
        known = self._read(name)
        body = merged(known[0], found) if known and change else found
        revision = int(known[1][1:], 16) + 1 if known else 1
        with self._core.store.write() as connection:
            connection.execute("INSERT OR REPLACE INTO config VALUES (?, ?, ?)", (name, pack(body), revision))
        return body, f"_{revision:x}"


def _text(line: Line) -> str:
    if isinstance(line, str):
        return line
    reported = line["reported"]
    above = (f"{level}={found['reported'].get('name')}" for level, found in line.get("ancestors", {}).items())
    return ", ".join([f"kind={reported['kind']}, id={reported.get('id')}, name={reported.get('name')}", *above])


def _config_answer(request: Request, found: tuple[Json, str] | None) -> Response:
    if found is None:
        return PlainTextResponse("No config with this id", 404)
    body, revision = found
    headers = {"Resoto-Config-Revision": revision}
    if request.query_params.get("separate_overrides", "false").lower() == "true":
        return json_answer({"config": body, "overrides": None, "raw_config": body}, headers=headers)
    return json_answer(body, headers=headers)
