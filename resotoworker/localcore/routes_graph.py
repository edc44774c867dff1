"""Routes of graphs: model, upload, search, changes."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from typing import IO

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from resotolib.errors import Refusal
from resotoworker.localcore.answers import import_aborted, json_answer, stream
from resotoworker.localcore.codec import Json
from resotoworker.localcore.core import Core
from resotoworker.localcore.kinds import parse_kinds
from resotoworker.localcore.model import Model
from resotoworker.localcore.nodes import Renderer, parse_changes, patch_nodes
from resotoworker.localcore.search import Search

log = logging.getLogger(__name__)

IN_MEMORY = 4 * 1024 * 1024
UPLOADS = ("application/json", "application/x-ndjson", "application/ndjson")
WHATS = {"list": Search.nodes, "graph": Search.graph, "aggregate": Search.aggregate}


class GraphRoutes:
    """Handlers over one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[Route]:
        """What this dialect has."""
        both = [
            Route("/graph", self.graphs, methods=["GET"]),
            Route("/graph/{graph}", self.create, methods=["POST"]),
            Route("/graph/{graph}", self.root, methods=["GET"]),
            Route("/graph/{graph}/merge", self.merge, methods=["POST"]),
            Route("/graph/{graph}/nodes", self.patch, methods=["PATCH"]),
            Route("/graph/{graph}/node/{node}", self.node, methods=["GET"]),
        ]
        if self._core.speaks_2:
            return [
                *both,
                Route("/model", self.common_model, methods=["GET", "PATCH"]),
                Route("/graph/{graph}/query/{what}", self.search, methods=["POST"]),
            ]
        return [
            *both,
            Route("/graph/{graph}/model", self.model, methods=["GET", "PUT", "PATCH"]),
            Route("/graph/{graph}/search/{what}", self.search, methods=["POST"]),
        ]

    async def graphs(self, _: Request) -> Response:
        """The names of all graphs."""
        return json_answer(await self._core.run(self._core.graphs.names))

    async def create(self, request: Request) -> Response:
        """Make the graph when it is not there; answers its root."""
        graph = request.path_params["graph"]
        await self._core.run(self._core.graphs.create, graph)
        return json_answer(await self._core.run(self._node, graph, "root"))

    async def root(self, request: Request) -> Response:
        """The root of a graph."""
        graph = request.path_params["graph"]
        await self._core.run(self._core.graphs.require, graph)
        return json_answer(await self._core.run(self._node, graph, "root"))

    async def node(self, request: Request) -> Response:
        """One node by its id."""
        graph, node = request.path_params["graph"], request.path_params["node"]
        found = await self._core.run(self._node, graph, node)
        return json_answer(found) if found else PlainTextResponse(f"No such node with id {node} in graph {graph}", 404)

    def _node(self, graph: str, node: str) -> Json | None:
        with self._core.store.read() as connection:
            return next(Renderer(connection, graph, self._core.graphs.model(graph)).nodes([node]), None)

    async def model(self, request: Request) -> Response:
        """Read, extend or replace the model of a graph."""
        return await self._model(request, request.path_params["graph"])

    async def common_model(self, request: Request) -> Response:
        """The early core had one model for everything."""
        return await self._model(request, self._core.options.graph)

    async def _model(self, request: Request, graph: str) -> Response:
        if request.method == "GET":
            return json_answer(_bodies(await self._core.run(self._core.graphs.model, graph)))
        if not self._core.speaks_2 and _content_type(request) != "application/json":
            return PlainTextResponse("Only support json", 406)
        kinds = parse_kinds(await request.body())
        replace = request.method == "PUT"
        model = await self._core.run(lambda: self._core.graphs.update_model(graph, kinds, replace=replace))
        bodies = {body["fqn"]: body for body in _bodies(model)}
        return json_answer({"kinds": bodies, "predefined_synthetic_props": {}})

    async def merge(self, request: Request) -> Response:
        """Take an upload; a request that breaks off changes nothing."""
        graph, content_type = request.path_params["graph"], _content_type(request)
        await self._core.run(self._core.graphs.require, graph)
        if content_type not in UPLOADS:
            message = "Can not read graph. Currently supported formats: json and ndjson!"
            raise Refusal(400, "AttributeError", message)
        spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the merge closes it)
        try:
            async for chunk in request.stream():
                spool.write(chunk)
        except ClientDisconnect:
            spool.close()
            log.warning("An upload into %s broke off: nothing was changed", graph)
            return PlainTextResponse("400: the upload broke off", 400)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return await self._merge(request, graph, spool, content_type)

    async def _merge(self, request: Request, graph: str, spool: IO[bytes], content_type: str) -> Response:
        run = None if self._core.speaks_2 else request.headers.get("resoto-worker-task-id")
        waits = request.query_params.get("wait_for_result", "true").lower() != "false"
        if not waits and not self._core.speaks_2:
            self._core.merge_later(graph, spool, content_type, run)
            return Response(status_code=204)
        try:
            counts = await self._core.merge(graph, spool, content_type, run)
        except Refusal as refusal:
            raise import_aborted(refusal) from refusal
        return json_answer(counts.body())

    async def search(self, request: Request) -> Response:
        """Run the query in the body."""
        graph, what = request.path_params["graph"], WHATS.get(request.path_params["what"])
        if what is None:
            return PlainTextResponse("404: Not Found", 404)
        await self._core.run(self._core.graphs.require, graph)
        model = await self._core.run(self._core.graphs.model, graph)
        text, section = (await request.body()).decode(), request.query_params.get("section")
        return await stream(self._core, request, lambda db: what(Search(db, graph, model, text, section)))

    async def patch(self, request: Request) -> Response:
        """Change sections of nodes; answers the changed nodes."""
        graph = request.path_params["graph"]
        await self._core.run(self._core.graphs.require, graph)
        model = await self._core.run(self._core.graphs.model, graph)
        changes = parse_changes(await request.body(), _content_type(request))
        ids = await self._core.run(self._patch, graph, model, changes)
        return await stream(self._core, request, lambda db: Renderer(db, graph, model).nodes(ids))

    def _patch(self, graph: str, model: Model, changes: list[Json]) -> list[str]:
        with self._core.store.write() as connection:
            return patch_nodes(connection, graph, model, changes)


def _bodies(model: Model) -> Iterator[Json] | list[Json]:
    return [kind.body for kind in model.kinds.values()]


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
