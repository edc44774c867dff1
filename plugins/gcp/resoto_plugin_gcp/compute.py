"""google-cloud-compute's clients: one operation of Compute Engine, plain JSON in and out.

Its waiting for operations, its retries and its default timeout of ten minutes are not used.
"""

from __future__ import annotations

import functools
import inspect
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import requests
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import GoogleAPICallError
from google.auth import credentials as base
from google.cloud import compute_v1
from google.protobuf import json_format

from resoto_plugin_gcp.errors import Refused, Said, consumer_in

SERVICE = "compute"
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True, slots=True)
class Operation:
    """How the SDK calls an operation: its client, the client's method, the type of the request, and the body's name."""

    client: type[Any]
    method: str
    request: type[Any]
    body: str


@functools.cache
def find(operation: str) -> Operation | None:
    """How the SDK calls `disks.setLabels`; None when it does not know the operation."""
    resource, _, verb = operation.rpartition(".")
    client = getattr(compute_v1, f"{resource[:1].upper()}{resource[1:]}Client", None)
    name = _CAMEL.sub(r"_\1", verb).lower()
    method = next((one for one in (f"{name}_unary", name) if hasattr(client, one)), None)
    if client is None or method is None:
        return None
    annotation = inspect.signature(getattr(client, method)).parameters["request"].annotation
    request = next(one for one in get_args(annotation) if hasattr(one, "meta"))
    fields = request.pb(request()).DESCRIPTOR.fields
    return Operation(client, method, request, next((f.json_name for f in fields if f.name.endswith("_resource")), ""))


class ComputeClients:
    """Clients that are kept, all on the connections of one adapter. May be used from any number of threads."""

    def __init__(
        self, credentials: base.Credentials, endpoint: str | None, adapter: requests.adapters.HTTPAdapter
    ) -> None:
        self._arguments = {"credentials": credentials, "client_options": ClientOptions(api_endpoint=endpoint)}
        self._adapter = adapter
        self._clients: dict[type[Any], Any] = {}
        self._lock = threading.Lock()

    def call(
        self, operation: Operation, params: Mapping[str, Any], body: Mapping[str, Any] | None, timeout: float
    ) -> dict[str, Any]:
        """Call once. Raises Refused, or what the SDK and the transport raise when no answer came."""
        whole = {**params, **({operation.body: body} if body is not None else {})}
        message = operation.request.pb(operation.request())
        json_format.ParseDict(whole, message)
        request = operation.request.wrap(message)
        try:
            answer = getattr(self._client(operation.client), operation.method)(
                request=request, retry=None, timeout=timeout
            )
        except GoogleAPICallError as error:
            raise Refused(_said(error)) from error
        page = next(iter(answer.pages)) if hasattr(answer, "pages") else answer
        found: dict[str, Any] = json_format.MessageToDict(type(page).pb(page))
        return found

    def _client(self, type_: type[Any]) -> Any:
        with self._lock:
            if type_ not in self._clients:
                client = type_(**self._arguments)
                for scheme in ("https://", "http://"):
                    # Every client has a session of its own; the SDK lets nobody give it another.
                    client.transport._session.mount(scheme, self._adapter)  # noqa: SLF001  # see above
                self._clients[type_] = client
            return self._clients[type_]

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.transport.close()


def _said(error: GoogleAPICallError) -> Said:
    """What the SDK has understood of an answer."""
    details = [one for one in error.errors or () if isinstance(one, Mapping)]
    reasons = {str(one["reason"]) for one in details if one.get("reason")}
    if error.reason:
        reasons.add(str(error.reason))
    metadata = error.metadata or {}
    headers = {str(k).lower(): str(v) for k, v in getattr(error.response, "headers", {}).items()}
    message = " ".join(str(error.message).split())
    consumer = str(metadata.get("consumer", "")) or consumer_in(message)
    return Said(int(error.code or 0), message, frozenset(reasons), consumer, headers)
