"""The page in the browser: accounts and kinds, a resource with its neighbours, runs. No scripts, no other sites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, TypeVar
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from resotolib.core.auth import bearer_token
from resotolib.errors import NotAuthorized
from resotoworker.localcore.browse import PAGE, Browser, sections
from resotoworker.localcore.core import Core
from resotoworker.localcore.guard import COOKIE

SESSION_SECONDS = 12 * 3600
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
STARTABLE = ("collect", "cleanup")

T = TypeVar("T")


class PageRoutes:
    """Handlers over one core; they show its default graph."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._templates = Environment(
            loader=PackageLoader("resotoworker.localcore"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["moment"] = _moment

    def routes(self) -> list[Route]:
        """The same in both dialects."""
        return [
            Route("/", self.overview, methods=["GET"]),
            Route("/login", self.login, methods=["GET", "POST"]),
            Route("/ui/search", self.search, methods=["GET"]),
            Route("/ui/account/{account:path}", self.account, methods=["GET"]),
            Route("/ui/node/{node:path}", self.node, methods=["GET"]),
            Route("/ui/run/{run}", self.run, methods=["GET"]),
            Route("/ui/start/{workflow}", self.start, methods=["POST"]),
        ]

    async def overview(self, _: Request) -> Response:
        """Accounts by kinds, and the last runs."""
        shown = await self._read(lambda graph: graph.overview())
        return self._page("overview.html", overview=shown, runs=await self._runs(8), startable=STARTABLE)

    async def account(self, request: Request) -> Response:
        """One account: its kinds."""
        node = request.path_params["account"]
        account, kinds = await self._read(lambda graph: (graph.node(node), graph.kinds(node)))
        if account is None:
            return self._missing("account")
        return self._page("account.html", account=account, kinds=kinds)

    async def search(self, request: Request) -> Response:
        """Resources of an account, of a kind, or those that hold a text."""
        params = request.query_params
        text, account, kind = params.get("q", ""), params.get("account"), params.get("kind")
        page = int(params["page"]) if params.get("page", "").isdecimal() else 0
        found, above = await self._read(
            lambda graph: (
                graph.resources(text, account=account or None, kind=kind or None, page=page),
                graph.node(account) if account else None,
            )
        )
        shown: dict[str, Any] = {"resources": found[:PAGE], "more": len(found) > PAGE, "page": page}
        return self._page("resources.html", **shown, text=text, kind=kind or "", account=above)

    async def node(self, request: Request) -> Response:
        """One resource and its neighbours."""
        id_ = request.path_params["node"]
        node, neighbours = await self._read(lambda graph: (graph.node(id_), graph.neighbours(id_)))
        if node is None:
            return self._missing("resource")
        return self._page("node.html", node=node, sections=sections(node), neighbours=neighbours)

    async def run(self, request: Request) -> Response:
        """One run of a workflow, with what was said in it."""
        runs = await self._runs(1, request.path_params["run"])
        return self._page("run.html", run=runs[0]) if runs else self._missing("run")

    async def start(self, request: Request) -> Response:
        """Start a workflow and show its run."""
        name = request.path_params["workflow"]
        if name not in STARTABLE:
            return self._missing("workflow")
        run = self._core.workflows.start(name)
        await self._core.journal.flush()
        return RedirectResponse(f"/ui/run/{run.id}", 303)

    async def login(self, request: Request) -> Response:
        """Ask for the pre-shared key and remember who gave it."""
        psk, wrong = self._core.options.psk, False
        if request.method == "POST" and psk and self._core.verifier:
            given = parse_qs((await request.body())[:4096].decode(errors="replace")).get("psk", [""])[0]
            try:
                self._core.verifier.claims(bearer_token(given))
            except NotAuthorized:
                wrong = True
            else:
                answer = RedirectResponse("/", 303)
                token = bearer_token(psk, ttl=SESSION_SECONDS)
                answer.set_cookie(COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="strict")
                return answer
        return self._page("login.html", status=403 if wrong else 200, wrong=wrong, needed=psk is not None)

    async def _runs(self, limit: int, run: str | None = None) -> list[dict[str, Any]]:
        await self._core.journal.flush()
        steps = self._core.workflows.steps
        found = await self._core.run(self._core.runs.history, limit, run)
        return [{**one, "steps": steps.get(one["workflow"], ())} for one in found]

    async def _read(self, read: Callable[[Browser], T]) -> T:
        def work() -> T:
            graph = self._core.options.graph
            with self._core.store.read() as connection:
                return read(Browser(connection, graph, self._core.graphs.model(graph)))

        return await self._core.run(work)

    def _page(self, name: str, status: int = 200, **shown: Any) -> Response:
        return HTMLResponse(self._templates.get_template(name).render(shown), status, HEADERS)

    def _missing(self, what: str) -> Response:
        return self._page("missing.html", status=404, what=what)


def _moment(seconds: float | None) -> str:
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%d %H:%M:%S}"
