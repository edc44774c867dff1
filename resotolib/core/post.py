"""Delivers what waits in the outbox over one channel, and finds out what has arrived."""

from __future__ import annotations

from collections import deque

from resotolib.core.channel import Channel
from resotolib.core.outbox import Letter, Outbox
from resotolib.core.socket import Socket


class Post:
    """Sends each answer once per connection and a ping behind it; what that confirms is taken off the outbox."""

    def __init__(self, channel: Channel, outbox: Outbox) -> None:
        self._channel = channel
        self._outbox = outbox
        self._socket: Socket | None = None
        self._sent: set[int] = set()
        self._unconfirmed: deque[tuple[int, list[int]]] = deque()

    def pending(self) -> bool:
        """Is there something to send now?"""
        self._follow()
        return self._socket is not None and any(letter.number not in self._sent for letter in self._waiting())

    def deliver(self) -> None:
        """Queue what has not been sent over this connection."""
        self._follow()
        if self._socket is None:
            return
        letters = [letter for letter in self._waiting() if letter.number not in self._sent]
        for letter in letters:
            self._socket.send(letter.frame)
            self._sent.add(letter.number)
        if letters:
            self._unconfirmed.append((self._socket.ping(), [letter.number for letter in letters]))

    def confirm(self) -> None:
        """Take off the outbox what the core has got."""
        self._follow()
        while self._socket is not None and self._unconfirmed and self._unconfirmed[0][0] <= self._socket.confirmed:
            for number in self._unconfirmed.popleft()[1]:
                self._outbox.taken(number)
                self._sent.discard(number)

    def _follow(self) -> None:
        """What was sent over another connection may be lost: all of it is sent again."""
        if self._channel.socket is not self._socket:
            self._socket = self._channel.socket
            self._sent.clear()
            self._unconfirmed.clear()

    def _waiting(self) -> list[Letter]:
        return self._outbox.waiting(self._channel.name)
