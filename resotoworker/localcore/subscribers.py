"""Who wants to take part in which step of a workflow."""

from __future__ import annotations

import time
from dataclasses import dataclass

from resotoworker.localcore.codec import Json
from resotoworker.localcore.journal import Journal
from resotoworker.localcore.store import Store


@dataclass(frozen=True)
class Subscription:
    """One step that a subscriber takes part in; `timeout` in seconds."""

    message_type: str
    timeout: float = 60
    wait_for_completion: bool = True

    def body(self) -> Json:
        """As the wire has it."""
        return {
            "message_type": self.message_type,
            "timeout": float(self.timeout),
            "wait_for_completion": self.wait_for_completion,
        }


class Subscribers:
    """All subscriptions, in memory and in the store. Used from the event loop only."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._journal = journal
        self._all: dict[str, dict[str, Subscription]] = {}
        self.connected: set[str] = set()
        self._seen: dict[str, float] = {}
        with store.read() as connection:
            query = "SELECT subscriber, message_type, timeout, wait_for_completion FROM subscription"
            for subscriber, name, timeout, wait in connection.execute(query):
                self._all.setdefault(subscriber, {})[name] = Subscription(name, timeout, bool(wait))
        self._seen.update(dict.fromkeys(self._all, time.monotonic()))

    def subscriptions(self, subscriber: str) -> dict[str, Subscription]:
        """The subscriptions of one subscriber by message type."""
        return dict(self._all.get(subscriber, {}))

    def body(self, subscriber: str) -> Json:
        """The subscriber as the wire has it."""
        found = self._all.get(subscriber, {})
        return {"id": subscriber, "subscriptions": {name: one.body() for name, one in found.items()}}

    def bodies(self) -> list[Json]:
        """All subscribers."""
        return [self.body(subscriber) for subscriber in self._all]

    def of_type(self, message_type: str) -> dict[str, Subscription]:
        """Who takes part in a step, by subscriber."""
        return {who: found[message_type] for who, found in self._all.items() if message_type in found}

    def add(self, subscriber: str, subscription: Subscription) -> None:
        """Subscribe, or change a subscription."""
        self._all.setdefault(subscriber, {})[subscription.message_type] = subscription
        self._seen[subscriber] = time.monotonic()
        self._journal.put(
            "INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?)",
            (subscriber, subscription.message_type, subscription.timeout, subscription.wait_for_completion),
        )

    def remove(self, subscriber: str, message_type: str | None = None) -> None:
        """End one subscription, or all of a subscriber."""
        found = self._all.get(subscriber, {})
        for name in [message_type] if message_type else list(found):
            found.pop(name, None)
            query = "DELETE FROM subscription WHERE subscriber = ? AND message_type = ?"
            self._journal.put(query, (subscriber, name))
        if not found:
            self._all.pop(subscriber, None)

    def left(self, subscriber: str) -> None:
        """The subscriber's connection has ended."""
        self.connected.discard(subscriber)
        self._seen[subscriber] = time.monotonic()

    def forget_absent(self, seconds: float) -> list[str]:
        """Remove those that were not connected for this long; returns their names."""
        limit = time.monotonic() - seconds
        absent = [who for who in self._all if who not in self.connected and self._seen.get(who, 0) < limit]
        for who in absent:
            self.remove(who)
        return absent
