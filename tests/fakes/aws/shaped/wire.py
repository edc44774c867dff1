"""Requests as parameters, and answers as bytes, in the protocol of the service: moto's parsers and serializers."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.model import OperationModel
from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, get_serializer_class
from werkzeug.datastructures import Headers, MultiDict

_VARIABLE = re.compile(r"\{([^}+]+)(\+)?\}")


@functools.cache
def models(session: botocore.session.Session, service: str) -> ServiceModel:
    """The model of a service as moto's code wants it."""
    return ServiceModel(session.get_service_data(service), service)


def params(model: OperationModel, request: AWSPreparedRequest) -> dict[str, Any]:
    """The parameters that a request carries."""
    address = urlsplit(request.url)
    body = request.body or b""
    body = body if isinstance(body, (bytes, str)) else body.read()
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    asked = parse_qsl(address.query, keep_blank_values=True)
    protocol = model.service_model.resolved_protocol
    if protocol in ("query", "ec2"):
        asked += parse_qsl(text, keep_blank_values=True)
    parts: Any = {
        "body": text,
        "headers": Headers([(str(name), _text(value)) for name, value in request.headers.items()]),
        "method": request.method,
        "url_params": _variables(model, address.path),
        "url_path": address.path,
        "values": MultiDict(asked),
    }
    return dict(PROTOCOL_PARSERS[protocol](model).parse(parts) or {})


def response(model: OperationModel, request: AWSPreparedRequest, answer: Mapping[str, Any]) -> AWSResponse:
    """An answer as it comes from the network."""
    service, protocol = model.service_model.service_name, model.service_model.resolved_protocol
    serializer = get_serializer_class(service, protocol)(model, context=SerializationContext(request_id="request"))
    made = serializer.serialize(answer)
    body: str | bytes = made["body"]
    headers = {name: str(value) for name, value in made["headers"].items()}
    return AWSResponse(
        request.url, made["status_code"], headers, _Raw(body.encode() if isinstance(body, str) else body)
    )


class _Raw:
    """What the SDK reads a body from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """The whole body in one piece."""
        yield self._body

    def read(self, *_: object) -> bytes:
        """The whole body, once."""
        body, self._body = self._body, b""
        return body


def _variables(model: OperationModel, path: str) -> dict[str, str]:
    """What stands for the variables of the operation's path."""
    template = str(model.http.get("requestUri", "/")).partition("?")[0]
    names = [name for name, _ in _VARIABLE.findall(template)]
    fixed = [re.escape(part) for part in _VARIABLE.split(template)[::3]]
    found = re.fullmatch("(.+?)".join(fixed).rstrip("/") + "/?", path)
    return dict(zip(names, map(unquote, found.groups()), strict=True)) if found else {}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
