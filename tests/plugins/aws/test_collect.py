"""One account, collected over the wire: what is in the graph, and what is said about what is not."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from resoto_plugin_aws import plan
from resoto_plugin_aws.collector import AwsCollector
from resoto_plugin_aws.kinds import load_catalogue
from resoto_plugin_aws.settings import AwsSettings

from resotolib.collect.completeness import EVERYWHERE, OTHERS, Cause, Outcome, Reading
from resotolib.errors import NotAuthenticated, NotPermitted, SettingsError, Stopped
from resotolib.graph.check import check
from resotolib.graph.cycles import drop_cycles
from tests.fakes.aws.estate import Estate
from tests.fakes.aws.organisation import ROLE
from tests.fakes.aws.place import MANAGEMENT
from tests.fakes.aws.proxy import Proxy, Rule
from tests.plugins.run import TestRun

HOME, OTHER = "us-east-1", "eu-central-1"


def collector(url: str, **flags: Any) -> AwsCollector:
    keys = {"access_key_id": MANAGEMENT.key_id, "secret_access_key": MANAGEMENT.secret}
    return AwsCollector(AwsSettings(**{**keys, "endpoint_url": url, "role": ROLE, "region": (HOME, OTHER), **flags}))


def collect(url: str, scope: str = "", **flags: Any) -> TestRun:
    """Collect the current account, or another one by role."""
    found = collector(url, **flags, **({"account": (scope,)} if scope else {}))
    with TestRun() as run:
        found.collect(found.scopes().scopes[0], run)
    return run


@pytest.fixture(scope="module")
def run(estate: Estate) -> Iterator[TestRun]:
    """The whole of a member account."""
    return collect(estate.url, estate.accounts[1].id)  # type: ignore[return-value]


def test_every_kind_is_read_completely(run: TestRun) -> None:
    assert run.not_complete() == []
    assert not [message for message in run.messages if message.level == "error"]


def test_further_kinds_are_said_to_be_left_out(run: TestRun) -> None:
    assert run.reading(EVERYWHERE, OTHERS).outcome is Outcome.EXCLUDED


def test_the_graph_is_account_region_zone_resource(run: TestRun, estate: Estate) -> None:
    subnet = next(node for node in run.nodes("aws_ec2_subnet") if node.reported["tags"])
    above = []
    node = run.graph.parent(subnet)
    while node is not None:
        above.append(node.kind)
        node = run.graph.parent(node)

    assert above == ["aws_zone", "aws_region", "aws_account", "cloud", "graph_root"]
    assert {node.reported["id"] for node in run.nodes("aws_region")} == {HOME, OTHER, "global"}
    assert [node.reported["id"] for node in run.nodes("aws_account")] == [estate.accounts[1].id]


def test_a_core_accepts_every_node_and_edge(estate: Estate) -> None:
    run = collect(estate.url)

    dropped = drop_cycles(run.graph)
    check(run.graph, plan.make(AwsSettings()).kinds, sample=0)

    assert not [one for one in dropped if "contains" in str(one)]


def test_every_page_is_read(run: TestRun, estate: Estate) -> None:
    for region in (HOME, OTHER):
        client = estate.place(estate.accounts[1], region).client("ec2")
        expected = {vpc["VpcId"] for page in client.get_paginator("describe_vpcs").paginate() for vpc in page["Vpcs"]}
        found = {node.reported["id"] for node in run.nodes("aws_vpc") if f":{region}:" in node.reported["arn"]}
        assert found == expected
        assert len(found) > 1


@pytest.mark.parametrize(
    ("kind", "property_"),
    [
        ("aws_ec2_instance", "instance_cores"),
        ("aws_ec2_instance", "instance_memory"),
        ("aws_ec2_instance_type", "instance_memory"),
        ("aws_ec2_volume_type", "quota"),
        ("aws_s3_bucket", "bucket_location"),
        ("aws_vpc_quota", "quota"),
        ("aws_alb", "backends"),
        ("aws_alb_target_group", "target_group_targets"),
        ("aws_sqs_queue", "queue_delay_seconds"),
        ("aws_eks_nodegroup", "cluster_name"),
        ("aws_iam_access_key", "user_name"),
        ("aws_account", "account_alias"),
        ("aws_account", "minimum_password_length"),
    ],
)
def test_what_needs_more_than_a_list_is_there(run: TestRun, kind: str, property_: str) -> None:
    nodes = run.nodes(kind)

    assert nodes
    assert all(node.reported.get(property_) not in (None, "") for node in nodes)


@pytest.mark.parametrize(
    "kind",
    ["aws_vpc", "aws_lambda_function", "aws_iam_user", "aws_s3_bucket", "aws_kms_key", "aws_sqs_queue", "aws_alb"],
)
def test_tags_are_read_wherever_the_service_keeps_them(run: TestRun, kind: str) -> None:
    assert any({"owner", "stage"} <= set(node.reported["tags"]) for node in run.nodes(kind))


def test_what_is_listed_from_a_parent_lies_below_its_region_and_is_linked_to_it(run: TestRun) -> None:
    (cluster,), (group,) = run.nodes("aws_eks_cluster"), run.nodes("aws_eks_nodegroup")

    assert run.graph.connected(cluster, group)
    assert run.graph.parent(group) == run.graph.parent(cluster)
    assert group.metadata["parent"]["name"] == cluster.reported["name"]


def test_identities_are_the_same_in_the_next_run(run: TestRun, estate: Estate) -> None:
    again = collect(estate.url, estate.accounts[1].id, collect=("ec2", "iam", "eks"))

    known = {node.id for node in run.graph.nodes()}
    assert {node.id for node in again.graph.nodes()} <= known


def test_progress_is_counted(run: TestRun) -> None:
    assert run.counts["regions"] == run.counts["regions_done"] == 2
    assert run.counts["nodes"] > 100
    assert run.counts["calls"] > 100


def test_one_role_is_taken_once_an_account(proxy: Proxy, estate: Estate) -> None:
    collect(proxy.url, estate.accounts[1].id, collect=("ec2", "s3", "iam"))

    assert len(proxy.asked("AssumeRole")) == 1
    assert proxy.asked("AssumeRole")[0].region == HOME


def test_a_role_that_cannot_be_taken_fails_the_scope_with_its_name(proxy: Proxy, estate: Estate) -> None:
    account = estate.accounts[1].id
    proxy.deny("AssumeRole", containing=account)

    with pytest.raises(NotPermitted, match=f"role/{ROLE}") as raised:
        collect(proxy.url, account)

    assert account in str(pickle.loads(pickle.dumps(raised.value)))


def test_an_expired_token_fails_the_scope(proxy: Proxy, estate: Estate) -> None:
    proxy.add(Rule("ExpiredToken", 403, "AssumeRole", message="The token has expired."))

    with pytest.raises(NotAuthenticated, match="The token has expired"):
        collect(proxy.url, estate.accounts[1].id)


def test_a_denied_kind_is_unread_and_costs_no_other(proxy: Proxy, estate: Estate) -> None:
    proxy.deny("DescribeVpcs", service="ec2", region=OTHER)

    run = collect(proxy.url, estate.accounts[1].id, collect=("aws_vpc", "aws_ec2_subnet"))

    denied = run.reading(OTHER, "aws_vpc")
    assert (denied.outcome, denied.cause) == (Outcome.UNREAD, Cause.DENIED)
    assert "ec2:DescribeVpcs" in denied.reason
    assert f"role {ROLE}" in denied.reason
    assert run.reading(HOME, "aws_vpc").outcome is Outcome.COMPLETE
    assert run.reading(OTHER, "aws_ec2_subnet").outcome is Outcome.COMPLETE
    assert len({run.graph.parent(node) for node in run.nodes("aws_ec2_subnet")}) > 2


def test_what_is_below_an_unread_kind_is_unread_too(proxy: Proxy) -> None:
    proxy.deny(service="eks", region=HOME)

    run = collect(proxy.url, collect=("eks",))

    for kind in ("aws_eks_cluster", "aws_eks_nodegroup"):
        assert run.reading(HOME, kind).cause is Cause.DENIED
        assert run.reading(OTHER, kind).outcome is Outcome.COMPLETE


def test_a_page_that_fails_leaves_what_was_read_and_the_kind_unread(proxy: Proxy) -> None:
    proxy.add(Rule("InternalError", 400, "DescribeSubnets", containing="NextToken", message="Broken"))

    run = collect(proxy.url, collect=("aws_ec2_subnet",), region=(HOME,))

    assert run.reading(HOME, "aws_ec2_subnet").cause is Cause.FAILED
    assert len(run.nodes("aws_ec2_subnet")) == 2


def test_a_denied_detail_leaves_the_list_and_the_kind_unread(proxy: Proxy) -> None:
    proxy.deny("DescribeKey", region=HOME)

    run = collect(proxy.url, collect=("aws_kms_key",), region=(HOME,))

    assert run.reading(HOME, "aws_kms_key").cause is Cause.DENIED
    assert run.nodes("aws_kms_key")


def test_what_is_gone_between_list_and_detail_is_no_error(proxy: Proxy, estate: Estate) -> None:
    client = estate.place(estate.accounts[0], HOME).client("kms")
    keys = [key["KeyId"] for page in client.get_paginator("list_keys").paginate() for key in page["Keys"]]
    proxy.add(Rule("NotFoundException", 400, "DescribeKey", containing=keys[0]))

    run = collect(proxy.url, collect=("aws_kms_key",), region=(HOME,))

    assert run.reading(HOME, "aws_kms_key").outcome is Outcome.COMPLETE
    assert {node.reported["id"] for node in run.nodes("aws_kms_key")} == set(keys[1:])


@pytest.mark.parametrize(
    ("operation", "kind"), [("DescribeListeners", "aws_alb_listener"), ("DescribeKey", "aws_kms_key")]
)
def test_a_page_that_is_not_found_does_not_mean_that_a_resource_is_gone(
    proxy: Proxy, operation: str, kind: str
) -> None:
    proxy.add(Rule("", 404, operation, raw=b"<html>Not Found</html>"))

    run = collect(proxy.url, collect=("aws_alb", kind), region=(HOME,))

    assert run.reading(HOME, kind).outcome is Outcome.UNREAD


def test_throttling_for_a_while_is_waited_for(proxy: Proxy) -> None:
    proxy.throttle("DescribeVpcs", times=2)

    run = collect(proxy.url, collect=("aws_vpc",), region=(HOME,))

    assert run.reading(HOME, "aws_vpc").outcome is Outcome.COMPLETE
    assert run.nodes("aws_vpc")


def test_throttling_for_ever_is_never_an_empty_list(proxy: Proxy) -> None:
    proxy.throttle("DescribeVpcs")

    run = collect(proxy.url, collect=("aws_vpc",), region=(HOME,), throttle_timeout=2)

    reading = run.reading(HOME, "aws_vpc")
    assert (reading.outcome, reading.cause) == (Outcome.UNREAD, Cause.THROTTLED)
    assert "--aws-region-pool-size" in reading.reason


def test_an_answer_that_makes_no_sense_is_unread(proxy: Proxy) -> None:
    proxy.add(Rule("", 200, "DescribeVpcs", raw=b"<html>not"))

    run = collect(proxy.url, collect=("aws_vpc",), region=(HOME,))

    assert run.reading(HOME, "aws_vpc").cause is Cause.FAILED


@pytest.mark.parametrize(("reason", "outcome"), [("MISSING", Outcome.COMPLETE), ("INTERNAL_ERROR", Outcome.UNREAD)])
def test_what_a_batch_leaves_out_is_gone_only_if_it_says_so(proxy: Proxy, reason: str, outcome: Outcome) -> None:
    def fail(answer: bytes) -> bytes:
        failures = [{"arn": one["clusterArn"], "reason": reason} for one in json.loads(answer)["clusters"]]
        return json.dumps({"clusters": [], "failures": failures}).encode()

    proxy.add(Rule(operation="DescribeClusters", change=fail))

    run = collect(proxy.url, collect=("aws_ecs_cluster",), region=(HOME,))

    assert proxy.asked("DescribeClusters")
    assert (run.nodes("aws_ecs_cluster"), run.reading(HOME, "aws_ecs_cluster").outcome) == ([], outcome)


def test_a_service_that_is_not_switched_on_is_absent(proxy: Proxy) -> None:
    proxy.add(Rule("SubscriptionRequiredException", 400, service="guardduty"))

    run = collect(proxy.url, collect=("aws_guardduty_detector",), region=(HOME,))

    assert run.reading(HOME, "aws_guardduty_detector").outcome is Outcome.ABSENT


def test_a_service_that_every_account_has_is_not_absent_when_the_account_is_suspended(proxy: Proxy) -> None:
    proxy.add(Rule("OptInRequired", 403, "DescribeVpcs", message="You are not subscribed to this service."))

    run = collect(proxy.url, collect=("aws_vpc",), region=(HOME,))

    assert run.reading(HOME, "aws_vpc").cause is Cause.DENIED


def test_tags_of_many_resources_are_read_in_few_calls(proxy: Proxy) -> None:
    run = collect(proxy.url, collect=("aws_lambda_function", "aws_kms_key"))

    assert all(node.reported["tags"].get("owner") for node in run.nodes("aws_lambda_function"))
    assert proxy.asked("GetResources")
    assert len(proxy.asked("ListResourceTags")) < len(run.nodes("aws_kms_key"))


def test_where_tags_may_not_be_read_together_they_are_read_one_by_one(proxy: Proxy) -> None:
    proxy.deny("GetResources")

    run = collect(proxy.url, collect=("aws_kms_key",), region=(HOME,))

    assert run.reading(HOME, "aws_kms_key").outcome is Outcome.COMPLETE
    assert any(node.reported["tags"] for node in run.nodes("aws_kms_key"))


def test_tags_that_may_not_be_read_at_all_leave_the_kind_unread(proxy: Proxy) -> None:
    proxy.deny("GetResources")
    proxy.deny("ListResourceTags")

    run = collect(proxy.url, collect=("aws_kms_key", "aws_vpc"), region=(HOME,))

    assert run.reading(HOME, "aws_kms_key").cause is Cause.DENIED
    assert "kms:ListResourceTags" in run.reading(HOME, "aws_kms_key").reason
    assert run.nodes("aws_kms_key")
    assert run.reading(HOME, "aws_vpc").outcome is Outcome.COMPLETE


def test_what_was_not_asked_for_is_excluded_wherever_it_could_be(estate: Estate) -> None:
    run = collect(estate.url, collect=("aws_vpc",), region=(HOME,))

    by_outcome = Counter(reading.outcome for reading in run.completeness)
    regional = sum(kind.collectable and kind.extent != "global" for kind in load_catalogue())
    assert by_outcome[Outcome.COMPLETE] == 1
    assert Reading(OTHER, "aws_vpc", Outcome.EXCLUDED) in list(run.completeness)
    assert Reading("global", "aws_iam_user", Outcome.EXCLUDED) in list(run.completeness)
    assert by_outcome[Outcome.EXCLUDED] > regional * 10


@pytest.mark.parametrize("after", [1, 6, 30, 60])
def test_a_worker_that_stops_ends_the_scope_wherever_it_is(estate: Estate, after: int) -> None:
    class Stopping(TestRun):
        def stop_if_told(self) -> None:
            if self.counts["calls"] >= after:
                raise Stopped("the test")

    made = collector(estate.url, collect=("s3", "elbv2", "aws_ec2_instance", "aws_iam_user", "kms"))
    scope = made.scopes().scopes[0]

    with Stopping() as run, pytest.raises(Stopped):
        made.collect(scope, run)


def test_unknown_kinds_are_refused_with_the_nearest_name(estate: Estate) -> None:
    with pytest.raises(SettingsError, match="aws_vpc"):
        collect(estate.url, collect=("aws_vpcs",))


def test_regions_that_may_not_be_described_are_found_by_the_account_service(proxy: Proxy) -> None:
    proxy.deny("DescribeRegions", service="ec2")
    proxy.add(Rule("", 200, containing="/listRegions", raw=json.dumps({"Regions": [{"RegionName": HOME}]}).encode()))

    run = collect(proxy.url, collect=("aws_vpc",), region=())

    assert {node.reported["id"] for node in run.nodes("aws_region")} == {HOME}
    assert any("ec2:DescribeRegions" in message.text for message in run.messages)


def test_otherwise_the_regions_are_tried_one_by_one(proxy: Proxy) -> None:
    proxy.deny("DescribeRegions", service="ec2")
    proxy.deny(containing="/listRegions")
    scope = collector(proxy.url).scopes().scopes[0]
    proxy.add(Rule("InvalidClientTokenId", 403, "GetCallerIdentity", region="ap-east-1"))

    with TestRun() as run:
        collector(proxy.url, collect=("aws_ec2_keypair",), region=()).collect(scope, run)

    regions = {node.reported["id"] for node in run.nodes("aws_region")}
    assert regions > {HOME, OTHER, "af-south-1"}
    assert "ap-east-1" not in regions
    assert run.not_complete() == []
    assert any("account:ListRegions" in message.text for message in run.messages)


@pytest.mark.parametrize(
    ("region", "words"), [("us-east1", "Did you mean us-east-1"), ("me-south-1", "is not enabled in account")]
)
def test_regions_that_are_not_there_are_named(estate: Estate, region: str, words: str) -> None:
    run = collect(estate.url, collect=("aws_vpc",), region=(HOME, region))

    assert any(words in message.text for message in run.messages)


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-northwest-1", "aws-cn")])
def test_other_partitions_work_by_construction(proxy: Proxy, estate: Estate, region: str, partition: str) -> None:
    run = collect(proxy.url, estate.accounts[1].id, collect=("aws_vpc", "aws_iam_role"), region=(region,))

    (taken,) = proxy.asked("AssumeRole")
    assert f"arn%3A{partition}%3Aiam" in taken.body
    assert {request.region for request in proxy.requests} == {region}
    assert all(node.reported["arn"].startswith(f"arn:{partition}:ec2:") for node in run.nodes("aws_vpc"))
    assert {node.reported["id"] for node in run.nodes("aws_region")} >= {region}


def test_services_without_an_endpoint_here_are_absent(estate: Estate) -> None:
    run = collect(estate.url, collect=("aws_cloudfront_distribution", "aws_dax_cluster"), region=("us-gov-west-1",))

    assert run.reading("global", "aws_cloudfront_distribution").outcome is Outcome.ABSENT
    assert run.reading("us-gov-west-1", "aws_dax_cluster").outcome is Outcome.ABSENT
    assert run.counts["regions_done"] == 1


def test_collectors_survive_pickling_and_show_no_secret() -> None:
    made = collector("http://127.0.0.1:1", external_id="an-external-secret")

    assert pickle.loads(pickle.dumps(made)) == made
    assert MANAGEMENT.secret not in repr(made)
    assert "an-external-secret" not in repr(made)
