"""What is linked with what: by rules, and by values."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

import pytest

from resotolib.graph.cycles import drop_cycles
from resotolib.kinds.kind import EdgeRule, Kind
from tests.resotolib.graph.kinds import Account, kind

UUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
VPC, SUBNET = kind("aws_vpc", "network"), kind("aws_ec2_subnet", "subnet")
ROLE = kind("aws_iam_role", "role", service="iam")


def with_rule(name: str, *rules: EdgeRule) -> Kind:
    return kind(name, edges=rules)


@pytest.mark.parametrize(
    ("rule", "edges"),
    [
        (EdgeRule("aws_vpc", "Vpc"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Vpc", outgoing=True), {("x", "v", "default")}),
        (EdgeRule("aws_vpc", "Vpc", delete="this_first"), {("v", "x", "default"), ("v", "x", "delete")}),
        (EdgeRule("aws_vpc", "Vpc", delete="other_first"), {("v", "x", "default"), ("x", "v", "delete")}),
        (EdgeRule("aws_vpc", "Vpc", default=False, delete="this_first"), {("v", "x", "delete")}),
        (EdgeRule("network", "Vpc"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "List[].Vpc"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Map.*"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Path", "id"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Arn", "arn"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Below", "arn"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Name", "name"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Name", "id"), set()),
        (EdgeRule("aws_vpc", "", "all"), {("v", "x", "default")}),
        (EdgeRule("aws_vpc", "Elsewhere", "arn"), set()),
        (EdgeRule("aws_vpc", "Whole", "arn"), set()),
        (EdgeRule("aws_vpc", "Missing"), set()),
    ],
)
def test_a_rule_leads_to_the_resource_that_it_names(rule: EdgeRule, edges: set[tuple[str, str, str]]) -> None:
    account = Account(VPC, with_rule("aws_x", rule))
    arn = f"arn:aws:ec2:north:{account.id}:vpc/v"
    account.add("aws_vpc", "v", name="main", arn=arn)
    item = {
        "Vpc": "v",
        "List": [{"Vpc": "v"}, {}],
        "Map": {"one": "v"},
        "Path": "/vpc/v",
        "Arn": arn,
        "Below": f"{arn}:version",
        "Name": "main",
        "Elsewhere": "arn:aws:ec2:north:999999999999:vpc/v",
        "Whole": "projects/elsewhere/global/networks/v",
    }
    account.add("aws_x", "x", item)

    account.link()

    assert account.drawn() == edges


def test_a_rule_that_names_the_resource_itself_is_no_edge() -> None:
    account = Account(with_rule("aws_x", EdgeRule("aws_x", "Others[]")))
    account.add("aws_x", "x-1", {"Others": ["x-1", "x-2"]})
    account.add("aws_x", "x-2")

    account.link()

    assert account.drawn() == {("x-2", "x-1", "default")}
    assert account.graph.self_edges == {("aws_x", "default"): 1}


def test_the_same_region_comes_first_and_another_one_only_if_there_is_no_doubt() -> None:
    account = Account(VPC, with_rule("aws_x", EdgeRule("aws_vpc", "Name", "name")))
    account.add("aws_vpc", "north-1", name="main")
    account.add("aws_vpc", "south-1", name="main", region="south")
    account.add("aws_vpc", "south-2", name="other", region="south")
    account.add("aws_x", "near", {"Name": "main"})
    account.add("aws_x", "far", {"Name": "other"})
    account.add("aws_x", "unclear", {"Name": "main"}, region="")

    account.link()

    assert account.drawn() == {("north-1", "near", "default"), ("south-2", "far", "default")}


def test_a_name_that_two_resources_have_links_none() -> None:
    account = Account(VPC, with_rule("aws_x", EdgeRule("aws_vpc", "Name", "name")))
    account.add("aws_vpc", "v-1", name="default")
    account.add("aws_vpc", "v-2", name="default")
    account.add("aws_x", "x", {"Name": "default"})

    account.link()

    assert account.drawn() == set()


def test_a_rule_for_all_stays_in_the_region() -> None:
    account = Account(VPC, with_rule("aws_quota", EdgeRule("aws_vpc", "", "all", outgoing=True)))
    account.add("aws_vpc", "here")
    account.add("aws_vpc", "there", region="south")
    account.add("aws_quota", "q", {})

    account.link()

    assert account.drawn() == {("q", "here", "default")}


@pytest.mark.parametrize(
    "item",
    [
        {"Anything": "vpc-0123456789abcdef0"},
        {"Deep": [{"In": {"There": "vpc-0123456789abcdef0"}}]},
        {"Document": json.dumps({"Statement": [{"Resource": "vpc-0123456789abcdef0"}]})},
        {"List": "vpc-99999999, vpc-0123456789abcdef0"},
        {"Arn": "arn:aws:ec2:north:111122223333:vpc/vpc-0123456789abcdef0"},
        {"Arn": "arn:aws:ec2:north:111122223333:vpc/vpc-0123456789abcdef0/part:7"},
        {"VpcName": "main"},
        {"TargetVpcName": "main"},
    ],
)
def test_a_value_gives_away_what_a_resource_uses(item: dict[str, Any]) -> None:
    account = Account(VPC, kind("aws_x"))
    arn = "arn:aws:ec2:north:111122223333:vpc/vpc-0123456789abcdef0"
    account.add("aws_vpc", "vpc-0123456789abcdef0", name="main", arn=arn)
    account.add("aws_x", "x", item)

    report = account.link()

    assert account.drawn() == {("vpc-0123456789abcdef0", "x", "default")}
    assert report.pairs == {("aws_vpc", "aws_x"): 1}


@pytest.mark.parametrize(
    "item",
    [
        {"Tags": [{"Key": "vpc", "Value": "vpc-0123456789abcdef0"}]},
        {"tagSet": {"vpc": "vpc-0123456789abcdef0"}},
        {"Labels": {"VpcName": "main"}},
        {"Description": "main"},
        {"Status": "main"},
        {"Broken": '{"vpc": '},
    ],
)
def test_tags_and_words_that_happen_to_be_names_give_nothing_away(item: dict[str, Any]) -> None:
    account = Account(VPC, kind("aws_x"))
    account.add("aws_vpc", "vpc-0123456789abcdef0", name="main")
    account.add("aws_x", "x", item)

    account.link()

    assert account.drawn() == set()


def test_a_value_adds_nothing_where_a_rule_speaks_of_the_two_kinds() -> None:
    account = Account(VPC, with_rule("aws_x", EdgeRule("aws_vpc", "Vpc", outgoing=True)))
    account.add("aws_vpc", "vpc-0123456789abcdef0")
    account.add("aws_vpc", "vpc-0123456789abcdef1")
    account.add("aws_x", "x", {"Vpc": "vpc-0123456789abcdef0", "Old": "vpc-0123456789abcdef1"})

    account.link()

    assert account.drawn() == {("x", "vpc-0123456789abcdef0", "default")}


def test_of_two_that_name_each_other_the_single_reference_says_who_uses_whom() -> None:
    account = Account(kind("aws_eks_cluster", service="eks"), kind("aws_eks_nodegroup", service="eks"))
    account.add(
        "aws_eks_cluster", f"cluster-{UUID}", {"Groups": [f"nodegroup-{UUID}", UUID]}, name="c", arn=f"arn:c:{UUID}"
    )
    account.add("aws_eks_nodegroup", UUID, {"Cluster": f"arn:c:{UUID}"})

    account.link()

    assert account.drawn() == {(f"cluster-{UUID}", UUID, "default")}


def test_a_member_that_fits_several_kinds_means_the_one_of_the_same_service() -> None:
    groups = (kind("aws_iam_group", service="iam"), kind("aws_autoscaling_group", service="autoscaling"))
    account = Account(*groups, kind("aws_iam_user", service="iam"), kind("aws_sqs_queue", service="sqs"))
    account.add("aws_iam_group", "iam-group", name="web", region="")
    account.add("aws_autoscaling_group", "asg", name="web", region="")
    account.add("aws_iam_user", "user", {"GroupName": "web"}, region="")
    account.add("aws_sqs_queue", "queue", {"GroupName": "web"}, region="")

    account.link()

    assert account.drawn() == {("iam-group", "user", "default")}


def test_a_member_speaks_of_the_longest_name_that_it_ends_with() -> None:
    kinds = (
        kind("aws_rds_subnet_group", service="rds"),
        kind("aws_iam_group", service="iam"),
        kind("aws_x", service="iam"),
    )
    account = Account(*kinds)
    account.add("aws_iam_group", "wrong", name="default")
    account.add("aws_rds_subnet_group", "right", name="default")
    account.add("aws_x", "x", {"DBSubnetGroupName": "default"})

    account.link()

    assert account.drawn() == {("right", "x", "default")}


@pytest.mark.parametrize(
    ("member", "service", "linked"),
    [("Stage", "cloudformation", False), ("StageName", "cloudformation", True), ("Stage", "apigateway", True)],
)
def test_a_bare_word_speaks_of_its_own_service_only(member: str, service: str, linked: bool) -> None:
    account = Account(kind("aws_apigateway_stage", service="apigateway"), kind("aws_x", service=service))
    account.add("aws_apigateway_stage", "stage", name="prod")
    account.add("aws_x", "x", {member: "prod"})

    account.link()

    assert (account.drawn() == {("stage", "x", "default")}) is linked


def test_an_arn_of_another_account_is_not_taken_for_a_resource_of_the_same_name() -> None:
    account = Account(ROLE, kind("aws_x"))
    account.add("aws_iam_role", "admin", arn=f"arn:aws:iam::{Account().id}:role/admin", region="")
    account.add("aws_x", "x", {"RoleArn": "arn:aws:iam::999999999999:role/admin"})

    account.link()

    assert account.drawn() == set()


def test_edges_are_the_same_whatever_order_resources_come_in() -> None:
    kinds = (VPC, SUBNET, kind("aws_a"), kind("aws_b"))
    ids = [f"{prefix}-{number:017x}" for prefix in ("vpc", "subnet", "a", "b") for number in range(10)]
    drawn = []
    for seed in range(3):
        rng = random.Random(seed)
        account = Account(*kinds)
        shuffled = list(ids)
        rng.shuffle(shuffled)
        for id_ in shuffled:
            number = int(id_.rsplit("-", 1)[1], 16)
            others = [other for other in ids if int(other.rsplit("-", 1)[1], 16) == (number + 1) % 10]
            name = {"vpc": "aws_vpc", "subnet": "aws_ec2_subnet", "a": "aws_a", "b": "aws_b"}[id_.rsplit("-", 1)[0]]
            account.add(name, id_, {"Others": others})
        account.link()
        drop_cycles(account.graph)
        drawn.append(account.drawn())
    assert drawn[0] == drawn[1] == drawn[2]
    assert drawn[0]


def _calls_for(size: int) -> int:
    """Function calls that linking `size` resources takes; names repeat, as `default` does in a real account."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    rule = EdgeRule("aws_vpc", "Vpc", delete="this_first")
    account = Account(VPC, with_rule("aws_x", rule), kind("aws_y"))
    sys.setprofile(count)
    try:
        for number in range(size // 3):
            account.add("aws_vpc", f"vpc-{number:017x}", {"Id": f"vpc-{number:017x}"}, name="default")
            account.add("aws_x", f"x-{number:017x}", {"Vpc": f"vpc-{number:017x}", "Y": [f"y-{number:017x}"]})
            account.add("aws_y", f"y-{number:017x}", {"VpcName": "default", "X": f"x-{number:017x}"})
        account.link()
        drop_cycles(account.graph)
    finally:
        sys.setprofile(None)
    return calls


def test_four_times_the_resources_cost_four_times_the_work() -> None:
    assert _calls_for(5000) <= 4.1 * _calls_for(1250)
