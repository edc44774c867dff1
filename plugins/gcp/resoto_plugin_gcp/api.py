"""Calls about one project: turns and retries, paging, counting, errors in our words."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from resoto_plugin_gcp.errors import Refused, may_pass, translate
from resoto_plugin_gcp.routes import Route, route
from resoto_plugin_gcp.session import Session
from resotolib.collect.memory import Memory
from resotolib.collect.watch import Watch
from resotolib.errors import Unreadable

ATTEMPTS = 4
"""How often a call is tried whose connection broke, or that a server could not answer."""

LOOK_SECONDS = 0.2
LONGEST_PAUSE = 60.0

T = TypeVar("T")


class Api:
    """Calls about one project, known by its id and its number. May be used from any number of threads."""

    def __init__(self, session: Session, project: str, number: str, watch: Watch) -> None:
        self.session, self.project, self.number = session, project, number
        self.memory = Memory()
        self._watch = watch
        self._consumers = frozenset({f"projects/{project}", f"projects/{number}"})

    def call(
        self, service: str, operation: str, params: Mapping[str, Any], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """One call. Raises a CollectError, with what Google said as its cause."""
        found = route(service, operation)
        try:
            return self._patiently(lambda: self.session.send(found, params, body), service)
        except Exception as error:
            raise translate(error, self._what(service, operation, params), self._consumers) from error

    def read(self, at: Route, name: str) -> dict[str, Any]:
        """Read what has this name at the service of a route. Raises a CollectError."""
        service = at.method.service
        try:
            return self._patiently(lambda: self.session.get(at, name), service)
        except Exception as error:
            raise translate(error, f"{service}:{name}", self._consumers) from error

    def pages(self, service: str, operation: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """All pages of an answer, one after the other. Raises a CollectError."""
        method = route(service, operation).method
        given, seen = dict(params), set[str]()
        body = given.pop("body", None)
        while True:
            answer = self.call(service, operation, given, body)
            yield answer
            token = str(answer.get("nextPageToken") or "")
            if not token:
                return
            if token in seen:
                raise Unreadable(self._what(service, operation, params), "the same page came twice")
            seen.add(token)
            if method.paged:
                given["pageToken"] = token
            else:
                body = {**(body or {}), "pageToken": token}

    def _what(self, service: str, operation: str, params: Mapping[str, Any]) -> str:
        """What is tried, for messages."""
        about = params.get("parent") or params.get("name") or "all"
        return f"{service}:{operation} {f'in project {self.project}' if self.project else f'of {about}'}"

    def _patiently(self, send: Callable[[], T], service: str) -> T:
        """Send in turn, and again while it may pass."""
        pace, broken = self.session.pace(self.project, service), 0
        while True:
            self._wait(pace.turn())
            self._watch.stop_if_told()
            self._watch.progress(calls=1)
            try:
                answer = send()
            except Refused as refused:
                said = refused.said
                if said.throttled and pace.throttled():
                    self._wait(min(said.retry_after, LONGEST_PAUSE))
                    continue
                broken += 1
                if said.throttled or not said.passing or broken >= ATTEMPTS:
                    raise
                self._wait(max(said.retry_after, _pause(broken)))
            except Exception as error:
                broken += 1
                if not may_pass(error) or broken >= ATTEMPTS:
                    raise
                self._wait(_pause(broken))
            else:
                pace.answered()
                return answer

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._watch.stop_if_told()
            time.sleep(min(left, LOOK_SECONDS))


def _pause(broken: int) -> float:
    return random.uniform(0.5, 1.0) * 0.4 * 2.0**broken  # noqa: S311  # jitter
