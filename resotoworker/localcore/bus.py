"""Messages to whoever listens at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from resotoworker.localcore.codec import Json

CONNECTED, DISCONNECTED = "message-listener-connected", "message-listener-disconnected"


class Listener:
    """One receiver: the message types it wants (None: all), and what has not been sent to it yet."""

    def __init__(self, channels: frozenset[str] | None) -> None:
        self.channels = channels
        self.queue: asyncio.Queue[Json] = asyncio.Queue()


class Bus:
    """Hands every message to every listener of its type. Used from the event loop only."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    @contextmanager
    def listening(self, channels: frozenset[str] | None) -> Iterator[Listener]:
        """Receive messages until the end of the block."""
        listener = Listener(channels)
        self._listeners.append(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    def publish(self, message: Json) -> None:
        """Never waits."""
        for listener in self._listeners:
            if listener.channels is None or message["message_type"] in listener.channels:
                listener.queue.put_nowait(message)

    def event(self, message_type: str, **data: object) -> None:
        """Publish an event of this type."""
        self.publish({"kind": "event", "message_type": message_type, "data": data})
