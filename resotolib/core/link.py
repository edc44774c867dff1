"""The worker's connection to the core: instructions come in, answers go out, whatever happens to the sockets.

One thread calls `poll` and is the only one that touches the sockets. Any thread may answer: answers go to the outbox,
and `poll` is woken up to send them. An answer stays in the outbox until the core has answered a ping that was sent
after it, so it survives lost connections and restarts; it may reach the core twice, which the core allows.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from resotolib.core.channel import Backoff, Channel
from resotolib.core.http import Core
from resotolib.core.messages import Action, BadTask, TagTask, parse_action, parse_task, task_error
from resotolib.core.outbox import Outbox
from resotolib.core.post import Post
from resotolib.core.socket import Socket
from resotolib.errors import CoreError, MessageError

log = logging.getLogger(__name__)

ACTIONS = "actions"
TASKS = "tasks"
MOST_LINES = 1000  # lines for the operator that wait for a connection


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the worker wants from the core.

    `actions`, as the subscriber `id`, each answered within `timeout` seconds; the tag tasks of `clouds`.
    """

    id: str
    actions: tuple[str, ...]
    clouds: tuple[str, ...]
    timeout: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon to reconnect, and the seconds between two batches of progress and lines for the operator."""

    backoff: Backoff = field(default_factory=Backoff)
    tell: float = 1.0


class Link:
    """See above. `dial` opens a websocket at a path of the core; `poll` and `close` belong to one thread.

    `mask` takes secrets out of what is sent: answers of a cloud may repeat them.
    """

    def __init__(
        self,
        core: Core,
        dial: Callable[[str], Socket],
        subscription: Subscription,
        outbox: Outbox,
        pace: Pace | None = None,
        *,
        mask: Callable[[str], str] = str,
    ) -> None:
        self._core = core
        self._dial = dial
        self._subscription = subscription
        self._outbox = outbox
        self._pace = pace or Pace()
        self._mask = mask
        self._bell, self._button = socket.socketpair()
        self._bell.settimeout(0)
        self._button.settimeout(0)
        self._channels = list(self._open_channels())
        self._posts = [Post(channel, outbox) for channel in self._channels]
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._progress: dict[str, str] = {}
        self._lines: deque[tuple[str, str]] = deque(maxlen=MOST_LINES)
        self._told_at = 0.0

    def poll(self, timeout: float | None = None) -> list[Action | TagTask]:
        """What arrived; waits until something does, `wake` is called or `timeout` seconds are over."""
        self._tend()
        return [
            message
            for channel, opened in self._wait(timeout)
            for frame in opened.receive()
            for message in self._accept(channel, frame)
        ]

    def wake(self) -> None:
        """Make `poll` return. From any thread, and from a signal handler."""
        with suppress(OSError):  # full: it is awake already; closed: nobody sleeps
            self._button.send(b"!")

    def answer(self, message: Action | TagTask | BadTask, frame: str) -> None:
        """Answer an action or a task. From any thread; it is on disk when this returns, with the lines not sent yet."""
        key = message.key if isinstance(message, Action) else message.id
        with self._lock:
            said = [line for about, line in self._lines if about == key]
            others = [line for line in self._lines if line[0] != key]
            self._lines = deque(others, maxlen=MOST_LINES)
        self._outbox.put(ACTIONS if isinstance(message, Action) else TASKS, key, self._mask(frame), said)
        with self._lock:
            self._busy.discard(key)
        self.wake()

    def begin(self, action: Action) -> int:
        """Note that an action is begun; how often it was, this time included, without ever being answered."""
        return self._outbox.begin(action.key)

    def tell(self, action: Action, frame: str, *, replace: bool) -> None:
        """Say something about an action that is not answered yet, soon; with `replace` in place of what is unsent."""
        if not self._core.dialect.reports_progress:
            return
        with self._lock:
            if action.key not in self._busy:
                return
            frame, first = self._mask(frame), not self._progress and not self._lines
            if replace:
                self._progress[action.key] = frame
            else:
                self._lines.append((action.key, frame))
        if first:
            self.wake()

    def troubles(self) -> list[str]:
        """Why the core cannot reach this worker, or the worker not the core; empty when all is well. Any thread."""
        return [f"{channel.name}: {channel.trouble}" for channel in self._channels if channel.trouble]

    @property
    def connections(self) -> int:
        """How often the connection for actions has been made; `poll` returns when that changes."""
        return sum(channel.connections for channel in self._channels if channel.name == ACTIONS)

    def close(self, within: float = 5.0) -> None:
        """Send what waits, as far as that is possible `within` seconds, unsubscribe and close."""
        deadline = time.monotonic() + within
        while self._unsent() and time.monotonic() < deadline:
            self.poll(timeout=0.2)
        for action in self._subscription.actions:
            try:
                self._core.unsubscribe(self._subscription.id, action)
            except CoreError as error:
                log.warning("Could not unsubscribe from %s, so the core waits for this worker: %s", action, error)
                break
        for channel in self._channels:
            channel.close()
        self._bell.close()
        self._button.close()

    def _open_channels(self) -> Iterator[Channel]:
        wanted, backoff = self._subscription, self._pace.backoff
        if wanted.actions:
            yield Channel(ACTIONS, self._connect_actions, self.wake, backoff=backoff)
        if wanted.clouds:
            queue = self._core.dialect.work_queue(wanted.clouds)
            connect = partial(self._dial, queue.path)
            yield Channel(TASKS, connect, self.wake, first_message=queue.first_message, backoff=backoff)

    def _connect_actions(self) -> Socket:
        """Register anew each time: the core forgets subscribers, and knows the set of actions only from here."""
        wanted = self._subscription
        self._core.subscribe(wanted.id, wanted.actions, wanted.timeout)
        return self._dial(f"/subscriber/{quote(wanted.id)}/handle")

    def _tend(self) -> None:
        now = time.monotonic()
        self._outbox.catch_up()
        for channel, post in zip(self._channels, self._posts, strict=True):
            channel.tend(now)
            post.confirm()
            if channel.name == ACTIONS and channel.socket is not None and (post.pending() or now >= self._tell_at()):
                self._say(channel.socket, now)
            post.deliver()
            channel.flush(now)

    def _say(self, opened: Socket, now: float) -> None:
        with self._lock:
            frames = [*(line for _, line in self._lines), *self._progress.values()]
            self._lines.clear()
            self._progress.clear()
        for frame in frames:
            opened.send(frame)
        if frames:
            self._told_at = now

    def _tell_at(self) -> float:
        """When there is something to say next."""
        return self._told_at + self._pace.tell if self._progress or self._lines else float("inf")

    def _wait(self, timeout: float | None) -> list[tuple[Channel, Socket]]:
        """Sleep until something happens or is due; the sockets that have something to read."""
        moments = [channel.due() for channel in self._channels]
        if any(channel.socket for channel in self._channels if channel.name == ACTIONS):
            moments.append(self._tell_at())
        seconds = max(0.0, min(moments, default=float("inf")) - time.monotonic())
        if timeout is not None:
            seconds = min(seconds, timeout)
        with selectors.PollSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            for channel in self._channels:
                if channel.socket is not None:
                    write = selectors.EVENT_WRITE if channel.socket.wants_to_write else 0
                    selector.register(channel.socket, selectors.EVENT_READ | write, (channel, channel.socket))
            ready = selector.select(None if seconds == float("inf") else seconds)
        with suppress(BlockingIOError):
            while self._bell.recv(4096):
                pass
        return [key.data for key, events in ready if key.data is not None and events & selectors.EVENT_READ]

    def _accept(self, channel: Channel, frame: bytes) -> Iterator[Action | TagTask]:
        """The message, if there is something to do about it."""
        try:
            message = parse_action(frame) if channel.name == ACTIONS else parse_task(frame)
        except MessageError as error:
            log.warning("%s", error)
            return
        if isinstance(message, BadTask):
            log.warning("Task %s cannot be done: %s", message.id, message.error)
            self.answer(message, task_error(message.id, message.error))
        elif self._is_new(message):
            yield message

    def _is_new(self, message: Action | TagTask) -> bool:
        """A core sends an action again when it is not sure that it arrived. It is done once."""
        key = message.key if isinstance(message, Action) else message.id
        with self._lock:
            known = key in self._busy
            if isinstance(message, Action) and message.abort:
                return known
            if known or self._outbox.send_again(key):
                log.info("%s was asked for before and is not done again", key)
                return False
            self._busy.add(key)
            return True

    def _unsent(self) -> bool:
        """Is there an answer that can be sent, and of which it is not known that it arrived?"""
        return any(channel.socket and self._outbox.waiting(channel.name) for channel in self._channels)
