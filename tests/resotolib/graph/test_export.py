"""Files in the core's upload format."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from resotolib.errors import GraphError
from resotolib.graph.export import head, write
from resotolib.graph.graph import Graph, Node
from tests.resotolib.graph.kinds import Account, kind


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "aws-1.ndjson"


def test_nodes_come_parents_first_then_edges_and_nothing_is_lost(path: Path) -> None:
    account = Account(kind("aws_vpc"))
    vpc = account.add("aws_vpc", "vpc-1", name="Größe ☃")
    other = account.add("aws_vpc", "vpc-2")
    account.graph.connect(vpc, other)
    account.graph.connect(vpc, other, "delete")

    write(account.graph, account.node, path)

    read = [json.loads(line) for line in head("aws")] + lines(path)
    nodes, edges = [one for one in read if "id" in one], [one for one in read if "from" in one]
    assert {one["id"]: one["reported"] for one in nodes} == {n.id: n.reported for n in account.graph.nodes()}
    assert {(one["from"], one["to"], one.get("edge_type", "default")) for one in edges} == set(account.graph.edges())
    assert len(edges) == account.graph.number_of_edges()
    places = {one["id"]: place for place, one in enumerate(nodes)}
    contained = account.graph.edges_of("default", "contains")
    assert all(places[parent] < places[child] for parent, child in contained)


def test_the_account_alone_is_what_a_merge_replaces(path: Path) -> None:
    account = Account(kind("aws_vpc"))
    account.add("aws_vpc", "vpc-1")

    write(account.graph, account.node, path)

    marked = [one for one in lines(path) if one.get("metadata", {}).get("replace")]
    assert [one["reported"]["id"] for one in marked] == [account.id]
    assert marked[0]["metadata"]["exported_at"].endswith("Z")


def test_metadata_is_never_empty_or_a_core_would_keep_the_old(path: Path) -> None:
    account = Account(kind("aws_vpc"))
    account.add("aws_vpc", "vpc-1").metadata["source"] = "x"
    account.add("aws_vpc", "vpc-2")

    write(account.graph, account.node, path)

    found = {one["reported"]["id"]: one["metadata"] for one in lines(path) if "id" in one}
    assert found["vpc-1"] == {"cleaned": False, "source": "x"}
    assert found["vpc-2"] == {"cleaned": False}


def test_the_lines_above_all_accounts_are_the_same_each_time() -> None:
    assert head("aws") == head("aws")
    root, cloud, edge = map(json.loads, head("aws"))
    assert (root["reported"]["kind"], cloud["reported"]["kind"]) == ("graph_root", "cloud")
    assert edge == {"from": root["id"], "to": cloud["id"]}
    assert cloud["id"] == Graph("aws").cloud.id


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes", object()])
def test_a_value_that_is_no_json_is_named_and_leaves_no_file(path: Path, value: object) -> None:
    account = Account(kind("aws_vpc"))
    account.add("aws_vpc", "vpc-1").reported["name"] = value
    with pytest.raises(GraphError, match="aws_vpc vpc-1 has a value that is no JSON"):
        write(account.graph, account.node, path)
    assert not path.exists()


def test_the_largest_property_of_a_line_that_is_too_long_is_left_out_and_named(path: Path) -> None:
    account = Account(kind("aws_vpc"))
    reported = account.add("aws_vpc", "vpc-1").reported
    reported |= {"large": "x" * 3000, "larger": "x" * 5000, "small": "y"}

    (text,) = write(account.graph, account.node, path, limit=4000)

    assert text == "Property larger of aws_vpc vpc-1 is too long for the core: left out."
    written = next(one["reported"] for one in lines(path) if one.get("reported", {}).get("id") == "vpc-1")
    assert written.keys() == reported.keys() - {"larger"}
    assert "larger" in reported


def test_an_identifier_that_is_too_long_is_an_error(path: Path) -> None:
    account = Account(kind("aws_vpc"))
    account.add("aws_vpc", "v" * 5000)
    with pytest.raises(GraphError, match="longer than 4000 bytes"):
        write(account.graph, account.node, path, limit=4000)


def test_four_times_the_nodes_take_about_four_times_as_long(path: Path) -> None:
    few, many = (_seconds(number, path) for number in (4_000, 16_000))

    assert many < 8 * few


def _seconds(number: int, path: Path) -> float:
    """Of processor time, to write so many nodes."""
    account = Account()
    reported = {f"property_{one}": "value of usual length" for one in range(20)}
    for one in range(number):
        node = Node(f"n{one}", "aws_vpc", {**reported, "id": f"vpc-{one}", "kind": "aws_vpc"})
        account.graph.add(node, account.regions["north"])
    began = time.process_time()
    write(account.graph, account.node, path)
    return time.process_time() - began
