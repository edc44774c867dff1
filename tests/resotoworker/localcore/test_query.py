"""The search language: from text to records, and what is not part of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from resotolib.errors import Refusal
from resotoworker.localcore import LocalCore
from resotoworker.localcore.query import parse_query
from resotoworker.localcore.terms import (
    Combined,
    Comparison,
    Everything,
    HasId,
    HasKey,
    IsKind,
    Navigation,
    Negation,
    Path,
    Words,
)
from tests.resotoworker.localcore.contract.client import MODEL, Client, account, edge, node


def term(text: str) -> Any:
    """The filter of a query that is nothing else."""
    (part,) = parse_query(text).parts
    return part.term


def path(*steps: str | int, absolute: bool = False) -> Path:
    return Path(absolute, steps)


A = path("a")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1.5", -1.5),
        ("9223372036854775807", 9223372036854775807),
        ("99999999999999999999", 1e20),
        ("true", True),
        ("null", None),
        ('"1"', "1"),
        ('"say \\"hi\\""', 'say "hi"'),
        ("eu-west-1", "eu-west-1"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("arn:aws:s3/x@y", "arn:aws:s3/x@y"),
        ("1.2.3.4", "1.2.3.4"),
        ("i-039e06bb2539e5484", "i-039e06bb2539e5484"),
    ],
)
def test_values(text: str, value: Any) -> None:
    found = term(f"a == {text}")

    assert (found.value, type(found.value)) == (value, type(value))


@pytest.mark.parametrize("op", ["==", "=", "<", ">", "<=", ">=", "~", "=~"])
def test_operators(op: str) -> None:
    name = {"=": "==", "=~": "~"}.get(op, op)

    assert term(f'a {op} "x"') == term(f'a{op}"x"') == Comparison(A, name, "x")


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("a != 1", Comparison(A, "==", 1, bare=True)),
        ('a !~ "x"', Comparison(A, "matches", "x")),
        ("a not in [1]", Comparison(A, "in", [1])),
        ("not is(x)", IsKind(("x",))),
    ],
)
def test_negations(text: str, inner: Any) -> None:
    assert term(text) == Negation(inner)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("all", Everything()),
        ("is(a)", IsKind(("a",))),
        ('is("a", b)', IsKind(("a", "b"))),
        ("id([a, b])", HasId(("a", "b"))),
        ("has_key(a.b, c)", HasKey(path("a", "b"), ("c",))),
        ('a in ["x", 2]', Comparison(A, "in", ["x", 2])),
        ("a in []", Comparison(A, "in", [])),
        ('"some text"', Words("some text")),
        ("/a.`b.c`[*].d[3] == x", Comparison(path("a", "b.c", "*", "d", 3, absolute=True), "==", "x", bare=True)),
    ],
)
def test_terms(text: str, found: Any) -> None:
    assert term(text) == found


def test_and_and_or_bind_from_the_left() -> None:
    one, two, three = IsKind(("a",)), IsKind(("b",)), IsKind(("c",))

    assert term("is(a) or is(b) and is(c)") == Combined("and", Combined("or", one, two), three)
    assert term("is(a) or (is(b) and is(c))") == Combined("or", one, Combined("and", two, three))


BOTH = ("default",)


@pytest.mark.parametrize(
    ("text", "navigation"),
    [
        ("-->", Navigation((), BOTH, 1, 1)),
        ("<--", Navigation(BOTH, (), 1, 1)),
        ("<-->", Navigation(BOTH, BOTH, 1, 1)),
        ("-[0:]->", Navigation((), BOTH, 0, None)),
        ("<-[2]-", Navigation(BOTH, (), 2, 2)),
        ("-[1:3]->", Navigation((), BOTH, 1, 3)),
        ("-delete->", Navigation((), ("delete",), 1, 1)),
        ("<-default,delete[0:]->", Navigation(("default", "delete"), ("default", "delete"), 0, None)),
        ("<-default[0:]delete->", Navigation(("default",), ("delete",), 0, None)),
    ],
)
def test_navigations(text: str, navigation: Navigation) -> None:
    assert parse_query(f"id(a) {text}").navigations == (navigation,)
    assert len(parse_query(f"id(a){text}is(b)").parts) == 2


def test_order_and_limit() -> None:
    (part,) = parse_query("is(a) sort b.c desc, /d limit 5, 10").parts

    assert part.sort == ((path("b", "c"), "desc"), (path("d", absolute=True), "asc"))
    assert part.limit == (5, 10)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "is()", "a", "a ==", "a == 'x'", "a === 1", "a in 1", "a == [1]", "a == 1 # why", '"open'),
        *("is(a) is(b)", "(all", "all)", "all limit -1", "all sort", "id(a) --", "has_key(a)", "aggregate(): all"),
    ],
)
def test_what_is_no_query(text: str) -> None:
    with pytest.raises(Refusal, match="ParseError"):
        parse_query(text)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with LocalCore(tmp_path_factory.mktemp("query") / "core.sqlite") as running:
        client = Client(running.url)
        client.ask("POST", "/graph/ck").raise_for_status()
        client.ask("PATCH", "/graph/ck/model", MODEL).raise_for_status()
        volumes = [
            node(f"v{size}", "t_volume", volume_size=size, volume_names=[f"n{size}"]) for size in (1, 2, 2.0, 30)
        ]
        edges = [edge("a-r", volume["id"]) for volume in volumes]
        client.merged("ck", account("a", extra=[*volumes, *edges]))
        yield client


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("aggregate(count(name) as n): is(t_volume)", [{"n": 4}]),
        (
            "aggregate(kind as k: sum(volume_size) as s, max(volume_size)): is(t_volume)",
            [{"group": {"k": "t_volume"}, "s": 35, "max_of_volume_size": 30}],
        ),
        (
            "aggregate(/ancestors.region.reported.name as r: sum(1) as n): is(t_volume)",
            [{"group": {"r": "a-r"}, "n": 4}],
        ),
        ("aggregate(sum(1) as n): is(region) -->", [{"n": 4}]),
    ],
)
def test_aggregations(core: Client, query: str, rows: list[dict[str, Any]]) -> None:
    assert core.found("ck", query, "aggregate") == rows


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("is(t_volume)", "no aggregation function"),
        ("is(", "ParseError"),
    ],
)
def test_aggregations_that_are_none(core: Client, query: str, error: str) -> None:
    answer = core.ask("POST", "/graph/ck/search/aggregate", query, "text/plain")

    assert answer.status_code == 400
    assert error in answer.text


@pytest.mark.parametrize(
    "query",
    [
        'name =~ "("',
        "/ancestors.planet.reported.name == x",
        "/ancestors.account == x",
        "(" * 3000 + "all" + ")" * 3000,
        " or ".join(["name == x"] * 3000),
    ],
    ids=["regex", "level", "short", "deep", "long"],
)
def test_queries_that_cannot_be_run_are_refused(core: Client, query: str) -> None:
    assert core.ask("POST", "/graph/ck/search/list", query, "text/plain").status_code == 400


def test_numbers_that_are_larger_than_sqlite_s_are_numbers(core: Client) -> None:
    huge = "9" * 30

    assert core.ids("ck", f"is(t_volume) and volume_size < {huge} sort id limit {huge}") == ["v1", "v2", "v2.0", "v30"]
    assert core.ids("ck", f"volume_size in [30, {huge}] limit 0, {huge}") == ["v30"]
    assert core.ids("ck", f"all limit {huge}, 1") == []


def test_quotes_stay_values(core: Client) -> None:
    assert core.ids("ck", """name == "x' OR 1=1 --" """) == []
    assert core.ids("ck", """tags.`a"b'c` == "x" """) == []


def test_a_place_in_a_list(core: Client) -> None:
    assert core.ids("ck", "volume_names[0] == n30") == ["v30"]
