"""Kind by kind: tags are changed, resources are deleted, and AWS, asked past all of our code, agrees."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from resoto_plugin_aws.kinds import load_catalogue
from resoto_plugin_aws.verified import DELETABLE
from resoto_plugin_aws.writer import AwsWriter

from resotolib.clean.deletion import Patience
from resotolib.clean.plan import make_plan
from resotolib.clean.resource import Resource, parse
from resotolib.clean.result import Result
from resotolib.clean.run import Run
from resotolib.graph.graph import Graph
from tests.fakes.aws.estate import Plan, fill
from tests.fakes.aws.place import HOME_REGION, Place
from tests.fakes.aws.server import MotoServer
from tests.plugins.aws.direct_tags import direct_tags
from tests.plugins.aws.test_collect import collector
from tests.plugins.nodes import core_nodes
from tests.plugins.run import TestRun
from tests.whole.direct import listing
from tests.whole.direct_kinds import DIRECT

pytestmark = pytest.mark.timeout(240)  # the first of them fills a cloud and collects it

PLAN = Plan(accounts=1, suspended=0, regions=(HOME_REGION,), broad=True, scale=0.1)
DEFAULTS = {("aws_memorydb_subnet_group", "default"), ("aws_events_event_bus", "default")}
WITHOUT_IDENTIFIER = {"aws_beanstalk_environment", "aws_kafka_cluster"}
"""Kinds that the fake cloud lists without the identifier that every answer of AWS has."""

GO_ALONG = {
    "aws_ec2_instance",  # with its auto scaling group
    "aws_ec2_network_interface",  # with its instance, balancer, …
    "aws_ec2_security_group",  # with the directory or the cluster that made it
    "aws_ec2_volume",  # with its instance
    "aws_events_rule",  # with its archive
    "aws_iam_access_key",  # with its user
    "aws_rds_snapshot",  # automated ones with their instance
    "aws_redshift_snapshot",  # automated ones with their cluster
}
QUICK = Patience(in_use=3, gone=3, first=0.05, most=0.5)

EARLIER_DELETABLE = """
    alb alb_target_group autoscaling_group cloudformation_stack cloudwatch_alarm ec2_elastic_ip ec2_instance
    ec2_internet_gateway ec2_keypair ec2_nat_gateway ec2_network_acl ec2_network_interface ec2_route_table
    ec2_security_group ec2_snapshot ec2_subnet ec2_volume eks_cluster eks_nodegroup elb iam_access_key iam_group
    iam_instance_profile iam_policy iam_role iam_server_certificate iam_user s3_bucket vpc vpc_endpoint
    vpc_peering_connection
"""
EARLIER_TAGGABLE = """
    alb alb_target_group autoscaling_group cloudformation_stack cloudwatch_alarm ec2_elastic_ip ec2_instance
    ec2_internet_gateway ec2_keypair ec2_nat_gateway ec2_network_acl ec2_network_interface ec2_route_table
    ec2_security_group ec2_snapshot ec2_subnet ec2_volume eks_cluster eks_nodegroup elb vpc vpc_endpoint
    vpc_peering_connection
"""
NOT_TAGGED_BY_MOTO = """
    apigateway_api_key apigateway_domain_name apigateway_rest_api apigateway_usage_plan apigateway_vpc_link
    apigatewayv2_domain_name appmesh_mesh athena_data_catalog beanstalk_application cloudwatch_dashboard
    cloudwatch_insight_rule cognito_identity_pool cognito_user_pool datasync_location datasync_task dms_endpoint
    dms_replication_instance dms_replication_subnet_group dms_replication_task ec2_launch_template
    ec2_traffic_mirror_filter ec2_traffic_mirror_target emr_serverless_application guardduty_detector
    iam_saml_provider iam_virtual_mfa_device network_firewall rds_global_cluster redshift_snapshot
    route53resolver_query_log_config sns_platform_application ssm_patch_baseline synthetics_canary transfer_server
    workspaces_directory workspaces_workspace
