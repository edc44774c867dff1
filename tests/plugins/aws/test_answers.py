"""Successful answers that say nothing: what is an empty list, and what is no answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import botocore.session
import pytest
from botocore.parsers import ResponseParserError
from resoto_plugin_aws.answers import heed


@dataclass
class Answer:
    """As botocore has it."""

    content: bytes
    status_code: int = 200


def hear(service: str, operation: str, content: bytes, parsed: dict[str, Any] | None = None) -> None:
    model = botocore.session.get_session().get_service_model(service).operation_model(operation)
    heed(Answer(content), {"ResponseMetadata": {}, **(parsed or {})}, model)


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b'{"clusterArns": null}',
        b'{"nextToken": null, "more": 1}',
        b'{"__type": "com.amazonaws.ecs#ListClustersResponse"}',
    ],
)
def test_an_answer_without_items_is_an_empty_list(content: bytes) -> None:
    hear("ecs", "ListClusters", content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"message": "Back soon"}', "that of something else: it has message"),
        (b"[]", "no JSON object"),
        (b"<html>", "no JSON"),
        (b" ", "empty"),
    ],
)
def test_an_answer_of_something_else_is_none(content: bytes, words: str) -> None:
    with pytest.raises(ResponseParserError, match=words):
        hear("ecs", "ListClusters", content)


@pytest.mark.parametrize(
    ("service", "operation", "content", "parsed"),
    [
        ("lambda", "ListFunctions", b'{"Functions": null}', {}),
        ("ecs", "CreateCluster", b'{"message": "Back soon"}', {}),
        ("ecs", "ListClusters", b'{"clusterArns": []}', {"clusterArns": []}),
    ],
)
def test_other_answers_are_left_alone(service: str, operation: str, content: bytes, parsed: dict[str, Any]) -> None:
    hear(service, operation, content, parsed)


def test_names_on_the_wire_may_be_others_than_those_of_the_sdk() -> None:
    hear("mq", "ListBrokers", b'{"brokerSummaries": null}')
    with pytest.raises(ResponseParserError):
        hear("mq", "ListBrokers", b'{"BrokerSummaries": null}')
