"""Every further kind is collected, over the wire, from a cloud that is made of the vendor's models."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from resoto_plugin_aws import plan
from resoto_plugin_aws.account import AccountCollector
from resoto_plugin_aws.kinds import further, further_names, load_full
from resoto_plugin_aws.regions import GLOBAL
from resoto_plugin_aws.session import AccountSession
from resoto_plugin_aws.settings import AwsSettings

from resotolib.collect.completeness import OTHERS, Outcome
from resotolib.collect.scope import Scope
from resotolib.graph.check import check
from resotolib.graph.graph import Graph
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Call, Kind
from tests.fakes.aws.shaped import ShapedCloud
from tests.fakes.aws.shaped.instances import ACCOUNT
from tests.plugins.run import TestRun

pytestmark = pytest.mark.timeout(300)  # the first test waits for all calls, half a minute of work

NOWHERE = "http://127.0.0.1:9"
REGIONS = ("us-east-1", "us-west-2")
"""All kinds are tried in the first; those whose service is not there, in the second."""

ALONE: Mapping[str, str] = {
    "aws_sso_admin_application_authentication_method": "AWS has one type of them, and an application one of each type",
}
"""Kinds of which the cloud makes two where there can be one, and why."""

KINDS = sorted(further(), key=lambda kind: kind.name)


@dataclass
class Collected:
    """What was there, and what the collector made of it, by region."""

    clouds: dict[str, ShapedCloud] = field(default_factory=dict)
    runs: dict[str, TestRun] = field(default_factory=dict)

    def absent(self, region: str) -> set[str]:
        """The kinds whose service the SDK's data does not have there."""
        return {one.kind for one in self.runs[region].completeness if one.outcome is Outcome.ABSENT}

    def of(self, kind: Kind) -> tuple[ShapedCloud, TestRun]:
        """The cloud and the run that know the kind."""
        region = REGIONS[kind.name in self.absent(REGIONS[0])]
        return self.clouds[region], self.runs[region]

    def collect(self, region: str, names: Collection[str]) -> None:
        """Collect these kinds in a region."""
        sdk = botocore.session.Session()
        sdk.set_credentials("nobody", "nothing")
        regions = {"Regions": [{"RegionName": region, "OptInStatus": "opted-in"}]}
        cloud = ShapedCloud({("ec2", "DescribeRegions"): regions}).attach(sdk)
        settings = AwsSettings(kinds="full", collect=tuple(sorted(names)))
        session = AccountSession(sdk, ACCOUNT, "aws", endpoint_url=NOWHERE)
        with TestRun() as run:
            AccountCollector(Scope("aws", ACCOUNT, ACCOUNT), session, run, plan.make(settings)).collect((region,))
        self.clouds[region], self.runs[region] = cloud, run


@pytest.fixture(scope="module")
def collected() -> Collected:
    """Everything, once."""
    found = Collected()
    found.collect(REGIONS[0], further_names())
    found.collect(REGIONS[1], found.absent(REGIONS[0]) & further_names())
    return found


def test_all_are_read_completely(collected: Collected) -> None:
    assert collected.absent(REGIONS[1]) == set()
    for run in collected.runs.values():
        assert [reading.reason for reading in run.completeness if reading.outcome is Outcome.UNREAD] == []
        assert [message.text for message in run.messages] == []
        assert OTHERS not in {reading.kind for reading in run.completeness}


def test_what_is_sent_is_what_is_there(collected: Collected) -> None:
    wrong = {}
    for kind in KINDS:
        cloud, run = collected.of(kind)
        there, sent = identities(kind, cloud), [str(node.reported["id"]) for node in run.nodes(kind.name)]
        if kind.name in ALONE:
            there, sent = list(set(there)), list(set(sent))
        if not there or sorted(there) != sorted(sent):
            wrong[kind.name] = (there, sent)

    assert wrong == {}


def test_values_are_of_the_types_that_the_kinds_declare(collected: Collected) -> None:
    every = {kind.name: kind for kind in (*base_kinds(), *load_full())}
    for run in collected.runs.values():
        check(run.graph, every, sample=0)


def test_all_properties_have_values(collected: Collected) -> None:
    lacking = {}
    for kind in KINDS:
        _, run = collected.of(kind)
        seen = set().union(*(node.reported for node in run.nodes(kind.name)))
        names = {one.name for one in kind.properties} - seen
        if names:
            lacking[kind.name] = names

    assert lacking == {}


def test_whatever_has_pages_is_read_to_the_last(collected: Collected) -> None:
    for cloud in collected.clouds.values():
        assert cloud.paged - cloud.second_pages == set()
    assert len(collected.clouds[REGIONS[0]].second_pages) > 900


def test_what_is_below_others_is_asked_for_below_each(collected: Collected) -> None:
    few = {}
    for kind in KINDS:
        cloud, run = collected.of(kind)
        reading = kind.reading
        if reading is None or reading.list is None or not reading.parent:
            continue
        asked = {repr(params) for params, _ in cloud.said[reading.list.service, reading.list.operation]}
        if len(asked) < len(run.nodes(reading.parent)):
            few[kind.name] = asked

    assert few == {}


def test_tags_are_read(collected: Collected) -> None:
    untagged = []
    for kind in KINDS:
        _, run = collected.of(kind)
        if kind.tags is not None and (kind.tags.path or kind.tags.read):
            untagged += [kind.name for node in run.nodes(kind.name)[:1] if not node.reported["tags"]]

    assert untagged == []


def test_kinds_of_one_place_are_read_in_one(collected: Collected) -> None:
    run = collected.runs[REGIONS[0]]
    wrong = [
        kind.name
        for kind in KINDS
        for node in run.nodes(kind.name)
        if (kind.extent == "global") is not (region_of(run.graph, node.id) == GLOBAL)
    ]

    assert wrong == []


def region_of(graph: Graph, id_: str) -> str:
    node = graph.get(id_)
    while node is not None and node.kind != "aws_region":
        node = graph.parent(node)
    return str(node.reported["id"]) if node else ""


def identities(kind: Kind, cloud: ShapedCloud) -> list[str]:
    """What the cloud said that identifies resources of the kind."""
    reading = kind.reading
    assert reading is not None
    assert reading.list is not None
    assert kind.identity is not None
    path = kind.identity.id
    completed = items(reading.detail.call, cloud) if reading.detail else []
    said = completed if completed and path in completed[0] else items(reading.list, cloud)
    return [one if isinstance(one, str) else str(one.get(path)) for one in said]


def items(call: Call, cloud: ShapedCloud) -> list[Any]:
    """What the cloud answered to all calls of an operation, taken out of the answers."""
    return [one for _, answer in cloud.said[call.service, call.operation] for one in walk(answer, call.items)]


def walk(value: Any, path: str) -> Iterable[Any]:
    """What a path leads to: member by member, into lists and the values of maps."""
    found = [value]
    for step in filter(None, path.split(".")):
        if step == "*":
            found = [inner for one in found for inner in one.values()]
            continue
        found = [one[step.removesuffix("[]")] for one in found if one.get(step.removesuffix("[]")) is not None]
        if step.endswith("[]"):
            found = [inner for one in found for inner in one]
    return found