"""
"""Kinds whose tags the fake cloud does not take, or does not show."""


def changes_tags(name: str) -> bool:
    """Whether the catalogue says how."""
    tags = load_catalogue()[name].tags
    return tags is not None and bool(tags.hook or (tags.update and tags.remove))


@dataclass
class World:
    """What a cloud had when it was collected, by kind, and what changes it."""

    place: Place
    graph: Graph
    writer: AwsWriter
    nodes: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with MotoServer() as server:
        server.seed(3)
        estate = fill(server.url, PLAN)
        place = estate.place(estate.accounts[0], HOME_REGION)
        _peering(place)
        run = collected(server.url)
        assert {reading.kind for reading in run.not_complete()} <= WITHOUT_IDENTIFIER
        with collector(server.url).writer() as writer:
            assert isinstance(writer, AwsWriter)
            found = World(place, run.graph, writer)
            for node in core_nodes(run.graph):
                found.nodes[node["reported"]["kind"]].append(node)
            yield found


def collected(url: str) -> TestRun:
    """Everything that there is, read gently: the fake cloud answers some threads at once with errors."""
    found = collector(url, region=(HOME_REGION,), role="")
    with TestRun(threads=2) as run:
        found.collect(found.scopes().scopes[0], run)
    return run


def _peering(place: Place) -> None:
    ec2 = place.client("ec2")
    here, there = (ec2.create_vpc(CidrBlock=f"10.{n}.0.0/16")["Vpc"]["VpcId"] for n in (201, 202))
    ec2.create_vpc_peering_connection(VpcId=here, PeerVpcId=there)


TAGGED = sorted(
    kind.name
    for kind in load_catalogue()
    if changes_tags(kind.name) and kind.name.removeprefix("aws_") not in NOT_TAGGED_BY_MOTO.split()
)


@pytest.mark.parametrize("kind", TAGGED)
def test_tags_are_changed_and_read_back(world: World, kind: str) -> None:
    if not world.nodes[kind]:
        pytest.skip("the fake cloud has none")
    node = world.nodes[kind][0]
    before = world.writer.change_tags(node, {}, [])

    added = world.writer.change_tags(node, {"proof": "a", "second": "b"}, [])
    changed = world.writer.change_tags(node, {"second": "c"}, ["proof"])

    assert added == {**before, "proof": "a", "second": "b"}
    assert changed == {**before, "second": "c"}
    told = direct_tags(world.place, kind, node["reported"])
    assert told in (None, changed)


def test_every_kind_that_could_be_tagged_before_still_can() -> None:
    assert {f"aws_{name}" for name in EARLIER_TAGGABLE.split()} <= set(TAGGED)


def test_tags_of_most_kinds_were_changed(world: World) -> None:
    assert len([kind for kind in TAGGED if world.nodes[kind]]) >= 150


@dataclass
class Cleaned:
    """How the deletion of everything ended, by kind, and what was collected after it."""

    results: Mapping[str, list[Result]]
    left: Mapping[str, set[str]]


def flagged(world: World) -> Iterator[Resource]:
    """Everything but the default network and groups, and the interfaces of mount targets, which go with these."""
    interfaces = {node["reported"]["mount_target_network_interface_id"] for node in world.nodes["aws_efs_mount_target"]}
    networks = {node["reported"]["id"] for node in world.nodes["aws_vpc"] if node["reported"]["is_default"]}
    for kind in DELETABLE:
        for node in world.nodes[kind]:
            reported = node["reported"]
            ours = (kind, reported["id"]) not in DEFAULTS and reported["id"] not in interfaces | networks
            if ours and reported.get("subnet_vpc_id") not in networks:
                yield parse(node)


def in_order(graph: Graph) -> Iterator[tuple[str, str]]:
    """The delete edges; and what is listed from another goes first, or it would go with that and show nothing."""
    for source, target, edge in graph.edges():
        reading = kind.reading if (kind := load_catalogue().get(graph[target].kind)) else None
        if edge == "delete" or (reading and reading.parent == graph[source].kind):
            yield source, target


@pytest.fixture(scope="module")
def cleaned(world: World) -> Cleaned:
    plan = make_plan(flagged(world), in_order(world.graph))
    results = defaultdict(list)
    for result in Run(plan, {"aws": world.writer}, threading.Event(), 1, QUICK).results():
        results[result.resource.kind].append(result)
    after = collected(world.place.url)
    left: defaultdict[str, set[str]] = defaultdict(set)
    for node in after.graph.nodes():
        left[node.kind].add(node.id)
    return Cleaned(results, left)


@pytest.mark.parametrize("kind", sorted(DELETABLE))
def test_resources_are_deleted(world: World, cleaned: Cleaned, kind: str) -> None:
    results = cleaned.results[kind]
    states = Counter(result.state for result in results)

    assert states["deleted"] >= 1, [str(result) for result in results]
    assert set(states) <= {"deleted", "gone", "left", "refused"}, [str(result) for result in results]
    gone = {result.resource.id for result in results if result.cleaned}
    deletion = load_catalogue()[kind].deletion
    if deletion is None or not deletion.gone:
        assert not gone & cleaned.left[kind]
        ids = {node["reported"]["id"] for node in world.nodes[kind] if node["id"] in gone}
        assert not ids & set(listing(world.place.client, DIRECT[kind]).ids)


def test_every_kind_that_could_be_deleted_before_still_can() -> None:
    assert {f"aws_{name}" for name in EARLIER_DELETABLE.split()} <= DELETABLE


def test_only_what_a_vpc_or_aws_itself_brings_was_not_deleted(cleaned: Cleaned) -> None:
    spared = [result for results in cleaned.results.values() for result in results if not result.cleaned]

    assert all("default" in result.reason or "main route table" in result.reason for result in spared)


def test_nothing_went_that_aws_does_not_delete_along(cleaned: Cleaned) -> None:
    """One after the other is deleted: what is gone when its turn comes went with one of those before."""
    gone = {kind for kind, results in cleaned.results.items() for result in results if result.state == "gone"}

    assert gone <= GO_ALONG


def test_nothing_is_deletable_that_is_no_kind() -> None:
    assert all(load_catalogue()[name].deletion is not None for name in DELETABLE)
