"""The builder: the catalogue in the repository is what it makes, and each derivation does what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder import identity, items, permissions, vendor, words
from builder.assemble import build
from builder.catalogues import Made, make
from builder.names import candidates
from builder.options import OPTIONS
from builder.shapes import Typing, holds_secret, is_secret
from resoto_plugin_aws import kinds

from resotolib.errors import ModelError
from resotolib.kinds import table
from resotolib.kinds.base import base_kinds
from resotolib.kinds.catalogue import Catalogue
from resotolib.kinds.kind import EdgeRule, Kind, Property
from resotolib.kinds.names import Names

SERVICES = ("apigatewayv2", "appstream", "cloudfront", "connect", "ec2", "mwaa", "quicksight", "ses")
"""Services to make the further kinds of in a test: all of them take half a minute."""


def made(tmp_path: Path, text: str, *frozen: Kind) -> list[Kind]:
    path = tmp_path / "small.tbl"
    path.write_text(text)
    return build(table.read(path, OPTIONS), kinds.own_kinds(), frozen).kinds


@pytest.fixture(scope="module")
def built() -> Made:
    """What the builder makes, of the further kinds those of a few services."""
    return make(Catalogue.load(kinds.PATH), Catalogue.load(kinds.FULL), SERVICES)


def test_the_catalogue_is_what_the_builder_makes(built: Made) -> None:
    known, now = Catalogue.load(kinds.PATH), Catalogue(built.default)
    assert [kind.name for kind in known if now.get(kind.name) != kind] == []
    assert [kind.name for kind in now] == [kind.name for kind in known]


def test_so_are_the_further_kinds(built: Made) -> None:
    known = [kind for kind in Catalogue.load(kinds.FULL) if kind.service in SERVICES]
    assert sorted(kind.name for kind in known) == sorted(kind.name for kind in built.full)
    assert [kind.name for kind in built.full if kind not in known] == []


def test_the_names_of_the_further_kinds_are_those_that_they_have() -> None:
    assert kinds.further_names() == {kind.name for kind in Catalogue.load(kinds.FULL)}


def test_one_line_makes_a_kind(tmp_path: Path) -> None:
    (kind,) = made(tmp_path, "[eks]\naws_eks_cluster ListClusters detail=DescribeCluster id=name\n")
    assert kind.reading is not None
    assert kind.reading.list is not None
    assert kind.reading.list.items == "clusters[]"
    assert kind.reading.detail is not None
    assert kind.reading.detail.call.params == {"name": "$item"}
    assert kind.reading.detail.call.items == "cluster"
    assert kind.identity is not None
    assert (kind.identity.id, kind.identity.arn, kind.identity.ctime) == ("name", "arn", "createdAt")
    assert kind.deletion is not None
    assert kind.deletion.call.params == {"name": "$id"}
    assert kind.tags is not None
    assert (kind.tags.path, kind.tags.form) == ("tags", "map")
    assert kind.permissions["collect"] == ("eks:DescribeCluster", "eks:ListClusters")
    assert Property("cluster_version", "string", "version") in kind.properties


def test_edges_to_kinds_that_the_table_does_not_have_are_left_out(tmp_path: Path) -> None:
    alone, (_, with_vpc) = (
        made(tmp_path, "[ec2]\naws_ec2_subnet DescribeSubnets\n"),
        made(tmp_path, "[ec2]\naws_vpc DescribeVpcs\naws_ec2_subnet DescribeSubnets\n"),
    )
    assert alone[0].edges == ()
    assert with_vpc.edges == (EdgeRule("aws_vpc", "VpcId", "id", delete="this_first"),)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[ec2]\naws_vpc DescribeVpcs nope=1\n", "small.tbl:2.*'nope=1' is no option"),
        ("[ec2]\naws_vpc DescribeVpcs\n  ? what\n", r"small.tbl:3.*neither a property nor an edge"),
        ("[ec2]\naws_vpc ListVpcs\n", "ec2.ListVpcs.*no such operation"),
        ("[ec2]\naws_vpc DescribeVpcs\n  vpc_x = Nope\n", "small.tbl:2.*Nope"),
        ("[eks]\naws_eks_nodegroup ListNodegroups\n", "small.tbl:2.*clusterName"),
        (
            "[ec2]\naws_vpc DescribeVpcs base=volume\n  volume_size = +size\n  vpc_a = +a\n",
            "type of vpc_a must be said",
        ),
        ('[ec2]\naws_vpc DescribeVpcs delete_params={"VpcId":"$member.Nope"}\n', "small.tbl:2.*becomes no property"),
    ],
)
def test_what_the_table_gets_wrong_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        made(tmp_path, text)


def test_names_that_were_given_stay(tmp_path: Path) -> None:
    text = "[rds]\naws_rds_cluster DescribeDBClusters noun=cluster\n"
    before = made(tmp_path, text)
    after = made(tmp_path, f"[eks]\naws_eks_cluster ListClusters detail=DescribeCluster\n{text}", *before)
    assert after[1].properties == before[0].properties


def test_the_same_name_with_another_type_gets_the_service_in_front() -> None:
    names = Names((), base_kinds())
    wanted = candidates("dax", "cluster", "Cluster", "Status")
    assert names.give("aws_a", "Status", wanted, "string") == "cluster_status"
    assert names.give("aws_b", "Status", wanted, "int64") == "dax_cluster_status"
    with pytest.raises(ModelError, match="Status"):
        names.give("aws_c", "Status", wanted, "double")


@pytest.mark.parametrize(
    ("member", "name"),
    [("ImageId", "instance_image_id"), ("InstanceType", "instance_type"), ("DBInstanceStatus", "instance_status")],
)
def test_the_noun_is_not_doubled(member: str, name: str) -> None:
    assert candidates("rds", "instance", "DBInstance", member)[0] == name


@pytest.mark.parametrize(
    ("service", "operation", "path"),
    [
        ("ec2", "DescribeVpcs", "Vpcs[]"),
        ("cloudfront", "ListDistributions", "DistributionList.Items[]"),
        ("kms", "ListKeys", "Keys[]"),
        ("sqs", "ListQueues", "QueueUrls[]"),
    ],
)
def test_items_are_found_in_an_answer(service: str, operation: str, path: str) -> None:
    assert items.find(vendor.operation(service, operation)) == path


@pytest.mark.parametrize(
    ("service", "noun", "arn"),
    [
        ("ec2", "Vpc", "arn:{$partition}:ec2:{$region}:{$account}:vpc/{$id}"),
        ("ec2", "Nothing", ""),
        ("ecs", "Service", ""),  # needs the cluster's name as well
    ],
)
def test_arns_come_from_what_iam_says(service: str, noun: str, arn: str) -> None:
    assert identity.arn_template(service, noun, has_name=False) == arn


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("elbv2", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("apigateway", "GetRestApis", "apigateway:GET"),
    ],
)
def test_actions_of_operations(service: str, operation: str, action: str) -> None:
    assert permissions.action(service, operation) == action


def test_an_operation_without_a_known_action_is_refused() -> None:
    with pytest.raises(ModelError, match="EXCEPTIONS"):
        permissions.action("ec2", "DescribeNothing")


@pytest.mark.parametrize(
    ("service", "shape", "member", "secret"),
    [
        ("rds", "CreateDBInstanceMessage", "MasterUserPassword", True),
        ("rds", "CreateDBInstanceMessage", "DBName", False),
        ("rds", "DBInstance", "MasterUserSecret", False),
        ("lambda", "EnvironmentResponse", "Variables", True),
        ("secretsmanager", "SecretListEntry", "ARN", False),
        ("ecs", "ContainerDefinition", "environment", True),
        ("sagemaker", "DescribeNotebookInstanceLifecycleConfigOutput", "OnStart", True),
        ("directconnect", "VirtualInterface", "authKey", True),
        ("grafana", "WorkspaceSummary", "grafanaToken", True),
    ],
)
def test_secrets_are_told_from_their_names_and_marks(service: str, shape: str, member: str, *, secret: bool) -> None:
    members = vendor.members(vendor.service(service).shape_for(shape))
    assert is_secret(member, members[member]) is secret


def test_a_structure_that_would_be_cut_is_left_out_when_it_holds_a_secret() -> None:
    typing = Typing("ecs")
    volumes = vendor.members(vendor.service("ecs").shape_for("TaskDefinition"))
    assert holds_secret(volumes["containerDefinitions"])
    one = typing.property("containerDefinitions", volumes["containerDefinitions"])
    assert one is not None
    nested = typing.shapes[one.type.removesuffix("[]")]
    assert "environment" not in {inner.name for inner in nested.properties}
    assert "environment" in typing.dropped


def test_two_levels_are_typed_and_the_rest_is_any() -> None:
    typing = Typing("ec2")
    members = vendor.members(vendor.service("ec2").shape_for("NetworkInterface"))
    one = typing.property("PrivateIpAddresses", members["PrivateIpAddresses"])
    assert one is not None
    types = {inner.name: inner.type for inner in typing.shapes[one.type.removesuffix("[]")].properties}
    assert types["primary"] == "boolean"
    assert types["association"] == "aws_ec2_network_interface_association_shape"
    deep = vendor.members(vendor.service("ec2").shape_for("SpotFleetRequestConfig"))
    config = typing.property("SpotFleetRequestConfig", deep["SpotFleetRequestConfig"])
    assert config is not None
    assert {inner.name: inner.type for inner in typing.shapes[config.type].properties}[
        "spot_maintenance_strategies"
    ] == "any"


@pytest.mark.parametrize(
    ("word", "one"), [("Policies", "Policy"), ("Addresses", "Address"), ("Vpcs", "Vpc"), ("Status", "Status")]
)
def test_singular(word: str, one: str) -> None:
    assert words.singular(word) == one


@pytest.mark.parametrize(
    ("documentation", "sentence"),
    [
        ("<p>Describes a <code>VPC</code>. More.</p>", "Describes a VPC."),
        ("<p>A thing, e.g. this one. More.</p>", "A thing, e.g. this one."),
        ("", ""),
        (None, ""),
    ],
)
def test_the_first_sentence_of_a_documentation(documentation: str | None, sentence: str) -> None:
    assert words.first_sentence(documentation) == sentence
