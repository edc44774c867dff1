"""What searches find, and how single nodes are changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from resotolib.core.dialects import V3
from tests.resotoworker.localcore.contract.client import Client, Json, edge, node

MARK = {"replace": True}


def volume(number: int) -> Json:
    return node(
        f"v{number}",
        "t_volume",
        {"cleaned": False, "list": [{"k": number}]},
        volume_size=number * 10,
        volume_names=[f"n{number}", "x"],
        volume_shapes=[{"width": number}, {"width": 99}],
        tags={"owner": f"o{number}", "a b": "1", "kube.io/x": "y"},
        ctime=f"202{number}-01-01T00:00:00Z",
    )


# c contains a1 (r1: v0, v1, i0; r2: v2, v3) and a2 (r3: i1); v0 is used by i0, which is deleted before it
ESTATE = [
    node("root", "graph_root"),
    node("c", "cloud"),
    *(node(name, "account", MARK) for name in ("a1", "a2")),
    *(node(name, "region") for name in ("r1", "r2", "r3")),
    *(volume(number) for number in range(4)),
    node("i0", "t_instance", memory=3, tags={"Owner": "Jane"}),
    node("i1", "t_instance", memory=30),
    *(edge(*ends.split()) for ends in ("root c", "c a1", "c a2", "a1 r1", "a1 r2", "a2 r3")),
    *(edge(*ends.split()) for ends in ("r1 v0", "r1 v1", "r2 v2", "r2 v3", "r1 i0", "r3 i1", "v0 i0")),
    edge("v0", "i0", "delete"),
    edge("i0", "v1", "delete"),
]


@pytest.fixture(scope="module")
def estate(core: Client, graph: str) -> str:
    core.merged(graph, ESTATE)
    return graph


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is(t_volume)", "v0 v1 v2 v3"),
        ("is(t_volume, region)", "v0 v1 v2 v3 r1 r2 r3"),
        ('is("t_volume") and name == v1', "v1"),
        ("id(v0)", "v0"),
        ('id("v0")', "v0"),
        ("id([v0, v1])", "v0 v1"),
        ("volume_size == 10", "v1"),
        ('volume_size == "10"', "v1"),
        ("volume_size > 10", "v2 v3"),
        ("volume_size >= 10 and volume_size < 30", "v1 v2"),
        ("is(t_volume) and volume_size != 10", "v0 v2 v3"),
        ("volume_size in [0, 10]", "v0 v1"),
        ("is(t_volume) and volume_size not in [0, 10]", "v2 v3"),
        ("is(t_volume) and volume_seen == null", "v0 v1 v2 v3"),
        ("volume_size != null", "v0 v1 v2 v3"),
        ('name =~ "^V[01]"', "v0 v1"),
        ('is(t_volume) and name !~ "v[01]"', "v2 v3"),
        ("tags.owner == o1", "v1"),
        ('tags.`a b` == "1" and volume_size == 0', "v0"),
        ("tags.`kube.io/x` == y and volume_size == 0", "v0"),
        ("has_key(tags, owner)", "v0 v1 v2 v3"),
        ("is(t_instance) and not has_key(tags, Owner)", "i1"),
        ("volume_names[*] == n1", "v1"),
        ("volume_shapes[*].width == 2", "v2"),
        ("volume_shapes[*].width != 99", "v0 v1 v2 v3"),
        ("/metadata.list[*].k == 2", "v2"),
        ('"Jane"', "i0"),
        ("is(t_instance) or is(t_volume) and volume_size > 10", "v2 v3"),
        ("is(t_instance) or (is(t_volume) and volume_size > 10)", "i0 i1 v2 v3"),
        ("is(t_volume) and not volume_size > 10", "v0 v1"),
        ("/metadata.cleaned == false", "v0 v1 v2 v3"),
        ("is(t_volume) and /metadata.cleaned != true", "v0 v1 v2 v3"),
        ("/reported.name == v1", "v1"),
        ("/ancestors.account.reported.id == a1 and is(t_instance)", "i0"),
        ('/ancestors.region.reported.name in ["r2", "r3"] and not is(region)', "v2 v3 i1"),
        ("/ancestors.region.reported.name != r2", "root c a1 a2 r1 r3 v0 v1 i0 i1"),
        ("/ancestors.zone.reported.id == null and is(t_volume)", "v0 v1 v2 v3"),
        ("ctime < 2021-06-01", "v0 v1"),
        ("age > 1000d", "v0 v1 v2 v3"),
    ],
)
def test_filters(core: Client, estate: str, query: str, found: str) -> None:
    assert set(core.ids(estate, query)) == set(found.split())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is(t_volume) sort name desc", "v3 v2 v1 v0"),
        ("is(t_volume) sort volume_size desc, name asc limit 2", "v3 v2"),
        ("is(t_volume) sort tags.owner asc limit 1, 2", "v1 v2"),
        ("id(a1) -[0:]-> is(t_volume) sort name desc limit 1", "v3"),
    ],
)
def test_order_and_limit(core: Client, estate: str, query: str, found: str) -> None:
    assert core.ids(estate, query) == found.split()


@pytest.mark.parametrize(
    ("query", "nodes", "edges"),
    [
        ("id(v0)", "v0", ""),
        ("id(v0) -->", "i0", ""),
        ("id(v0) <--", "r1", ""),
        ("id(v0) <-->", "r1 i0", ""),
        ("id(v0) -delete->", "i0", ""),
        ("id(v0) -[0:]->", "v0 i0", "v0-default-i0"),
        ("id(v0) <-[0:1]-", "v0 r1", "r1-default-v0"),
        ("id(v0) <-[1:2]-", "r1 a1", "a1-default-r1"),
        ("id(a1) -[2]->", "i0 v0 v1 v2 v3", ""),
        ("id(i0) <-delete[0:1]->", "v0 i0 v1", "v0-delete-i0 i0-delete-v1"),
        ("id(i1) <-default[0:]-", "i1 r3 a2 c root", "r3-default-i1 a2-default-r3 c-default-a2 root-default-c"),
        ("id(a1) --> name == r1 --> is(t_volume)", "v0 v1", ""),
        (
            "id(v0) <-default,delete[0:]->",
            "v0 v1 i0 r1 a1 c root",
            "v0-default-i0 v0-delete-i0 i0-delete-v1 r1-default-v0 a1-default-r1 c-default-a1 root-default-c",
        ),
    ],
)
def test_navigation_brings_the_edges_that_it_went_along(
    core: Client, estate: str, query: str, nodes: str, edges: str
) -> None:
    found = core.found(estate, query, "graph")

    assert {element["id"] for element in found if element["type"] == "node"} == set(nodes.split())
    assert core.edges(estate, query) == {tuple(words.split("-")) for words in edges.split()}


def test_what_is_carried_over_can_be_asked_for(core: Client, estate: str) -> None:
    """The searches of a worker for what the core holds of an account, when it could not read all of it."""
    queries = V3.held("c", "a1", ["account", "cloud", "region"], {"r1": ["t_volume"], "r2": ["t_volume"]})
    found = [element for query in queries for element in core.found(estate, query, "graph")]

    nodes = {element["id"] for element in found if element["type"] == "node"}
    edges = {(each["from"], each["edge_type"], each["to"]) for each in found if each["type"] == "edge"}
    assert {"a1", "r1", "r2", "v0", "v1", "v2", "v3"} <= nodes
    assert "i1" not in nodes
    assert {("a1", "default", "r1"), ("r1", "default", "v0"), ("v0", "delete", "i0"), ("i0", "delete", "v1")} <= edges


def test_what_is_flagged_is_found_with_all_around_it(core: Client, estate: str) -> None:
    core.lines("PATCH", f"/graph/{estate}/nodes", [{"id": "i1", "desired": {"clean": True}}])

    assert set(core.ids(estate, V3.flagged(["c"]))) == {"root", "c", "a2", "r3", "i1"}
    assert core.ids(estate, V3.flagged(["another"])) == []


@pytest.mark.parametrize(
    "query",
    ["", "is(", "foo", "name ==", "is(t_volume) and", "(is(t_volume)", "name == 'x'", "name === x", "all limit x"],
)
def test_a_query_that_cannot_be_parsed(core: Client, estate: str, query: str) -> None:
    answer = core.ask("POST", f"/graph/{estate}/search/list", query, "text/plain")

    assert (answer.status_code, answer.text.splitlines()[0]) == (400, "Error: ParseError")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("is(nope)", "AttributeError\nMessage: Given kind does not exist: nope"),
        ("id(v0) -foo->", "Given EdgeType is not known: foo"),
        ("id(v0) -default[0:]delete->", "Edge types can not be defined before and after"),
        ("aggregate(kind: count(name)): all", "Given query is an aggregation function."),
    ],
)
def test_a_query_that_means_nothing(core: Client, estate: str, query: str, error: str) -> None:
    answer = core.ask("POST", f"/graph/{estate}/search/graph", query, "text/plain")

    assert answer.status_code == 400
    assert error in answer.text


def test_there_are_no_other_searches(core: Client, estate: str) -> None:
    assert core.ask("POST", "/graph/nowhere/search/list", "all").status_code == 404
    assert core.ask("POST", f"/graph/{estate}/search/foo", "all").status_code == 404
    assert core.ask("POST", f"/graph/{estate}/query/graph", "all").status_code == 404


def patch(core: Client, graph: str, *changes: Json) -> tuple[int, Any]:
    answer = core.lines("PATCH", f"/graph/{graph}/nodes", changes)
    return answer.status_code, answer.json() if answer.status_code == 200 else answer.text


def section(core: Client, graph: str, changes: Iterable[Json], name: str) -> Any:
    for change in changes:
        status, nodes = patch(core, graph, {"id": "v3", **change})
        assert status == 200, nodes
    return core.node(graph, "v3").get(name)


def test_sections_are_merged_and_removed(core: Client, estate: str) -> None:
    deep = [{"metadata": {"d": {"x": 1}}}, {"metadata": {"d": {"y": 2}}}]

    assert section(core, estate, deep, "metadata")["d"] == {"x": 1, "y": 2}
    assert section(core, estate, [{"metadata": None}], "metadata") is None
    assert section(core, estate, [{"desired": {"clean": True}}, {"desired": None}], "desired") is None
    tags = section(core, estate, [{"reported": {"tags": {"new": "1"}}}], "reported")["tags"]
    assert tags == {"owner": "o3", "a b": "1", "kube.io/x": "y", "new": "1"}


def test_a_change_of_something_that_is_gone(core: Client, estate: str) -> None:
    assert patch(core, estate, {"id": "zz", "metadata": {"x": 1}}) == (200, [])
    status, text = patch(core, estate, {"id": "zz", "reported": {"x": 1}})
    assert (status, text.splitlines()[1]) == (400, "Message: No document found with this id: zz")


def test_a_change_may_name_the_revision_it_is_made_for(core: Client, estate: str) -> None:
    revision = core.node(estate, "v2")["revision"]
    change = {"id": "v2", "metadata": {"x": 1}, "revision": revision}

    status, (changed,) = patch(core, estate, change)
    assert status == 200
    assert changed["revision"] != revision
    status, text = patch(core, estate, change)
    assert (status, text.splitlines()[0]) == (400, "Error: OptimisticLockingFailed")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ([{"id": "v1", "reported": {"x": 1}}], "Kind:t_volume Property:x is not defined in model!"),
        ([{"id": "v1", "reported": {"volume_state": "lost"}}], ">lost< should be one of"),
        ([{"id": "v1", "reported": {"volume_shape": {"depth": 1}}}], "Kind:t_shape Property:depth is not defined in"),
        ([{"id": "v1", "reported": None}], "TypeError"),
        ([{"id": "v1", "colour": "red"}], "Invalid json. Allowed keys are: "),
        ([{"id": "v1"}], "No update provided for element"),
        ([{"metadata": {}}], "No id given for element"),
        ([{"id": "v1", "metadata": {}}, {"id": "v1", "desired": {}}], "Only one update allowed per id!"),
    ],
)
def test_changes_that_are_refused(core: Client, estate: str, changes: list[Json], error: str) -> None:
    status, text = patch(core, estate, *changes)

    assert status == 400
    assert error in text
