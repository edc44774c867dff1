"""A service that throttles is asked more slowly, and given up in the end; nothing becomes empty."""

from __future__ import annotations

import time

import pytest
from resoto_plugin_aws.api import Api
from resoto_plugin_aws.logins import Logins
from resoto_plugin_aws.settings import AwsSettings

from resotolib.collect.pace import FASTEST, SLOWEST, Pace
from resotolib.errors import Stopped, Throttled, Unreadable
from tests.fakes.aws.place import MANAGEMENT
from tests.fakes.aws.proxy import Proxy, Rule
from tests.plugins.run import TestRun


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_without_throttling_nobody_waits() -> None:
    pace = Pace(60)

    assert [pace.turn() for _ in range(100)] == [0.0] * 100


def test_requests_queue_up_once_it_throttles() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    pace.turn()
    pace.throttled()

    waits = [pace.turn() for _ in range(3)]

    assert pace.rate < FASTEST
    assert waits[1] - waits[0] == pytest.approx(1 / pace.rate)
    assert waits[2] > waits[1]


def test_it_never_gets_slower_than_slow_and_recovers() -> None:
    clock = Clock()
    pace = Pace(600, clock)
    for _ in range(50):
        clock.now += 3
        pace.throttled()
    slowest = pace.rate
    for _ in range(500):
        pace.answered()

    assert slowest == SLOWEST
    assert pace.rate == float("inf")


def test_requests_that_were_on_their_way_slow_it_down_once() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    for _ in range(40):
        pace.turn()
    pace.throttled()
    once = pace.rate
    for _ in range(10):
        pace.throttled()

    assert pace.rate == once


def test_patience_ends_when_nothing_is_answered() -> None:
    clock = Clock()
    pace = Pace(60, clock)

    assert pace.throttled()
    clock.now += 59
    assert pace.throttled()
    clock.now += 2
    assert not pace.throttled()


def test_an_answer_renews_patience() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    pace.throttled()
    clock.now += 59
    pace.answered()
    clock.now += 2

    assert pace.throttled()


def settings(proxy: Proxy, patience: int = 60) -> AwsSettings:
    key, secret = MANAGEMENT.key_id, MANAGEMENT.secret
    return AwsSettings(access_key_id=key, secret_access_key=secret, endpoint_url=proxy.url, throttle_timeout=patience)


def test_a_few_throttled_calls_cost_only_time(proxy: Proxy) -> None:
    proxy.throttle("DescribeVpcs", times=2)
    with Logins(settings(proxy)) as logins, TestRun() as run:
        answer = Api(logins.own(), "us-east-1", run).call("ec2", "DescribeVpcs")

    assert answer["Vpcs"]
    assert len(proxy.asked("DescribeVpcs")) == 3


def test_a_service_that_throttles_for_ever_is_given_up(proxy: Proxy) -> None:
    proxy.throttle("DescribeVpcs")
    with Logins(settings(proxy, patience=1)) as logins, TestRun() as run, pytest.raises(Throttled):
        Api(logins.own(), "us-east-1", run).call("ec2", "DescribeVpcs")

    assert 1 < len(proxy.asked("DescribeVpcs")) < 20


def test_waiting_ends_when_the_run_is_told_to_stop(proxy: Proxy) -> None:
    proxy.throttle("DescribeVpcs")

    def stop() -> None:
        raise Stopped("the account")

    with Logins(settings(proxy)) as logins, TestRun() as run:
        session = logins.own()
        session.obey(stop)
        began = time.monotonic()
        with pytest.raises(Stopped):
            Api(session, "us-east-1", run).call("ec2", "DescribeVpcs")

    assert time.monotonic() - began < 30


def test_a_server_that_cannot_answer_is_asked_a_few_times(proxy: Proxy) -> None:
    proxy.add(Rule(operation="DescribeVpcs", status=503, code="InternalError"))
    with Logins(settings(proxy)) as logins, TestRun() as run, pytest.raises(Unreadable):
        Api(logins.own(), "us-east-1", run).call("ec2", "DescribeVpcs")

    assert len(proxy.asked("DescribeVpcs")) == 4
