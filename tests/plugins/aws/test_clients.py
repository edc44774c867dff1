"""Clients that share what is the same for all of them, and do what the SDK's own do."""

from __future__ import annotations

import io
import re
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import SSLError
from botocore.hooks import HierarchicalEmitter
from resoto_plugin_aws import clients
from resoto_plugin_aws.models import operations, services
from resoto_plugin_aws.session import AccountSession, sdk_session

from tests.fakes.aws.estate import Estate
from tests.fakes.aws.place import MANAGEMENT
from tests.resotolib.core.authority import Authority, front

HERE, THERE = "us-east-1", "eu-west-1"
EVENTS = (
    *("after-call", "after-call-error", "before-call", "before-endpoint-resolution", "before-parameter-build"),
    *("before-parse", "before-send", "before-sign", "choose-signer", "needs-retry", "provide-client-params"),
    *("request-created", "response-received"),
)


def make(**options: Any) -> AccountSession:
    sdk = sdk_session()
    sdk.set_credentials(MANAGEMENT.key_id, MANAGEMENT.secret)
    return AccountSession(sdk, "123456789012", "aws", **options)


@pytest.fixture(scope="module")
def session() -> Iterator[AccountSession]:
    with make() as made:
        yield made


def handlers(emitter: Any, event: str) -> list[str]:
    original: HierarchicalEmitter = emitter._emitter
    found = original._handlers.prefix_search(emitter._alias_event_name(event))
    return [getattr(handler, "__qualname__", repr(handler)) for handler in found]


@pytest.mark.parametrize("service", sorted(services()))
def test_a_service_has_all_handlers_that_the_sdk_has_for_it(service: str) -> None:
    every = botocore.session.Session().get_component("event_emitter")
    own = clients.events(service)
    model = botocore.session.Session().get_service_model(service)
    identifier = model.service_id.hyphenize()
    for name in (f"creating-client-class.{identifier}", f"creating-serializer.{model.endpoint_prefix}"):
        assert handlers(own, name) == handlers(every, name)
    for operation in operations() & set(model.operation_names):
        for event in EVENTS:
            name = f"{event}.{identifier}.{operation}"
            assert handlers(own, name) == handlers(every, name)


def test_clients_of_a_service_share_class_and_model(session: AccountSession) -> None:
    here, there = session.client("sqs", HERE), session.client("sqs", THERE)

    assert type(here) is type(there)
    assert here.meta.service_model is there.meta.service_model
    assert (here.meta.region_name, there.meta.region_name) == (HERE, THERE)
    assert here.meta.events is not there.meta.events


def test_an_account_does_not_hear_what_another_is_answered() -> None:
    heard: list[str] = []
    with make() as one, make() as other:
        one.client("sqs", HERE).meta.events.register("example", lambda **_: heard.append("one"))
        other.client("sqs", HERE).meta.events.emit("example")
        assert heard == []
        one.client("sqs", HERE).meta.events.emit("example")

    assert heard == ["one"]


@pytest.mark.parametrize("operation", ["ListQueueTags", "CreateQueue"])
def test_a_client_knows_every_operation_that_it_is_made_for(session: AccountSession, operation: str) -> None:
    client = session.client("sqs", HERE, operation)

    assert client.meta.service_model.operation_model(operation).name == operation
    assert session.client("sqs", HERE, operation) is session.client("sqs", HERE) is client


def test_a_client_that_knows_too_little_is_replaced_in_every_region(session: AccountSession) -> None:
    here, there = session.client("kinesis", HERE), session.client("kinesis", THERE)
    operation = "GetRecords"
    assert operation not in here.meta.service_model.operation_names

    session.client("kinesis", HERE, operation)

    assert operation not in there.meta.service_model.operation_names
    assert operation in session.client("kinesis", THERE, operation).meta.service_model.operation_names


def test_an_operation_of_tomorrow_is_looked_for_once(session: AccountSession) -> None:
    client = session.client("sns", HERE, "FlyToTheMoon")

    assert not hasattr(client, "fly_to_the_moon")
    assert session.client("sns", HERE, "FlyToTheMoon") is client


def test_certificates_are_read_once_for_all_connections(
    monkeypatch: pytest.MonkeyPatch, session: AccountSession
) -> None:
    read: list[str] = []
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda _, file, *__: read.append(file))
    clients.tls.cache_clear()
    try:
        with make() as made, ThreadPoolExecutor(4) as pool:
            contexts = set(pool.map(lambda region: context(made.client("sqs", region)), (HERE, THERE, HERE, THERE)))
            (shared,) = contexts
            for _ in range(3):
                shared.load_verify_locations("ca.pem", None, None)
    finally:
        clients.tls.cache_clear()

    assert read == ["ca.pem"]


def context(client: Any) -> ssl.SSLContext:
    found: ssl.SSLContext = client._endpoint.http_session._manager.connection_pool_kw["ssl_context"]
    return found


def test_other_certificates_are_another_trust() -> None:
    assert clients.tls(True) is clients.tls(True)
    assert clients.tls(True) is not clients.tls("/etc/company.pem")
    assert clients.tls(True) is not clients.tls(False)


def test_servers_have_to_be_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, estate: Estate) -> None:
    authority, bundle, secret = Authority(), tmp_path / "ca.pem", "a-key-of-this-test"
    bundle.write_text(authority.pem)
    with front(authority, estate.url, secret, tmp_path) as server:
        with make(endpoint_url=server.url, patience=0) as stranger, pytest.raises(SSLError):
            stranger.client("sqs", HERE).list_queues()
        monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
        with make(endpoint_url=server.url) as friend:
            for region in (HERE, THERE):
                assert friend.client("sqs", region).list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
        monkeypatch.delenv("AWS_CA_BUNDLE")
        with make(endpoint_url=server.url, patience=0) as stranger, pytest.raises(SSLError):
            stranger.client("sqs", HERE).list_queues()


class Answer(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield b"{}"


def test_requests_say_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SDK_UA_APP_ID", "inventory")
    sent: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request.headers["User-Agent"].decode())
        return AWSResponse(request.url, 200, {}, Answer())

    with make() as made:
        client = made.client("sqs", HERE)
        client.meta.events.register("before-send.*", answer)
        client.list_queues()

    assert re.fullmatch(r"Botocore/\S+ ua/.* lang/python.* app/inventory resotoworker", sent[0])
