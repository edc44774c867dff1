"""Calls to one region of an account: paging, counting, errors in our words."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import botocore
from botocore.model import OperationModel

from resoto_plugin_aws.errors import code_of, translate
from resoto_plugin_aws.session import AccountSession
from resotolib.collect.memory import Memory
from resotolib.collect.watch import Watch
from resotolib.errors import CollectError, NotAvailable, Unreadable

TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("NextMarker", "Marker"),
    ("NextMarker", "NextMarker"),
    ("Marker", "Marker"),
    ("marker", "marker"),
    ("nextMarker", "nextMarker"),
    ("NextPageToken", "PageToken"),
    ("nextPageToken", "pageToken"),
    ("NextContinuationToken", "ContinuationToken"),
    ("position", "position"),
)
"""Where operations without a paginator of the SDK say that there is more, and where they want to be told to go on."""


class Api:
    """The calls of one unit of work. Belongs to one thread; `problems` collects what was not read on the way."""

    def __init__(self, session: AccountSession, region: str, watch: Watch, memory: Memory | None = None) -> None:
        self.session = session
        self.region = region
        self.memory = memory or Memory()
        self.problems: list[CollectError] = []
        self.refusals: set[str] = set()
        """Codes that `attempt` was given as harmless and has met."""
        self._watch = watch

    @property
    def account(self) -> str:
        """The account's number."""
        return self.session.account

    @property
    def partition(self) -> str:
        """The partition of AWS that the account belongs to."""
        return self.session.partition

    def elsewhere(self, region: str) -> Api:
        """The same for another region; problems are collected together."""
        other = Api(self.session, region, self._watch, self.memory)
        other.problems = self.problems
        other.refusals = self.refusals
        return other

    def call(self, service: str, operation: str, /, **params: Any) -> dict[str, Any]:
        """One call. Raises a CollectError, with what the SDK raised as its cause."""
        client = self.session.client(service, self.region, operation)
        method = getattr(client, _method(service, operation, client))
        self._watch.stop_if_told()
        self._watch.progress(calls=1)
        with _Translated(self, service, operation):
            answer: dict[str, Any] = method(**params)
        answer.pop("ResponseMetadata", None)
        return answer

    def pages(self, service: str, operation: str, /, **params: Any) -> Iterator[dict[str, Any]]:
        """All pages of an answer, one after the other. Raises a CollectError."""
        client = self.session.client(service, self.region, operation)
        name = _method(service, operation, client)
        if client.can_paginate(name):
            pages = iter(client.get_paginator(name).paginate(**params))
            yield from self._counted(pages, service, operation)
            return
        going_on = _token(client.meta.service_model.operation_model(operation))
        seen: set[str] = set()
        while True:
            answer = self.call(service, operation, **params)
            yield answer
            token = answer.get(going_on[0]) if going_on else None
            if not going_on or not token:
                return
            if token in seen:
                raise Unreadable(self.what(service, operation), "the same page came twice")
            seen.add(token)
            params = {**params, going_on[1]: token}

    def attempt(self, service: str, operation: str, none: Sequence[str] = (), **params: Any) -> dict[str, Any] | None:
        """A call that may fail without costing more than what it reads: None, and noted unless the code is in `none`.

        `none` are the codes by which a service says that there is nothing.
        """
        try:
            return self.call(service, operation, **params)
        except CollectError as error:
            cause = error.__cause__
            code = code_of(cause) if cause else ""
            if code in none:
                self.refusals.add(code)
            else:
                self.problems.append(error)
            return None

    def _counted(self, pages: Iterator[dict[str, Any]], service: str, operation: str) -> Iterator[dict[str, Any]]:
        while True:
            self._watch.stop_if_told()
            with _Translated(self, service, operation):
                page = next(pages, None)
            if page is None:
                return
            self._watch.progress(calls=1)
            yield page

    def translated(self, error: Exception, service: str, operation: str) -> CollectError:
        """Our error for what the SDK raised when it called the operation."""
        listed = self.session.lists(service, self.region)
        return translate(error, self.what(service, operation), role=self.session.role, listed=listed)

    def what(self, service: str, operation: str) -> str:
        """A call in words, for errors."""
        return f"{service}:{operation} in {self.region} of account {self.account}"


class _Translated:
    """Turns what the SDK raises inside into our errors."""

    def __init__(self, api: Api, service: str, operation: str) -> None:
        self._api, self._service, self._operation = api, service, operation

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, CollectError):
            raise self._api.translated(error, self._service, self._operation) from error


@functools.cache
def _snake(operation: str) -> str:
    return str(botocore.xform_name(operation))


def _method(service: str, operation: str, client: Any) -> str:
    name = _snake(operation)
    if not hasattr(client, name):
        raise NotAvailable(f"{service}:{operation}", "the installed botocore does not know this operation")
    return name


def _token(operation: OperationModel) -> tuple[str, str] | None:
    """The members of an operation's output and input that lead to the next page."""
    given = operation.output_shape.members if operation.output_shape else {}
    taken = operation.input_shape.members if operation.input_shape else {}
    return next(((out, into) for out, into in TOKENS if out in given and into in taken), None)
