"""The ASGI application: all routes over one core, which lives as long as the application runs."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from resotolib.core.address import on_this_machine
from resotolib.core.auth import Verifier
from resotolib.errors import Refusal
from resotoworker.localcore.answers import refused
from resotoworker.localcore.core import Core, Options
from resotoworker.localcore.guard import Guard
from resotoworker.localcore.routes_graph import GraphRoutes
from resotoworker.localcore.routes_page import PageRoutes
from resotoworker.localcore.routes_system import SystemRoutes
from resotoworker.localcore.routes_worker import WorkerRoutes
from resotoworker.localcore.store import Store

log = logging.getLogger(__name__)

THREADS = 4
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104  # compared, not bound
# Bodies of another shape than expected, queries too deep for Python or too long for SQLite.
NOT_UNDERSTOOD = (ValueError, TypeError, KeyError, RecursionError, OverflowError, sqlite3.OperationalError)


def make_app(options: Options, started: Callable[[Core], None]) -> Starlette:
    """The application; `started` is called inside its event loop when it can be used."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        store = Store(options.path)
        with contextlib.closing(store), ThreadPoolExecutor(THREADS, "localcore") as pool:
            core = Core(options, store, pool)
            app.router.routes.extend(routes_of(core))
            core.start()
            started(core)
            try:
                yield
            finally:
                await core.stop()

    return Starlette(
        lifespan=lifespan,
        middleware=[_guard(options)],
        exception_handlers={Refusal: _refused, **dict.fromkeys(NOT_UNDERSTOOD, _not_understood)},
    )


def _guard(options: Options) -> Middleware:
    private = not options.psk and options.host not in EVERYWHERE and on_this_machine(f"http://{options.host}")
    return Middleware(Guard, verifier=Verifier(options.psk) if options.psk else None, private=private)


def routes_of(core: Core) -> list[BaseRoute]:
    """All routes of a core."""
    return [
        *PageRoutes(core).routes(),
        *SystemRoutes(core).routes(),
        *GraphRoutes(core).routes(),
        *WorkerRoutes(core).routes(),
    ]


async def _refused(_: Request, error: Exception) -> Response:
    return refused(error if isinstance(error, Refusal) else Refusal(400, type(error).__name__, str(error)))


async def _not_understood(request: Request, error: Exception) -> Response:
    """As in a real core, whatever goes wrong with a request is the request's fault."""
    log.warning("%s %s was not understood", request.method, request.url.path, exc_info=error)
    return refused(Refusal(400, type(error).__name__, str(error)))
