"""The replayed cloud says what the recorded one said, whoever asks and whenever."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bench.cloud import ReplayedCloud
from tests.fakes.aws.estate import Plan, fill
from tests.fakes.aws.organisation import MANAGEMENT_ID, assume
from tests.fakes.aws.place import HOME_REGION, MANAGEMENT, Place
from tests.fakes.aws.server import MotoServer

ASKED = [("ec2", "describe_vpcs"), ("iam", "list_roles"), ("dynamodb", "list_tables"), ("s3", "list_buckets")]


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    path = tmp_path_factory.mktemp("tape") / "tape.bin"
    with MotoServer() as moto:
        fill(moto.url, Plan(accounts=1, suspended=0, regions=(HOME_REGION,), scale=0.2))
        with ReplayedCloud(path, moto.url) as recorder:
            answers = _ask(recorder.url)
            recorder.save()
    return path, answers


def _ask(url: str) -> list[Any]:
    """As a worker does: take a role, then list; with a new session name each time."""
    keys = assume(Place(url, MANAGEMENT_ID, "", HOME_REGION, MANAGEMENT), MANAGEMENT_ID, "resoto")
    place = Place(url, MANAGEMENT_ID, "", HOME_REGION, keys)
    answers = [getattr(place.client(service), operation)() for service, operation in ASKED]
    for answer in answers:
        del answer["ResponseMetadata"]
    return answers


def test_what_was_recorded_is_replayed(tape: tuple[Path, list[Any]]) -> None:
    path, recorded = tape
    with ReplayedCloud(path) as cloud:
        assert _ask(cloud.url) == recorded

        stats = cloud.stats()
    assert stats["missing"] == 0
    assert stats["requests"] == len(ASKED) + 1
    assert stats["operations"]["ec2.DescribeVpcs"] == 1


def test_answers_take_as_long_as_told(tape: tuple[Path, list[Any]]) -> None:
    path, _ = tape
    with ReplayedCloud(path) as cloud:
        cloud.delay(200)
        started = time.monotonic()

        _ask(cloud.url)

    assert time.monotonic() - started >= 0.2 * (len(ASKED) + 1)


def test_credentials_of_the_tape_have_not_expired(tape: tuple[Path, list[Any]]) -> None:
    path, _ = tape
    with ReplayedCloud(path) as cloud:
        sts = Place(cloud.url, MANAGEMENT_ID, "", HOME_REGION, MANAGEMENT).client("sts")
        role = f"arn:aws:iam::{MANAGEMENT_ID}:role/resoto"

        expires = sts.assume_role(RoleArn=role, RoleSessionName="again")["Credentials"]["Expiration"]

    assert expires.timestamp() > time.time() + 3600
