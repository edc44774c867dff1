"""Answers about several items that leave some out."""

from __future__ import annotations

from typing import Any

import pytest
from resoto_plugin_aws.batches import unread

WHAT = "ecs:DescribeTasks in eu-west-1"
ASKED = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({}, ["a", "b", "c"]),
        ({"failures": [{"arn": "a", "reason": "MISSING"}]}, ["b", "c"]),
        ({"projectsNotFound": ["a", "b"], "nextToken": ""}, ["c"]),
    ],
)
def test_what_is_found_or_said_to_be_gone_is_read(answer: dict[str, Any], found: list[str]) -> None:
    assert unread(WHAT, ASKED, answer, found) is None


@pytest.mark.parametrize(
    ("answer", "found", "words"),
    [
        ({}, [], "leaves out 3 of 3"),
        ({"projectsNotFound": ["a"]}, ["b"], "leaves out 1 of 3"),
        (
            {"failures": [{"reason": "MISSING"}, {"reason": "INTERNAL", "detail": "try again"}], "tasks": []},
            ["c"],
            "leaves out 1 of 3 without saying that they are gone: INTERNAL (try again)",
        ),
    ],
)
def test_what_is_only_left_out_is_unread(answer: dict[str, Any], found: list[str], words: str) -> None:
    problem = unread(WHAT, ASKED, answer, found)

    assert str(problem).startswith(f"{WHAT}: ")
    assert words in str(problem)


def test_what_was_asked_for_twice_need_not_come_twice() -> None:
    assert unread(WHAT, [{"DomainName": "a"}, {"DomainName": "a"}], {}, ["a"]) is None
