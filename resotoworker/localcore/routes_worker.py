"""Routes of workers: subscriptions, actions, tasks, events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from resotolib.errors import MessageError, Refusal
from resotoworker.localcore.answers import json_answer
from resotoworker.localcore.bus import CONNECTED, DISCONNECTED, Listener
from resotoworker.localcore.codec import pack
from resotoworker.localcore.core import Core
from resotoworker.localcore.messages import parse_message
from resotoworker.localcore.subscribers import Subscription
from resotoworker.localcore.tasks import Offer, Worker, offers_of_query, parse_offers

log = logging.getLogger(__name__)


class WorkerRoutes:
    """Handlers over one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[Route | WebSocketRoute]:
        """The same in both dialects; messages differ."""
        return [
            Route("/subscribers", self.subscribers, methods=["GET"]),
            Route("/subscriber/{id}", self.subscriber, methods=["GET", "PUT", "DELETE"]),
            WebSocketRoute("/subscriber/{id}/handle", self.handle),
            Route("/subscriber/{id}/{event}", self.subscription, methods=["POST", "DELETE"]),
            WebSocketRoute("/events", self.events),
            WebSocketRoute("/work/queue", self.work),
        ]

    async def subscribers(self, _: Request) -> Response:
        """All subscribers."""
        return json_answer(self._core.subscribers.bodies())

    async def subscriber(self, request: Request) -> Response:
        """Read, replace or remove all subscriptions of one subscriber."""
        who = request.path_params["id"]
        if request.method == "GET" and not self._core.subscribers.subscriptions(who):
            return PlainTextResponse(f"No subscriber with id {who}", 404)
        if request.method == "PUT":
            wanted = [_subscription(one, at) for at, one in enumerate(json.loads(await request.body()))]
            self._core.subscribers.remove(who)
            for one in wanted:
                self._core.subscribers.add(who, one)
        if request.method == "DELETE":
            self._core.subscribers.remove(who)
            await self._subscribed(who)
            return Response(status_code=204)
        return await self._subscribed(who)

    async def subscription(self, request: Request) -> Response:
        """Begin or end one subscription."""
        who, name = request.path_params["id"], request.path_params["event"]
        if request.method == "DELETE":
            self._core.subscribers.remove(who, name)
        else:
            timeout = int(request.query_params.get("timeout", "60"))
            wait = request.query_params.get("wait_for_completion", "true").lower() != "false"
            self._core.subscribers.add(who, Subscription(name, timeout, wait))
        return await self._subscribed(who)

    async def _subscribed(self, who: str) -> Response:
        self._core.workflows.wake()
        await self._core.journal.flush()
        return json_answer(self._core.subscribers.body(who))

    async def handle(self, websocket: WebSocket) -> None:
        """The connection over which a subscriber gets actions and answers them."""
        who, subscribers = websocket.path_params["id"], self._core.subscribers
        channels = frozenset(subscribers.subscriptions(who))
        if not channels or who in subscribers.connected:
            text, status = ("429: Too Many Requests", 429) if channels else ("404: Not Found", 404)
            await websocket.send_denial_response(PlainTextResponse(text, status))
            return
        subscribers.connected.add(who)
        try:
            await websocket.accept()
            with self._core.bus.listening(channels) as listener:
                for action in self._core.workflows.pending_actions(who):
                    listener.queue.put_nowait(action)
                self._core.bus.event(CONNECTED, subscriber_id=who, channels=sorted(channels))
                await _talk(websocket, lambda: _deliver(websocket, listener), lambda text: self._said(who, text))
        finally:
            subscribers.left(who)
            self._core.bus.event(DISCONNECTED, subscriber_id=who, channels=sorted(channels))

    async def events(self, websocket: WebSocket) -> None:
        """Everything on the bus, or the types that are asked for."""
        shown = frozenset(",".join(websocket.query_params.getlist("show")).split(",")) - {""}
        await websocket.accept()
        with self._core.bus.listening(None if not shown or "*" in shown else shown) as listener:
            await _talk(websocket, lambda: _deliver(websocket, listener), lambda text: self._said(None, text))

    def _said(self, who: str | None, text: str) -> None:
        message = parse_message(text, early=self._core.speaks_2)
        if message["kind"] == "event":
            self._core.bus.publish(message)
            workflow = message["message_type"].removeprefix("start_").removesuffix("_workflow")
            if message["message_type"] == f"start_{workflow}_workflow" and workflow in self._core.workflows.steps:
                self._core.workflows.start(workflow)
        elif who is None:
            raise MessageError("a listener", "only subscribers answer actions")
        else:
            self._core.workflows.answer(who, message)

    async def work(self, websocket: WebSocket) -> None:
        """The connection over which a worker gets tasks and answers them."""
        try:
            early = offers_of_query(websocket.query_params.multi_items()) if self._core.speaks_2 else None
        except MessageError as wrong:
            await websocket.send_denial_response(PlainTextResponse(str(wrong), 400))
            return
        await websocket.accept()
        try:
            offers = early or parse_offers(json.loads(await websocket.receive_text()))
        except (MessageError, ValueError, KeyError):
            log.info("A worker's first message was not understood: its connection is closed")
            await websocket.close()
        except WebSocketDisconnect:
            log.debug("A worker left before it said what it can do")
        else:
            await self._work(websocket, offers)

    async def _work(self, websocket: WebSocket, offers: list[Offer]) -> None:
        worker = self._core.tasks.attach(offers)
        try:
            await _talk(websocket, lambda: _assign(websocket, worker), lambda text: self._worked(worker, text))
        finally:
            self._core.tasks.detach(worker)

    def _worked(self, worker: Worker, text: str) -> None:
        answer = json.loads(text)
        if not isinstance(answer, dict):
            raise MessageError("a worker", "an answer to a task is an object")
        self._core.tasks.answered(worker, answer)


async def _deliver(websocket: WebSocket, listener: Listener) -> None:
    while True:
        await websocket.send_text(pack(await listener.queue.get()) + "\n")


async def _assign(websocket: WebSocket, worker: Worker) -> None:
    while True:
        await websocket.send_text(pack((await worker.outgoing.get()).body()) + "\n")


async def _talk(websocket: WebSocket, send: Callable[[], Awaitable[None]], received: Callable[[str], None]) -> None:
    """Send and receive until the other side leaves, or says what makes no sense."""
    sender = asyncio.ensure_future(send())
    try:
        while True:
            text = await websocket.receive_text()
            if text.strip():
                received(text)
    except WebSocketDisconnect:
        log.debug("A websocket was closed by its other side")
    except (MessageError, ValueError, KeyError, TypeError) as wrong:
        log.warning("A websocket is closed for what it said: %s", wrong)
        await websocket.close()
    finally:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


def _subscription(found: Any, at: int) -> Subscription:
    if not isinstance(found, dict) or not isinstance(found.get("message_type"), str):
        message = f'Could not deserialize element at index {at}. No value found for "message_type".'
        raise Refusal(400, "DeserializationError", message)
    wait = found.get("wait_for_completion", True) is not False
    return Subscription(found["message_type"], float(found.get("timeout", 60)), wait)
