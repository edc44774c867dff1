"""Who may come in: the pre-shared key on every request, and no other site's pages in a user's browser."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from resotolib.core.address import on_this_machine
from resotolib.core.auth import Verifier
from resotolib.errors import NotAuthorized

OPEN = ("/system/", "/static/", "/login", "/favicon.ico", "/metrics")
PAGES = ("/ui/",)
COOKIE = "resotocore_local"


class Guard:
    """ASGI middleware. Without a key everything is open, as in a real core.

    `private`: it is open to this machine only, so who asks for another name is a page of somebody else, whose name was
    made to point here.
    """

    def __init__(self, app: ASGIApp, verifier: Verifier | None, *, private: bool = False) -> None:
        self._app = app
        self._verifier = verifier
        self._private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            refusal = self._refusal(scope)
            if refusal is not None:
                await _refuse(refusal, scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        origin, host = headers.get("origin"), headers.get("host")
        if origin and host and not same_host(origin, host):
            return PlainTextResponse("403: Forbidden", 403)
        if self._private and host and not _is_local(host):
            return PlainTextResponse("403: Forbidden. Without a key this core is there for localhost only.", 403)
        if self._verifier is None or path.startswith(OPEN):
            return None
        if path == "/" or path.startswith(PAGES):
            known = self._valid(_cookie(headers)) or self._bearer(headers)
            return None if known else RedirectResponse("/login", 303)
        return None if self._bearer(headers) else PlainTextResponse("401: Unauthorized", 401)

    def _bearer(self, headers: Headers) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._valid(token.strip())

    def _valid(self, token: str) -> bool:
        if not token or self._verifier is None:
            return False
        try:
            self._verifier.claims(token)
        except NotAuthorized:
            return False
        return True


def same_host(origin: str, host: str) -> bool:
    """Whether a page of this origin was served by this host."""
    return urlsplit(origin).netloc.lower() == host.lower()


def _is_local(host: str) -> bool:
    try:
        return on_this_machine(f"http://{host}")
    except ValueError:
        return False


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _refuse(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    websocket = WebSocket(scope, receive, send)
    await websocket.receive()
    await websocket.send_denial_response(response)
