"""Who is joined with whom, and what is sent about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from resotolib.collect.scope import Scope
from resotolib.collect.segment import Segment
from resotolib.core.auth import Credentials
from resotolib.core.dialects import V2
from resotolib.core.http import Core
from resotolib.kinds.kind import Kind, Person, Property
from resotoworker.carry import Carried
from resotoworker.people import People, address_of
from tests.resotolib.core.fakecore import Answer, FakeCore, Request, fake_core

EMAIL = Property("email", "string", "email")
HERE = Kind("chat_user", ("user",), "chat", properties=(EMAIL,), person=Person("workplace", ("email",)))
THERE = {"fqn": "staff_user", "metadata": {"person": {"role": "directory", "addresses": ["mail"]}}}
"""A kind of another worker, as the core's model has it."""
LATER = {"fqn": "pet_user", "metadata": {"person": {"role": "zoo", "addresses": ["email"]}}}


def user(id_: str, kind: str, account: str = "", **reported: Any) -> dict[str, Any]:
    above = {"cloud": {"reported": {"id": kind.partition("_")[0]}}, "account": {"reported": {"id": account}}}
    return {"id": id_, "type": "node", "reported": {"kind": kind, **reported}, "ancestors": above}


@dataclass
class Held:
    """A core that has these nodes."""

    nodes: Sequence[dict[str, Any]] = ()
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        """The answer to a search."""
        self.asked.append(request.body.decode())
        return 200, "".join(json.dumps(node) + "\n" for node in self.nodes)


@pytest.fixture
def fake() -> Iterator[FakeCore]:
    with fake_core() as core:
        yield core


@pytest.fixture
def client(fake: FakeCore) -> Iterator[Core]:
    with Core(fake.http, Credentials(None)) as core:
        yield core


def segment(folder: Path, *nodes: dict[str, Any], account: str = "acme") -> Segment:
    path = folder / f"{account}.ndjson"
    path.write_text("".join(json.dumps(node, separators=(",", ":")) + "\n" for node in nodes), encoding="ascii")
    return Segment(Scope("chat", account, account), str(path))


def ends(lines: Sequence[bytes]) -> set[tuple[str, str]]:
    edges = [json.loads(line) for line in lines]
    assert {edge["edge_type"] for edge in edges} <= {"default"}
    return {(edge["from_selector"]["node_id"], edge["to_selector"]["node_id"]) for edge in edges}


def test_uploaded_kept_and_held_users_are_joined(client: Core, fake: FakeCore, tmp_path: Path) -> None:
    fake.answer = Held(
        [
            user("d1", "staff_user", "hq", mail="Jane@X.test"),
            user("d2", "staff_user", "hq", mail="joe@x.test"),
            user("d3", "staff_user", "hq", mail="ann@x.test"),
            user("old", "chat_user", "acme", email="ann@x.test"),
            user("other", "chat_user", "branch", email="jane@x.test"),
        ]
    )
    sent = segment(tmp_path, user("c1", "chat_user", email=" jane@x.test "))
    kept = Carried([json.dumps(user("c2", "chat_user", email="joe@x.test"), separators=(",", ":")).encode()])

    joined = People(client, "ck", {HERE.name: HERE}).join([THERE, LATER], [sent], [kept])

    assert ends(joined.lines) == {("d1", "c1"), ("d1", "other"), ("d2", "c2")}
    assert fake.answer.asked == ['kind in ["chat_user", "staff_user"]']


def test_nobody_is_joined_who_could_be_somebody_else(client: Core, fake: FakeCore, tmp_path: Path) -> None:
    fake.answer = Held([user("d1", "staff_user", "hq", mail="jane@x.test")])
    twins = [user(id_, "chat_user", email="jane@x.test") for id_ in ("c1", "c2")]

    joined = People(client, "ck", {HERE.name: HERE}).join([THERE], [segment(tmp_path, *twins)], [Carried()])

    assert (joined.lines, joined.ambiguous) == ((), 1)


def test_with_people_of_one_role_the_core_is_not_asked(client: Core, fake: FakeCore, tmp_path: Path) -> None:
    fake.answer = held = Held()
    alone = segment(tmp_path, user("c1", "chat_user", email="jane@x.test"))

    joined = People(client, "ck", {HERE.name: HERE}).join([LATER], [alone], [Carried()])

    assert (joined.lines, held.asked) == ((), [])


@pytest.mark.parametrize(
    ("kinds", "dialect", "looked_for"), [([HERE], "3", True), ([HERE], "2", False), ([], "3", False)]
)
def test_an_older_core_is_sent_none(client: Core, kinds: list[Kind], dialect: str, looked_for: bool) -> None:
    client.dialect = V2 if dialect == "2" else client.dialect

    assert People(client, "ck", {kind.name: kind for kind in kinds}).looked_for is looked_for


@pytest.mark.parametrize(
    ("reported", "address"),
    [
        ({"name": "jane@x.test"}, "jane@x.test"),
        ({"name": "jane", "tags": {"email": "Jane@x.test"}}, "jane@x.test"),
        ({"name": "jane@x.test", "tags": {"email": "JANE@X.TEST"}}, "jane@x.test"),
        ({"name": "jane@x.test", "tags": {"email": "team@x.test"}}, None),
        ({"name": "jane", "tags": {}}, None),
        ({"name": "jane@localhost", "tags": None}, None),
        ({"name": 'o"neil\\@x.test'}, 'o"neil\\@x.test'),
        ({"name": "two words@x.test"}, None),
    ],
)
def test_what_the_address_of_a_user_is(reported: dict[str, Any], address: str | None) -> None:
    assert address_of(Person("cloud", ("name", "tags.email")), reported) == address
