"""The cloud: hears what clients send, answers, and remembers what it said."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.model import OperationModel

from tests.fakes.aws.shaped import wire
from tests.fakes.aws.shaped.instances import Instances, plain
from tests.fakes.aws.shaped.paging import Pages, pages

ITEMS = 2
"""Items in a list: on two pages where it has pages."""

Said = tuple[dict[str, Any], dict[str, Any]]
"""The parameters of a call, and what was answered."""


class ShapedCloud:
    """All services in all regions. `told`: answers that are what they are, by (service, operation)."""

    def __init__(self, told: Mapping[tuple[str, str], Mapping[str, Any]] | None = None) -> None:
        self._told = dict(told or {})
        self._session = botocore.session.Session()  # of its own: the SDK of the worker leaves out what it does not call
        self._paging: dict[tuple[str, str], Pages] = {}
        self._names: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._lock = threading.Lock()
        self.said: defaultdict[tuple[str, str], list[Said]] = defaultdict(list)
        self.second_pages: set[tuple[str, str]] = set()
        """The operations of which a second page was asked for."""
        self.paged: set[tuple[str, str]] = set()
        """The operations that said that there is a second page."""

    def attach(self, session: botocore.session.Session) -> ShapedCloud:
        """Answer all clients that the session makes from now on."""
        make = session.create_client

        def create_client(*args: Any, **named: Any) -> Any:
            client = make(*args, **named)
            client.meta.events.register("before-call", self._learn)
            client.meta.events.register("before-send", self._answer)
            return client

        session.create_client = create_client
        return self

    def _learn(self, model: OperationModel, **_: Any) -> None:
        """Which service it is that events call by its id."""
        self._names[model.service_model.service_id.hyphenize()] = model.service_model.service_name

    def _answer(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        service_id, operation = event_name.split(".")[1:]
        with self._lock:
            service = self._names[service_id]
            model = wire.models(self._session, service).operation_model(operation)
            asked = wire.params(model, request)
            return wire.response(model, request, self._made(service, operation, asked, _region(request), model))

    def _made(
        self, service: str, operation: str, params: dict[str, Any], region: str, model: OperationModel
    ) -> dict[str, Any]:
        key = (service, operation)
        if key in self._told:
            return dict(self._told[key])
        if key not in self._paging:
            self._paging[key] = pages(self._session, model)
        paging = self._paging[key]
        page = paging.page(params)
        named = {
            plain(name): value for name, value in params.items() if isinstance(value, str) and name != paging.asked
        }
        question = json.dumps([operation, page, params], sort_keys=True, default=str)
        count = 1 if paging.asked else ITEMS
        instances = Instances(service, region, question, named, count, page - 1, self._given)
        made = instances.of(model.output_shape) if model.output_shape else {}
        paging.mark(made, page)
        self.said[key].append((params, made))
        if paging.asked:
            (self.second_pages if page == 2 else self.paged).add(key)
        return made


def _region(request: AWSPreparedRequest) -> str:
    scope = str(request.headers.get("Authorization", b""))
    return scope.split("/")[2] if scope.count("/") > 2 else ""
