"""Making clients of the SDK: what depends on neither account nor region is made once and shared by all of a process."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Callable, Sequence
from typing import Any, cast

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST
from botocore.hooks import EVENT_ALIASES, EventAliaser, HierarchicalEmitter
from botocore.httpsession import create_urllib3_context
from botocore.model import ServiceModel

from resoto_plugin_aws.models import MODEL, models, whole_models


def make(
    sdk: botocore.session.Session, service: str, region: str, endpoint_url: str | None, config: Config, *, whole: bool
) -> Any:
    """A client with the session's credentials; `whole`: one that knows every operation. Raises what the SDK raises.

    For one thread at a time.
    """
    sdk.register_component("data_loader", whole_models() if whole else models())
    sdk.register_component("event_emitter", events(service))
    client = sdk.create_client(service, region_name=region, endpoint_url=endpoint_url, config=config)
    own = type(client), client.meta.service_model
    client.__class__, client.meta._service_model = _first().setdefault((service, whole), own)  # noqa: SLF001
    _trust(client._endpoint.http_session)  # noqa: SLF001
    return client


@functools.cache
def _first() -> dict[tuple[str, bool], tuple[type[BaseClient], ServiceModel]]:
    """The class and the model of the first client of each service, for the others: both are costly to make."""
    return {}


@functools.cache
def events(service: str) -> EventAliaser:
    """What the SDK itself does at the events of a service. It would give every client the handlers of all services."""
    model = ServiceModel(models().load_service_model(service, MODEL), service)
    names = {"*", service, model.endpoint_prefix, model.service_id.hyphenize()}
    found = EventAliaser(HierarchicalEmitter(), {old: new for old, new in EVENT_ALIASES.items() if old in names})
    for event, handler, *order in BUILTIN_HANDLERS:
        if _concerns(event.split("."), names):
            _register(found, order[0] if order else None)(event, handler)
    return found


def _register(found: EventAliaser, order: object) -> Callable[[str, Callable[..., Any]], None]:
    if order is None:
        return cast(Callable[..., None], found.register)
    return cast(Callable[..., None], found.register_first if order is REGISTER_FIRST else found.register_last)


def _concerns(event: Sequence[str], names: set[str]) -> bool:
    return event[0] != "docs" and (len(event) == 1 or event[1] in names)


def _trust(http: Any) -> None:
    """Let a client's connections share what they trust: to read it for each of them costs 20 ms."""
    shared = functools.partial(tls, http._verify)  # noqa: SLF001
    http._get_ssl_context = shared  # noqa: SLF001  # for proxies
    http._manager.connection_pool_kw["ssl_context"] = shared()  # noqa: SLF001


@functools.cache
def tls(verify: bool | str) -> ssl.SSLContext:  # noqa: ARG001, FBT001  # as the SDK has it
    """What connections are made with that trust the certificates in the file `verify`, or those of the SDK.

    It takes each file once: threads that connect meanwhile find it unchanged.
    """
    made: ssl.SSLContext = create_urllib3_context()
    made.load_verify_locations = functools.cache(made.load_verify_locations)  # type: ignore[method-assign,assignment]
    alpn = functools.cache(lambda *names: ssl.SSLContext.set_alpn_protocols(made, names))
    made.set_alpn_protocols = lambda names: alpn(*names)  # type: ignore[method-assign,assignment]
    return made
